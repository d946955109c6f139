"""The README's first commands, on a Debian 12 and a Debian 13 on which nothing else is installed: `python -m tests.fresh`, as root.

Each is a folder that debootstrap fills and that a process takes for its root. pytest runs only what needs neither root nor a network.
"""
