"""Takes what the speaker plays out of what the microphone hears."""

PACKAGE = "sudo apt install libspeexdsp1"
"""How to install what cancels the echo."""
