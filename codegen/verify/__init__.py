"""What checks the definitions: specs, exploration, SPIN, planted faults, replayed traces, coverage."""
