"""Scoring kernels: pure functions, Arrow in, Arrow out; they know no file, database or scheduler."""
