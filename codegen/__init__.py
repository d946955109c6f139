"""From the definitions in `machines/` to everything that follows from them."""
