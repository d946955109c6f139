# Written by `python -m codegen` from machines/; do not edit.
"""Written by codegen: a test module for each machine and role."""
