"""TARS: a voice assistant in two programs, driven by generated state machines."""
