# Written by `python -m codegen` from machines/system.yaml; do not edit.
"""How long things may take, in seconds, and what must hold between these limits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds; a table is read by step. The defaults are those of system.yaml."""

    greeting_limit: float = 5                       # system.yaml:111
    backoff: tuple[float, ...] = (1, 2, 4, 8, 16,)  # system.yaml:112
    stable_after: float = 10                        # system.yaml:113
    device_grace: float = 60                        # system.yaml:114
    server_grace: float = 120                       # system.yaml:115
    answer_limit: float = 12                        # system.yaml:116
    brain_limit: float = 8                          # system.yaml:117
    handover_limit: float = 0.3                     # system.yaml:118
    session_limit: float = 900                      # system.yaml:119
    session_timeout: float = 30                     # system.yaml:120
    device_user_turn_limit: float = 250             # system.yaml:121
    device_thinking_limit: float = 100              # system.yaml:122
    device_speaking_limit: float = 700              # system.yaml:123
    device_draining_limit: float = 30               # system.yaml:124
    device_interruption_limit: float = 200          # system.yaml:125
    server_user_turn_limit: float = 180             # system.yaml:126
    server_thinking_limit: float = 30               # system.yaml:127
    server_speaking_limit: float = 600              # system.yaml:128
    server_draining_limit: float = 180              # system.yaml:129
    server_interruption_limit: float = 130          # system.yaml:130


def broken_relations(limits: Limits) -> list[str]:
    """The relations of system.yaml that these limits break, as written there."""
    relations = {
        "device_grace > sum(backoff) + greeting_limit": limits.device_grace > sum(limits.backoff) + limits.greeting_limit,
        "server_grace > device_grace": limits.server_grace > limits.device_grace,
        "answer_limit > brain_limit": limits.answer_limit > limits.brain_limit,
        "answer_limit < device_grace": limits.answer_limit < limits.device_grace,
        "handover_limit < brain_limit": limits.handover_limit < limits.brain_limit,
        "device_thinking_limit > server_thinking_limit + device_grace": limits.device_thinking_limit > limits.server_thinking_limit + limits.device_grace,
        "device_user_turn_limit > server_user_turn_limit + device_grace": limits.device_user_turn_limit > limits.server_user_turn_limit + limits.device_grace,
        "device_speaking_limit > server_speaking_limit + device_grace": limits.device_speaking_limit > limits.server_speaking_limit + limits.device_grace,
        "server_user_turn_limit > server_grace": limits.server_user_turn_limit > limits.server_grace,
        "server_user_turn_limit > session_timeout": limits.server_user_turn_limit > limits.session_timeout,
        "server_draining_limit > server_grace + device_draining_limit": limits.server_draining_limit > limits.server_grace + limits.device_draining_limit,
        "server_speaking_limit > server_grace": limits.server_speaking_limit > limits.server_grace,
        "device_interruption_limit > server_interruption_limit + device_grace": limits.device_interruption_limit > limits.server_interruption_limit + limits.device_grace,
        "server_interruption_limit > server_grace": limits.server_interruption_limit > limits.server_grace,
        "device_draining_limit > 20": limits.device_draining_limit > 20,
    }
    return [text for text, holds in relations.items() if not holds]
