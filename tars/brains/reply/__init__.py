"""Parts that reply: text to text. And timers, which they share."""
