"""What ingestion, orchestration and dashboards share: settings, vault, publish, the query function."""
