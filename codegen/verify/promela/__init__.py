"""A second checker: writes the definitions as Promela, and SPIN judges each spec. Shares the definitions with exploration, but no code."""
