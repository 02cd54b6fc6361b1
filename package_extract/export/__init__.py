"""The document in the forms of other tools."""
