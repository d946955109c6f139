"""The correlation values in the model: the fields of messages that carry them, and their renaming.

Ids are numbered in order of appearance. The numbers within an id are counted from the lowest one in use.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.verify.promela.machines import Vocabulary

CHANNELS = ("up_flying", "up_waiting", "down_flying", "down_waiting")


def channel_types(words: Vocabulary) -> Iterator[str]:
    """The types of the channels: a message, its correlation values, and the fields of an answer."""
    names = words.values
    fields = ["f_message", *(f"f_{name}" for name in names), "f_resumed", "f_reason", "f_record"]
    asked = [*(f"a_{name}" for name in names), "a_resumed", "a_reason"]
    yield f"#define FLIGHT {', '.join(fields)}"
    yield f"#define FLIGHT_TYPES {', '.join('byte' for _ in fields)}"
    yield f"#define A_VALUES {', '.join(asked)}"
    yield f"#define ASK_TYPES {', '.join('byte' for _ in asked)}"
    yield f"#define A_FLIGHT {', '.join(['a_message', *asked[:-2], '0', 'a_reason', '0'])}"
    yield "#define IDS 24  /* ids that anybody can know at once, and one */"
    yield "#define renamed(value, lowest) (value > 0 -> value - lowest + 1 : 0)"
    for name, scope in words.scopes.items():
        yield f"byte same_{name};"
        yield f"SCRATCH byte a_{name}, f_{name};"
        yield f"SCRATCH byte ids_{name}, id_{name}[IDS];" if scope is None else f"SCRATCH byte lowest_{name}[IDS];"
    yield f"inline takes_values() {{ {'; '.join([*(f'f_{name} = a_{name}' for name in names), 'skip'])} }}"


def renaming(words: Vocabulary) -> Iterator[str]:
    """The inlines `rename`, which renames all values in the link and the nodes, and `clears_values`, which resets those of a step."""
    names = words.values
    yield f"inline meet({', '.join(f'x_{name}' for name in names)}) {{"
    yield from (f"  {line};" for line in _met(words))
    yield "  skip\n}"
    known = [[words.own(node, name) for name in names] for node in words.link.nodes]
    flight = ", ".join(f"f_{name}" for name in names)
    yield _each("meet_all", [f"meet({flight})"])
    yield _each("rename_all", list(_renamed(words, [f"f_{name}" for name in names])))
    yield "inline rename() {"
    yield from (f"  {line};" for line in _emptied(words))
    yield from (f"  meet({', '.join(values)});" for values in known)
    yield from (f"  meet_all({channel});" for channel in CHANNELS)
    yield from (f"  {line};" for values in known for line in _renamed(words, values))
    yield from (f"  rename_all({channel});" for channel in CHANNELS)
    yield "  skip\n}"
    yield "inline clears_values() {"
    yield from (f"  a_{name} = 0; f_{name} = 0; same_{name} = 0;" for name in names)
    yield from (f"  {line};" for line in _emptied(words))
    yield "  skip\n}"


def _each(name: str, does: list[str]) -> str:
    """An inline that visits each entry of a channel once."""
    body = "; ".join(["q?FLIGHT", *does, "each_again(q)"])
    return f"inline {name}(q) {{\n  to_go = len(q);\n  do\n  :: to_go > 0 -> {body}\n  :: else -> break\n  od\n}}"


def _met(words: Vocabulary) -> Iterator[str]:
    for name, scope in words.scopes.items():
        if scope is None:
            yield f"if\n  :: x_{name} > 0 && id_{name}[x_{name}] == 0 -> ids_{name}++; id_{name}[x_{name}] = ids_{name}\n  :: else\n  fi"
        else:
            lowest = f"lowest_{name}[{f'x_{scope}' if scope else '0'}]"
            yield f"if\n  :: x_{name} > 0 && ({lowest} == 0 || x_{name} < {lowest}) -> {lowest} = x_{name}\n  :: else\n  fi"


def _renamed(words: Vocabulary, variables: list[str]) -> Iterator[str]:
    """Numbers are renamed first, because they are found by the old ids."""
    found = dict(zip(words.values, variables, strict=True))
    for name, scope in words.scopes.items():
        if scope is not None:
            yield f"{found[name]} = renamed({found[name]}, lowest_{name}[{found[scope] if scope else '0'}])"
    yield from (f"{found[name]} = id_{name}[{found[name]}]" for name, scope in words.scopes.items() if scope is None)


def _emptied(words: Vocabulary) -> Iterator[str]:
    arrays = [f"{'id' if scope is None else 'lowest'}_{name}[to_go] = 0" for name, scope in words.scopes.items()]
    if arrays:
        yield from (f"ids_{name} = 0" for name, scope in words.scopes.items() if scope is None)
        yield f"to_go = 0;\n  do\n  :: to_go < IDS -> {'; '.join(arrays)}; to_go++\n  :: else -> break\n  od;\n  to_go = 0"
