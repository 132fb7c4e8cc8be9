"""Demo exports: files as an interview vendor and an HR system write them, about people who do not exist.

Every person, answer, comment and number is synthetic. What was planted stands in `truth.json`.
"""

from ingestion.demo.generate import DemoReport, write_demo

__all__ = ["DemoReport", "write_demo"]
