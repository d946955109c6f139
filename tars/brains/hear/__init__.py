"""Parts that hear: samples to text."""
