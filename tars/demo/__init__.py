"""A spoken conversation of both programs, and a report of it."""
