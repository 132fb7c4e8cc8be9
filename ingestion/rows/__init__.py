"""Rows on their way: headers, typed values, digests, sealing."""
