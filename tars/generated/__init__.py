# Written by `python -m codegen` from machines/; do not edit.
"""Written by codegen: the machines, their wiring, their messages and their limits."""
