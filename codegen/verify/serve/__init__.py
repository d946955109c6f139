"""Serves the machines to a browser: a simulator of both nodes and their link, traces step by step, the generated documents."""
