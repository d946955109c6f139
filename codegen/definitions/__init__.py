"""The definitions: YAML with places, its schema, the model, and what one event does."""
