"""The part `home-assistant`."""
