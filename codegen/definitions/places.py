"""Where something stands in a definition, and what is wrong there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a definition: the file's name, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Finding:
    """Something wrong with a definition; printed as `file:line:column: CODE message`."""

    mark: Mark
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.mark}: {self.code} {self.message}"
