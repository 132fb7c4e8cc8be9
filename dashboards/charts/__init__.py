"""Charts: rows of a query in, an Altair chart out. Geometry only; every number arrives computed."""
