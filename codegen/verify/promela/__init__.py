"""A second checker: the definitions as Promela, and SPIN's verdict on each spec. Shares the definitions with exploration, and no code."""
