"""The part `intents`: a fixed list of commands, understood by templates and answered at once, without a network."""
