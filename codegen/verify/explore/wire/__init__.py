"""The state space of message numbers, acknowledgements and buffers on the wire."""
