"""The table of further indices of fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from osa_survey.psychometrics.confirmatory.estimate_tables import started, table_result
from osa_survey.psychometrics.confirmatory.factor_parts import FactorParts
from osa_survey.psychometrics.confirmatory.further_measures import FurtherMeasures, further_measures
from osa_survey.results import Result, Show

BENTLER_BONETT = (
    "Bentler, P. M., & Bonett, D. G. (1980). Significance tests and goodness of fit in the analysis of covariance "
    "structures. Psychological Bulletin, 88(3), 588–606. https://doi.org/10.1037/0033-2909.88.3.588"
)
TANAKA_HUBA = (
    "Tanaka, J. S., & Huba, G. J. (1985). A fit index for covariance structure models under arbitrary GLS estimation. "
    "British Journal of Mathematical and Statistical Psychology, 38(2), 197–201. "
    "https://doi.org/10.1111/j.2044-8317.1985.tb00834.x"
)
NOTE = (
    "Given for comparison with other programs and older papers. GFI, AGFI and PGFI depend on the number of "
    "respondents; where means are modelled they are close to one whatever the model."
)


def index_table(parts: FactorParts) -> Result:
    """Return every further index of fit there is, one row for each version."""
    rows = started(parts)
    name, fit = parts.items.name, parts.fit
    several = len(fit.samples) > 1
    cells = [f"{name}|{sample.label}" for sample in fit.samples] if several else [f"{name}|all"]
    found, measures = further_measures(fit, parts.measures), parts.measures
    common: dict[str, Any] = {"outcome": name, "n": fit.n, "method": fit.estimator, "cells": cells}
    for term, level, value in indices(found):
        if np.isfinite(value):
            rows.add("fit_index", term=term, level=level, estimate=value, **common)
    for level, error, p in (
        ("unscaled", measures.rmsea, found.not_close),
        ("scaled", measures.rmsea_scaled, found.not_close_scaled),
        ("robust", measures.rmsea_robust, found.not_close_robust),
    ):
        if np.isfinite(p):
            rows.add("rmsea", term="RMSEA of .08 or more", level=level, estimate=error.value, p_value=p, **common)
    for level, value, p in (
        ("unscaled", measures.baseline_chi_squared, found.baseline_p),
        ("scaled", measures.baseline_scaled, found.baseline_p_scaled),
    ):
        if np.isfinite(value):
            test: dict[str, Any] = {
                "statistic": value,
                "statistic_name": "χ²",
                "df1": float(measures.baseline_df),
                "p_value": p,
            }
            rows.add("chi_squared", term="Baseline model", level=level, estimate=value, **test, **common)
    return table_result(
        parts,
        rows,
        "Further fit indices",
        (
            Show("fit_index"),
            Show("rmsea"),
            Show("rmsea", "p"),
            Show("chi_squared", "statistic"),
            Show("chi_squared", "p"),
        ),
        keys=("term", "level"),
        row_head="Index",
        method="indices of fit beside those of the model's first table",
        notes=(NOTE,),
        references=(BENTLER_BONETT, TANAKA_HUBA),
    )


def indices(found: FurtherMeasures) -> Iterator[tuple[str, str, float]]:
    """Yield name, version and value of each index."""
    for level, against in (("unscaled", found.plain), ("scaled", found.scaled), ("robust", found.robust)):
        yield "NFI", level, against.nfi
        yield "RFI", level, against.rfi
        yield "PNFI", level, against.pnfi
        yield "IFI", level, against.ifi
        yield "RNI", level, against.rni
    residuals = found.residuals
    for term, value in (
        ("GFI", found.gfi),
        ("AGFI", found.agfi),
        ("PGFI", found.pgfi),
        ("MFI", found.mcdonald),
        ("ECVI", found.cross_validation),
        ("Critical N (.05)", found.critical_n_05),
        ("Critical N (.01)", found.critical_n_01),
        ("WRMR", found.wrmr),
        ("RMR", residuals.rmr),
        ("RMR, covariances", residuals.rmr_covariances),
        ("SRMR (Bentler)", residuals.srmr),
        ("SRMR (Bentler), covariances", residuals.srmr_covariances),
        ("CRMR (Bollen)", residuals.crmr),
        ("CRMR (Bollen), covariances", residuals.crmr_covariances),
        ("SRMR (Mplus)", residuals.srmr_mplus),
        ("SRMR (Mplus), covariances", residuals.srmr_mplus_covariances),
        ("Discrepancy", found.discrepancy),
    ):
        yield term, "unscaled", value
