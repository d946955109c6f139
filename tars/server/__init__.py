"""The program tars-server."""
