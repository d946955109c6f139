"""The pages in a real browser: what somebody sees who clicks, goes back, and sends the link to somebody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from codegen.verify.explore.machines.choices import names
from codegen.verify.serve.command import fragment
from codegen.verify.serve.site import Site
from tests.browser import accessible
from tests.codegen.emit.test_diagrams import needs_dot
from tests.codegen.traces import conversation, told
from tests.codegen.verify.serve.pictures import served
from tests.explored import MACHINES
from tests.lamp.explored import LAMP, lamp

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_dot

JOINED = ["switch.powered", "switch.dialled", "lamp.call:new", "switch.accepted:fresh"]
SCHEMES = ["light", "dark"]


@pytest.fixture(scope="module")
def of_the_lamp() -> Iterator[str]:
    with served(Site(LAMP)) as url:
        yield url


@pytest.fixture(scope="module")
def of_tars(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """With the traces of a conversation, in which a chime is missing and a message has changed on its way."""
    folder = tmp_path_factory.mktemp("traces")
    lines = told(conversation())
    next(line for line in lines["device"] if line["event"] == "hotword" and line["machine"] == "session")["effects"].remove("chime")
    next(line for line in lines["device"] if line["event"] == "user_turn_end")["payload"]["turn"] = 7
    for node, those in lines.items():
        (folder / f"{node}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in those))
    with served(Site(MACHINES, [folder])) as url:
        yield url


def choose(page: Page, name: str) -> None:
    page.locator(f'[data-choice="{name}"]').click()
    page.wait_for_function("name => location.hash.split('steps=')[1].split(',').at(-1) === name", arg=name)


def lit(page: Page) -> dict[str, str]:
    """The state that is lit in each diagram, by node and machine."""
    return dict(
        page.evaluate(
            """() => [...document.querySelectorAll(".drawing")].map((box) =>
            [box.getAttribute("aria-label"), box.querySelector(".lit")?.dataset.state ?? ""])"""
        )
    )


def rows(page: Page) -> list[str]:
    """The rows that flash."""
    found: list[str] = page.evaluate("() => [...document.querySelectorAll('.taken[data-row]')].map((row) => row.dataset.row)")
    return found


def test_what_is_clicked_happens_on_both_sides(page: Page, of_the_lamp: str) -> None:
    page.goto(f"{of_the_lamp}/simulator")
    for name in [*JOINED, "switch.pressed", "lamp.toggle"]:
        choose(page, name)
    assert lit(page) == {
        "caller of the switch": "THERE",
        "bond of the switch": "JOINED",
        "light of the switch": "BUSY",
        "bond of the lamp": "JOINED",
        "light of the lamp": "BUSY",
    }
    (row,) = rows(page)
    place = page.locator(".move a")
    assert place.inner_text() == row
    place.click()
    assert "event: toggle, target: BUSY" in page.locator("li:target").inner_text()


def test_faults_can_be_chosen(page: Page, of_the_lamp: str) -> None:
    page.goto(f"{of_the_lamp}/simulator#{fragment('as usual', JOINED)}")
    choose(page, "link.breaks")
    choose(page, "switch.pressed")
    choose(page, "switch.cut")
    assert "toggle press p1 (waits)" in page.locator(".link").inner_text()
    choose(page, "lamp.crashes")
    assert lit(page)["bond of the lamp"] == "STRANGERS"


def test_a_link_shows_the_same_to_somebody_else(page: Page, browser: Browser, of_the_lamp: str) -> None:
    page.goto(f"{of_the_lamp}/simulator")
    for name in [*JOINED, "switch.pressed", "link.breaks", "switch.cut"]:
        choose(page, name)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**&at=6")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#share").click()
    page.get_by_text("copied").wait_for()
    with browser.new_context() as context:
        other = context.new_page()
        other.goto(page.evaluate("() => navigator.clipboard.readText()"))
        other.wait_for_selector('[aria-current="step"]')
        for part in (".now", ".nodes", ".below"):
            assert other.locator(part).text_content() == page.locator(part).text_content()
        assert lit(other) == lit(page)


def test_back_and_forward_are_keys_and_a_new_choice_leaves_what_followed(page: Page, of_the_lamp: str) -> None:
    page.goto(f"{of_the_lamp}/simulator#{fragment('as usual', JOINED)}")
    page.wait_for_selector('[aria-current="step"]')
    page.keyboard.press("Home")
    assert page.locator('[aria-current="step"]').text_content() == "the beginning"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert lit(page)["caller of the switch"] == "CALLING"
    choose(page, "link.breaks")
    assert page.url.endswith("steps=switch.powered,switch.dialled,link.breaks")
    page.go_back()
    page.wait_for_function("() => document.querySelectorAll('.steps li').length === 5")


def test_a_path_that_the_definitions_do_not_allow_is_walked_as_far_as_it_goes(page: Page, of_the_lamp: str) -> None:
    page.goto(f"{of_the_lamp}/simulator#{fragment('as usual', ['switch.powered', 'lamp.warmed'])}")
    page.wait_for_selector("#problem:not([hidden])")
    assert "step 2, lamp.warmed, cannot happen here" in page.locator("#problem").inner_text()
    assert lit(page)["caller of the switch"] == "CALLING"


def test_a_counterexample_opens_where_the_spec_is_broken(page: Page, tmp_path: Path) -> None:
    machines = tmp_path / "machines"
    machines.mkdir()
    for file in LAMP.iterdir():
        cold = "{event: cold, target: RELAXED, actions: [cool]}"
        (machines / file.name).write_text(file.read_text().replace(cold, "{event: cold, target: RELAXED}"))
    path = [*JOINED, "switch.pressed", "lamp.toggle", "lamp.cold:light"]
    with served(Site(machines)) as url:
        page.goto(f"{url}/simulator#{fragment('as usual', path)}")
        broken = page.locator(".spec.problem")
        broken.wait_for()
        assert "heats_while_busy the filament is hot exactly while the lamp is at work" in broken.inner_text()
        page.keyboard.press("ArrowLeft")
        page.get_by_text("none is broken").wait_for()


def test_the_documents_lead_to_the_simulator(page: Page, of_tars: str) -> None:
    page.goto(of_tars)
    page.get_by_role("link", name="turn · server").click()
    page.get_by_role("link", name="Open in the simulator").click()
    page.wait_for_selector('[data-node="server"] [data-machine="turn"][aria-pressed="true"]')
    assert page.locator('[data-node="server"] .drawing:not([hidden])').get_attribute("aria-label") == "turn of the server"


def test_a_trace_is_seen_step_by_step_with_its_rows(page: Page, of_tars: str) -> None:
    page.goto(f"{of_tars}/traces")
    page.wait_for_selector('[aria-current="step"]')
    hotword = page.locator(".steps button", has_text=re.compile(r"device\s*hotword \("))
    hotword.click()
    assert lit(page)["session of the device"] == "HOTWORD_DETECTED"
    assert lit(page)["session of the server"] == "LISTENING"
    assert "hotword_detected 1" in page.locator(".link").inner_text()
    page.keyboard.press("ArrowRight")
    assert lit(page)["session of the server"] == "HOTWORD_DETECTED"


def test_n_leads_from_finding_to_finding(page: Page, of_tars: str) -> None:
    page.goto(f"{of_tars}/traces")
    page.wait_for_selector('[aria-current="step"]')
    page.keyboard.press("n")
    assert "chime" in page.locator(".happened .problem").inner_text()
    assert page.locator("#found").inner_text() == "finding 1 of 2"
    page.keyboard.press("n")
    assert "turn=7" in page.locator(".happened").inner_text()
    page.keyboard.press("p")
    assert page.locator("#found").inner_text() == "finding 1 of 2"


def test_a_trace_of_older_definitions_is_shown_with_its_findings(page: Page, tmp_path: Path) -> None:
    lines = told(conversation())["device"]
    line = next(line for line in lines if line["event"] == "hotword" and line["machine"] == "session")
    line["to"] = "ALERT"
    (tmp_path / "device.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    with served(Site(MACHINES, [tmp_path])) as url:
        page.goto(f"{url}/traces#at=soon")
        page.wait_for_selector('[aria-current="step"]')
        page.keyboard.press("n")
        assert "session goes from LISTENING to ALERT; there is no such state" in page.locator(".happened").inner_text()
        assert lit(page)["session of the device"] == "LISTENING"


def test_a_state_is_read_aloud_and_a_row_does_not_blink_for_who_wants_no_motion(browser: Browser, of_the_lamp: str) -> None:
    for motion, blinks in (("reduce", "none"), ("no-preference", "diagram-flash")):
        with browser.new_context(reduced_motion=motion) as context:  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(f"{of_the_lamp}/simulator#{fragment('as usual', ['switch.pressed'])}")
            row = page.locator(".taken[data-row]")
            row.wait_for()
            assert row.evaluate("(row) => getComputedStyle(row).animationName") == blinks
            assert page.get_by_role("img", name="light of the switch: BUSY").count() == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everybody_can_use_every_page(browser: Browser, of_tars: str, scheme: str) -> None:
    pages = [
        "/docs/generated/index.md",
        "/docs/generated/session-device.md",
        "/machines/session.yaml",
        f"/simulator#{fragment('as usual', ['device.start', 'device.hotword', 'device.crashes'])}",
        "/traces",
    ]
    with browser.new_context(color_scheme=scheme) as context:  # type: ignore[arg-type]
        for path in pages:
            page = context.new_page()
            page.goto(of_tars + path)
            page.wait_for_load_state("networkidle")
            assert accessible(page) == [], path


def test_a_phone_shows_all_of_it_in_its_width(browser: Browser, of_tars: str) -> None:
    with browser.new_context(viewport={"width": 390, "height": 800}) as context:
        for path in ("/simulator", "/traces", "/docs/generated/turn-server.md"):
            page = context.new_page()
            page.goto(of_tars + path)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, path


def test_a_long_path_of_exploration_is_shown(page: Page, of_the_lamp: str) -> None:
    exploration = lamp()
    path = names(exploration.system, tuple(exploration.graph.path(len(exploration.graph.states) - 1)))
    page.goto(f"{of_the_lamp}/simulator#{fragment('as usual', path)}")
    page.wait_for_selector('[aria-current="step"]')
    assert page.locator(".steps li").count() == len(path) + 1
    assert page.locator("#problem").is_hidden()
