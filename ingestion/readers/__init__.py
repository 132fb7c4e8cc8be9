"""Readers: from bytes to batches of rows. The content of a file decides which one reads it, never its name."""
