"""The offline brain: recognises, understands, answers and speaks with installed models, without any network."""
