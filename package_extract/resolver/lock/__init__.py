"""Answers as files that other tools read: one module for each form."""
