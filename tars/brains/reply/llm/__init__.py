"""The part `llm`: a language model behind the HTTP interface of OpenAI, on this machine, in the house, or of a vendor."""
