"""What can be wrong with ratings, a model's folder or a calibration: one sentence each."""

from __future__ import annotations

from warehouse.errors import ScorehouseError, UsageError


class RatingInputError(UsageError):
    """A file of answers or ratings cannot be used; names file, row (headers not counted) and column."""


class ModelFolderError(ScorehouseError):
    """A model's folder is not one, was changed after it was written, or was written by another version."""


class CalibrationError(ScorehouseError):
    """There is nothing from which a calibration could be learnt."""


class PredictionError(ScorehouseError):
    """The processes that rate answers did not come to an end."""
