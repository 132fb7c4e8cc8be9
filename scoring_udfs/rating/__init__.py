"""The rating model: a second opinion learnt from human ratings, question by question."""

from scoring_udfs.rating.model import PREDICTION_SCHEMA, FittedModel, fit
from scoring_udfs.rating.report import Report

__all__ = ["PREDICTION_SCHEMA", "FittedModel", "Report", "fit"]
