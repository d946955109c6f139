"""From an intent to an answer: general answers, timers and their answers, follow-up questions, and the dialogue of a session."""
