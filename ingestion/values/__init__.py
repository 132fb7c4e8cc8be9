"""From what a cell says to a typed value: texts, numbers, times, choices; column by column, vectorised."""
