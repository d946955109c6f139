"""Everything that touches the world: sockets, sound, models, files, the clock. Shells post what happens and carry effects out."""
