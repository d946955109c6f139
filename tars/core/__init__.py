"""The pure core: decides everything, performs nothing. It never reads a clock, never awaits, and opens no file or socket."""
