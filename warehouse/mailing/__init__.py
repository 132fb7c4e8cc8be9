"""Mail that leaves the house: who gets what and when, through which server, and what became of it."""
