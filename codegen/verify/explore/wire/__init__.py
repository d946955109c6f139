"""The state space of numbers, acknowledgements and buffers on the wire."""
