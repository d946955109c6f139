"""The state space of one dialer, two listeners, and the store in which they hand its session over."""
