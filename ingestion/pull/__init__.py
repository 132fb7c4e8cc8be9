"""Pulled sources: rows of a database or of a REST endpoint become export files in landing."""
