"""The state space of two sets of machines and the link between them."""
