"""Crowds that never get as far as a request, at a server that encrypts: a good device beside them is encrypted too."""

from __future__ import annotations

from functools import partial

from tests.attacks.rows import add
from tests.attacks.server_floods import USUAL, Cost, flood

CROWD = Cost(memory=60.0)
"""1,000 handshakes that have begun are 1,000 times the state of OpenSSL."""
ATTACKS = {
    "encrypted-silent-connections": ("1,000 connections that say nothing, at a server that encrypts", Cost(memory=16.0)),
    "slow-handshakes": ("1,000 connections, each of which begins TLS byte by byte", CROWD),
    "handshakes": ("TLS is begun and left, as often as there is time", USUAL),
    "garbage": ("a scan of the port: garbage of many kinds, as if it were TLS, HTTP or something else", USUAL),
}

for _name, (_attack, _cost) in ATTACKS.items():
    add(_name, _attack, _cost.limit, partial(flood, _name, cost=_cost, encrypted=True))
