"""`make docs`: a static site of the marts, their columns and lineage, the metrics and example queries."""
