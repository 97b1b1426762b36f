"""What a confirmatory factor analysis computed: what its tables are made from."""

from __future__ import annotations

from dataclasses import dataclass

from osa_survey.psychometrics.confirmatory.fit_measures import FitMeasures
from osa_survey.psychometrics.confirmatory.fits import FactorFit
from osa_survey.psychometrics.confirmatory.modelled_items import Groups, ModelledItems
from osa_survey.psychometrics.confirmatory.score_tests import Release
from osa_survey.psychometrics.confirmatory.standardised import Standardised


@dataclass(frozen=True, repr=False)
class FactorParts:
    """What a factor analysis computed."""

    items: ModelledItems
    groups: Groups
    fit: FactorFit
    measures: FitMeasures
    standardised: Standardised
    releases: tuple[Release, ...]
    missing: str
    chosen: bool
    conf_level: float
    n_all: int
    details: bool = False
