"""From recognised text to an intent: sentence templates, their slots, and the values of numbers, times and dates."""
