"""Makes the wake word "hey TARS" from packages alone: `python -m tests.voice.hey_tars`, or `make hey-tars`."""
