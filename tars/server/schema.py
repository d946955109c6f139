"""The tables of the store in the state folder, and what makes them of those of an older version."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tars.errors import ConfigError

APPLICATION, VERSION = 0x54415253, 3
"""The application id and the schema version in the file."""
SCHEMA = (
    "CREATE TABLE keys (name TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, added_at REAL NOT NULL) STRICT",
    "CREATE TABLE saving (epoch TEXT NOT NULL, saved_at REAL NOT NULL) STRICT",
    "CREATE TABLE sessions (device TEXT PRIMARY KEY, state BLOB NOT NULL) STRICT",
    # A store without this table is older than encryption.
    "CREATE TABLE began (encryption TEXT NOT NULL) STRICT",
    "INSERT INTO began VALUES ('required')",
    f"PRAGMA application_id = {APPLICATION}",
)
"""Version 1."""
SINCE_VERSION_1 = (
    "ALTER TABLE keys ADD COLUMN says TEXT NOT NULL DEFAULT ''",
    "UPDATE keys SET says = name",
    "CREATE TABLE closed (since REAL NOT NULL) STRICT",  # a row: a key was made here once
    "INSERT INTO closed SELECT added_at FROM keys LIMIT 1",
    "CREATE TABLE pairing (state TEXT NOT NULL) STRICT",
)
SINCE_VERSION_2 = (
    "ALTER TABLE keys ADD COLUMN authorities TEXT NOT NULL DEFAULT ''",
    f"PRAGMA user_version = {VERSION}",
)
MIGRATIONS = {1: (*SINCE_VERSION_1, *SINCE_VERSION_2), 2: SINCE_VERSION_2}
"""What makes the present version of an older one."""


WITH_DEVICES = """SELECT tables.name FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table' AND columns.name = 'device'"""
"""The tables that say whose a row is, also those that other modules make."""


def rename_device(db: sqlite3.Connection, old: str, new: str) -> None:
    """What belongs to a device follows it to its new name, in the transaction that is open."""
    for (table,) in db.execute(WITH_DEVICES).fetchall():
        db.execute(f"UPDATE OR REPLACE {table} SET device = ? WHERE device = ?", (new, old))


def make_tables(db: sqlite3.Connection, file: Path) -> None:
    """Make the tables in an empty database, or those of this version of older ones, in the transaction that is open.

    Raises ConfigError if they are of another program, or of a newer version.
    """
    application, version = (db.execute(f"PRAGMA {what}").fetchone()[0] for what in ("application_id", "user_version"))
    if (application, version) == (APPLICATION, VERSION):
        return
    if application == APPLICATION and version in MIGRATIONS:
        statements: tuple[str, ...] = MIGRATIONS[version]
    elif db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        whose = f"of version {version}, but this program knows {VERSION}" if application == APPLICATION else "not a store of tars-server"
        raise ConfigError(f"{file} is {whose}; move it away, or choose another --state")
    else:
        statements = SCHEMA + MIGRATIONS[1]
    for statement in statements:
        db.execute(statement)
