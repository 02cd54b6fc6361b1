"""The document: its models, reading, writing and JSON Schema."""
