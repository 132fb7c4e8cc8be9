"""What ingestion knows between passes: ledger, raw layer, versions of rows, quarantine and releases."""
