"""Other systems' files: profiles in YAML, their look-up tables, and speech recognisers' records."""
