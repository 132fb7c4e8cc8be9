"""`--explain`: how a file would be read, before anything is written."""
