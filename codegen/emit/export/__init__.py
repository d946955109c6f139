"""Back end: the definitions in the formats of other tools, one module a format, and a page that leads to them."""

from __future__ import annotations

from codegen.definitions.model import Definitions, Machine
from codegen.emit.diagrams import FOLDER as DOCUMENTS
from codegen.emit.diagrams import stem
from codegen.emit.export import asyncapi, mermaid, scxml, xstate
from codegen.emit.markdown import page, section, table

FOLDER = f"{DOCUMENTS}/exports"
FORMATS = (scxml.emit, asyncapi.emit, mermaid.emit, xstate.emit)


def emit(definitions: Definitions) -> dict[str, str]:
    """Every export by its path, and the page that leads to them."""
    files = {name: text for write in FORMATS for name, text in write(definitions).items()}
    return {f"{FOLDER}/{name}": text for name, text in files.items()} | {f"{DOCUMENTS}/exports.md": exports_page(definitions, files)}


def exports_page(definitions: Definitions, files: dict[str, str]) -> str:
    """Where each file is, and the Mermaid diagrams, which forges draw in a page."""
    return page(
        "machines/",
        "# Exports",
        "The definitions in the formats of other tools, and [how to load each](../exports.md). All documents: [index](index.md).",
        table(("machine", "SCXML", "Mermaid", "XState", "its implementations"), (_links(machine) for machine in definitions.machines)),
        f"The wire: [AsyncAPI](exports/{asyncapi.FILE}).",
        *(section(f"## {machine.name} · {machine.role}", _drawn(files[f"{stem(machine)}.mmd"])) for machine in definitions.machines),
    )


def _links(machine: Machine) -> tuple[str, ...]:
    files = (f"{stem(machine)}{suffix}" for suffix in (".scxml", ".mmd", ".xstate.json", ".xstate.mjs"))
    return (f"[{machine.name} · {machine.role}](#{machine.name}--{machine.role})", *(f"[{file}](exports/{file})" for file in files))


def _drawn(diagram: str) -> str:
    return f"```mermaid\n{diagram.partition(chr(10))[2]}```"
