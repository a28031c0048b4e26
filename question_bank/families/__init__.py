"""The question families, a folder a topic."""
