"""Wiring only: Dagster assets, checks, schedule and sensor, and the `scorehouse` command."""
