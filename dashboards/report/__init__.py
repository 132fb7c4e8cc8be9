"""A person's report on paper: what it says, how it is set, and many of them at once."""
