"""Readers: from bytes to batches of rows. A file's content decides which one reads it, never its name."""
