"""What is written from the definitions: Python, tests, diagrams, documentation, exports."""
