"""The page of the console: who may look, its files, and what it is told while somebody looks."""
