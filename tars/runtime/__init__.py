"""What both programs share around the core: sockets, clock, log, trace, settings."""
