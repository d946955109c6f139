"""How large things are: what grows where nothing may grow."""

from __future__ import annotations

import gc
import sys
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

SHARED = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType)
"""What belongs to the program, and not to one of its objects."""


def reachable(*roots: object) -> tuple[int, int]:
    """How many objects can be reached from these, and the bytes that they take; classes and code are not counted."""
    seen: dict[int, Any] = {}
    waiting: list[Any] = list(roots)
    while waiting:
        thing = waiting.pop()
        if id(thing) not in seen and not isinstance(thing, SHARED):
            seen[id(thing)] = thing
            waiting.extend(gc.get_referents(thing))
    return len(seen), sum(sys.getsizeof(thing) for thing in seen.values())


def objects() -> int:
    """Containers that live in this process, once the garbage is gone."""
    gc.collect()
    return len(gc.get_objects())


def resident() -> int:
    """Bytes of memory that this process holds (Linux)."""
    with open("/proc/self/status") as status:
        (line,) = (line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024
