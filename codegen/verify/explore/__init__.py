"""Exploration: every state that both nodes and the link can reach together, and whether the specs hold in all of them."""
