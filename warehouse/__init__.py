"""What ingestion, orchestration and dashboards share: settings, vault, publish, the query function.

For pages: `marts.Marts` (`query`, `version`, `is_truncated`), `viewer.Viewer`, `accounts` (sign-in and
sessions), `exports` (`to_csv` …), `logs.explain`, and `errors`. For builds: `vault`, `seeds`,
`publish.publish`, `locks.build_lock`. The rest is how they work inside.
"""
