"""The program tars-pi."""
