# Written by `python -m codegen` from machines/; do not edit.
"""The machines of the device."""
