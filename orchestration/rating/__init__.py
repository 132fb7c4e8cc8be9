"""The rating model as a command sees it: inputs, files, card, and the knots of the calibration."""
