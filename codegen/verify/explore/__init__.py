"""Exploration: every state that device, server and link can reach together, and whether the specs hold in all of them."""
