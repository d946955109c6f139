from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from codegen.definitions.model import Definitions
from codegen.emit import docs, export
from codegen.verify.serve.documents import source, title, to_html


def same(target: str) -> str:
    return target


@pytest.mark.parametrize(
    ("markdown", "page"),
    [
        ("# One · two", '<h1 id="one--two">One · two</h1>'),
        ("a `b < c` and **d** or *e*", "<p>a <code>b &lt; c</code> and <strong>d</strong> or <em>e</em></p>"),
        ("one\ntwo", "<p>one two</p>"),
        ("- [x](y.md): z", '<ul><li><a href="y.md">x</a>: z</li></ul>'),
        ("[![the bell](bell.svg)](bell.svg)", '<p><a href="bell.svg"><img src="bell.svg" alt="the bell"></a></p>'),
        ("```mermaid\na --> b\n\nc\n```", '<pre tabindex="0">a --&gt; b\n\nc</pre>'),
        ("<!-- Written by x -->\n\ntext", "<p>text</p>"),
        ('<script>alert("x")</script>', "<p>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</p>"),
        ('[x](javascript:alert"x")', '<p><a href="javascript:alert&quot;x&quot;">x</a></p>'),
    ],
)
def test_a_document_is_written_as_html(markdown: str, page: str) -> None:
    assert to_html(markdown, same) == page + "\n"


def test_a_table_keeps_its_cells() -> None:
    page = to_html("| a | b |\n| --- | --- |\n| `x` | one \\| two |", same)
    assert re.findall(r"<(?:th|td)\b[^>]*>(.*?)</t[hd]>", page) == ["a", "b", "<code>x</code>", "one | two"]


def test_a_link_that_leads_nowhere_is_text() -> None:
    assert to_html("[x](../far.md)", lambda target: None) == "<p>x</p>\n"


class Words(HTMLParser):
    """The words of a page, and its tags that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += re.findall(r"\w+", data)


def test_every_word_of_every_generated_document_is_on_its_page(definitions: Definitions) -> None:
    for path, text in (docs.emit(definitions) | export.emit(definitions)).items():
        if not path.endswith(".md"):
            continue
        page = Words()
        page.feed(to_html(text, same))
        plain = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
        plain = re.sub(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|^```\w*$", " ", plain, flags=re.MULTILINE)
        assert page.words == re.findall(r"\w+", html.unescape(plain)), path
        assert page.open == []


def test_the_title_is_the_first_heading() -> None:
    assert title("<!-- x -->\n\n# Bell\n\n## Rows") == "Bell"


def test_a_source_has_an_anchor_for_each_line() -> None:
    assert source("a: <b>\nc") == '<ol class="source"><li id="L1"><code>a: &lt;b&gt;</code></li><li id="L2"><code>c</code></li></ol>'
