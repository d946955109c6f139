"""Brains that are one speech-to-speech service: it hears the user and speaks the answer, without text between."""
