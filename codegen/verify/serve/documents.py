"""Generated documents as pages: the Markdown that `codegen/emit/markdown.py` writes, as HTML. It is no renderer for other Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

Known = Callable[[str], str | None]
"""What a link of a document leads to here; None: nothing."""

INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|!\[(?P<alt>[^\]]*)\]\((?P<source>[^)\s]+)\)"
    r"|\[(?P<text>(?:!\[[^\]]*\]\([^)]*\)|[^\]])*)\]\((?P<target>[^)\s]+)\)"
    r"|\*\*(?P<bold>.+?)\*\*"
    r"|\*(?P<italic>[^*]+)\*"
)


def to_html(markdown: str, known: Known) -> str:
    """The body of a page. `known` says where the links lead; one that leads nowhere stays as text."""
    lines = re.sub(r"<!--.*?-->\n*", "", markdown, flags=re.DOTALL).splitlines()
    blocks: list[list[str]] = [[]]
    fenced = False
    for line in lines:
        fenced ^= line.startswith("```")
        if line or fenced:
            blocks[-1].append(line)
        else:
            blocks.append([])
    return "\n".join(_block(block, known) for block in blocks if block) + "\n"


def title(markdown: str) -> str:
    """The first heading."""
    found = re.search(r"^# (.+)$", markdown, flags=re.MULTILINE)
    return found[1] if found else "document"


def _block(lines: list[str], known: Known) -> str:
    first = lines[0]
    if first.startswith("```"):
        return f'<pre tabindex="0">{html.escape(chr(10).join(lines[1:-1]))}</pre>'
    if heading := re.fullmatch(r"(#+) (.+)", first):
        level = len(heading[1])
        return f'<h{level} id="{slug(heading[2])}">{_inline(heading[2], known)}</h{level}>'
    if first.startswith("| "):
        return _table(lines, known)
    if first.startswith("- "):
        return f"<ul>{''.join(f'<li>{_inline(line[2:], known)}</li>' for line in lines)}</ul>"
    return f"<p>{_inline(' '.join(lines), known)}</p>"


def slug(heading: str) -> str:
    """The anchor of a heading, as forges make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _table(lines: list[str], known: Known) -> str:
    head, _, *rows = ([cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines)
    columns = "".join(f'<th scope="col">{_inline(cell, known)}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{_inline(cell, known)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="table" tabindex="0"><table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>'


def _inline(text: str, known: Known) -> str:
    return "".join(_parts(text, known))


def _parts(text: str, known: Known) -> Iterator[str]:
    end = 0
    for found in INLINE.finditer(text):
        yield html.escape(text[end : found.start()])
        end = found.end()
        yield _part(found, known)
    yield html.escape(text[end:])


def _part(found: re.Match[str], known: Known) -> str:
    match found.lastgroup:
        case "code":
            return f"<code>{html.escape(found['code'])}</code>"
        case "source":
            return f'<img src="{html.escape(found["source"])}" alt="{html.escape(found["alt"])}">'
        case "target":
            target, inner = known(found["target"]), _inline(found["text"], known)
            return f'<a href="{html.escape(target)}">{inner}</a>' if target is not None else inner
        case "bold":
            return f"<strong>{_inline(found['bold'], known)}</strong>"
    return f"<em>{_inline(found['italic'], known)}</em>"


def source(text: str) -> str:
    """A file of definitions, each line with an anchor: `L58`."""
    lines = (f'<li id="L{number}"><code>{html.escape(line)}</code></li>' for number, line in enumerate(text.splitlines(), 1))
    return f'<ol class="source">{"".join(lines)}</ol>'
