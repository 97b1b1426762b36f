"""The answers a factor model takes from each completed set, and who gave all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.domains import restricted_by, versions
from osa_survey.analysis.samples import CompletedSet, Data, Sample
from osa_survey.dataset import ScoredData, columns_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.psychometrics.confirmatory.factor_models import usable
from osa_survey.psychometrics.confirmatory.modelled_items import is_syntax
from osa_survey.psychometrics.confirmatory.parameter_tables import variables_of
from osa_survey.psychometrics.confirmatory.syntax import parse_model

Floats = NDArray[np.float64]
Version = ScoredData | pd.DataFrame


def with_items(version: Version, names: Iterable[str]) -> Version:
    """Return the data, or of data without scored scales the variables named."""
    wanted = list(names)
    if isinstance(version, pd.DataFrame) or version.log or not set(wanted) <= set(version.variables):
        return version
    return pd.DataFrame({column.info.name: column.values for column in columns_of(version, wanted)})


def with_items_of(version: Version, model: str) -> Version:
    """Return the data, or of data without scored scales the variables that a model in lavaan's syntax names."""
    return with_items(version, variables_of(parse_model(model))[0]) if is_syntax(model) else version


def answer_sets(data: Data, read: Callable[[Version], Floats]) -> tuple[Sample, list[Floats]]:
    """Return everybody with a weight as a sample, and the answers of each set.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The data.
    read : callable
        From one version of the data to answers, shape (respondents, columns), NaN for gaps.

    Returns
    -------
    tuple of Sample and list of ndarray of float, shape (respondents, columns)
        Answers of all respondents, one array for each set.
    """
    sets, answers = [], []
    for version in versions(data):
        values = read(version)
        design = getattr(version, "design", None)
        used = np.ones(len(values), dtype=bool) if design is None else np.asarray(design.weights > 0)
        sets.append(CompletedSet((), used, None if design is None else design.within(used)))
        answers.append(values)
    return Sample(tuple(sets), isinstance(data, ImputedData)), answers


def answering(sample: Sample, answers: Sequence[Floats], missing: str) -> tuple[Sample, list[Floats]]:
    """Return those who gave every answer (with ``"fiml"`` any), and their answers in each set."""
    masks = [usable(values, missing) for values in answers]
    found = restricted_by(sample, masks)
    return found, [values[one.used] for values, one in zip(answers, found.sets, strict=True)]
