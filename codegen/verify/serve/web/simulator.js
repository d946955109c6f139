/** The simulator: buttons for all that can happen, the specs, and the steps in the fragment of the address. */

import { Player, el, json } from "./player.js";

const GROUPS = { delivery: "messages", connect: "the connection", refuse: "the connection", notice: "the connection", timeout: "timeouts", fault: "faults" };
const part = (id) => document.getElementById(id);

let path = [];
let configuration = "";
let specs = [];
let busy = false;

const player = await Player.make(part("player"), moved);
const watched = el("section", { "aria-label": "the specs", className: "specs" });
player.aside.append(watched);

part("configuration").onchange = (event) => walk(event.target.value, path, path.length);
part("anew").onclick = () => walk(configuration, [], 0);
part("share").onclick = share;
addEventListener("popstate", fromAddress);
await fromAddress();

/** Shows what the address says. */
async function fromAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  const steps = (said.get("steps") ?? "").split(",").filter(Boolean);
  const at = /^\d+$/.test(said.get("at") ?? "") ? Number(said.get("at")) : steps.length;
  await walk(said.get("configuration") ?? "", steps, at);
  const [node, machine] = (said.get("show") ?? "").split(".");
  const view = player.nodes.find((one) => one.name === node);
  view?.pin(view.machines.find((one) => one.name === machine) ?? null);
}

/** Asks what comes of a path, and shows the moment of that number. */
async function walk(name, steps, at) {
  if (busy) {
    return;
  }
  busy = true;
  try {
    const answer = await json("/api/simulation", { configuration: name, path: steps });
    problem(answer.problem);
    if (!answer.moments) {
      return;
    }
    ({ configuration, specs } = answer);
    path = steps.slice(0, answer.moments.length - 1);
    part("configuration").replaceChildren(
      ...answer.configurations.map((one) => el("option", { textContent: one, value: one, selected: one === configuration })),
    );
    player.load(answer.moments, at);
  } catch (error) {
    problem(`no answer from the program that serves this page: ${error.message}`);
  } finally {
    busy = false;
  }
}

function problem(text) {
  part("problem").textContent = text;
  part("problem").hidden = !text;
}

/** Another moment is shown: its choices and specs, and the address that leads to it. */
function moved(at) {
  const moment = player.moments[at];
  const next = path[at];
  for (const view of [...player.nodes, { ...player.link, name: "link" }]) {
    view.choices.replaceChildren(...groups(moment.choices.filter((one) => one.node === view.name), next));
  }
  judge(moment.specs);
  const position = at === path.length ? "" : `&at=${at}`;
  const address = `#configuration=${encodeURIComponent(configuration)}&steps=${path.join(",")}${position}`;
  history.replaceState(null, "", address);
  part("shared").textContent = "";
}

function groups(choices, next) {
  const found = Map.groupBy(choices, (one) => GROUPS[one.kind] ?? "from outside");
  return [...found].map(([name, members]) =>
    el("fieldset", {}, el("legend", { textContent: name }), ...members.map((one) => button(one, name, next))),
  );
}

function button({ name, kind, text }, group, next) {
  const by = group === "from outside" && kind !== "promised" ? ` (${kind})` : "";
  return el("button", {
    type: "button",
    className: `choice ${group.replaceAll(" ", "-")}${name === next ? " taken" : ""}`,
    textContent: text + by,
    "data-choice": name,
    onclick: () => choose(name),
  });
}

/** Takes a step from the moment that is shown; what followed it is left. */
async function choose(name) {
  if (busy) {
    return;
  }
  const steps = [...path.slice(0, player.at), name];
  history.pushState(null, "", location.href);
  await walk(configuration, steps, steps.length);
}

function judge(verdicts) {
  const by = Map.groupBy(specs, ({ spec }) => verdicts[spec][0]);
  const broken = by.get("broken") ?? [];
  const others = [...by].filter(([verdict]) => verdict !== "broken");
  watched.replaceChildren(
    el("h2", { textContent: "Specs" }),
    el("p", { className: broken.length ? "problem" : "fine", role: "status", textContent: broken.length ? `${broken.length} broken` : "none is broken" }),
    ...broken.map((spec) => line(spec, verdicts)),
    ...others.map(([verdict, members]) =>
      el("details", {}, el("summary", { textContent: `${members.length} ${verdict === "holds" ? "hold" : verdict}` }), ...members.map((spec) => line(spec, verdicts))),
    ),
  );
}

function line({ spec, says }, verdicts) {
  const [verdict, why] = verdicts[spec];
  return el(
    "p",
    { className: verdict === "broken" ? "spec problem" : "spec", "data-spec": spec },
    el("b", { textContent: spec }),
    ` ${says}`,
    ...(why ? [el("span", { className: "why", textContent: ` ${why}` })] : []),
  );
}

async function share() {
  try {
    await navigator.clipboard.writeText(location.href);
    part("shared").textContent = "copied";
  } catch {
    part("shared").textContent = "the link is in the address bar";
  }
}
