"""The checks of a study, one in each file, in three levels: the file, its columns, their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from osa_survey.plan.checks import (
    ages as _ages,
)
from osa_survey.plan.checks import (
    author_texts as _author_texts,
)
from osa_survey.plan.checks import (
    break_offs as _break_offs,
)
from osa_survey.plan.checks import (
    consent as _consent,
)
from osa_survey.plan.checks import (
    definitions as _definitions,
)
from osa_survey.plan.checks import (
    duplicates as _duplicates,
)
from osa_survey.plan.checks import (
    frozen_plans as _frozen_plans,
)
from osa_survey.plan.checks import (
    gap_categories as _gap_categories,
)
from osa_survey.plan.checks import (
    harmonising as _harmonising,
)
from osa_survey.plan.checks import (
    labels as _labels,
)
from osa_survey.plan.checks import (
    named_categories as _named_categories,
)
from osa_survey.plan.checks import (
    option_changes as _option_changes,
)
from osa_survey.plan.checks import (
    reading as _reading,
)
from osa_survey.plan.checks import (
    target_sums as _target_sums,
)
from osa_survey.plan.checks import (
    totals as _totals,
)
from osa_survey.plan.checks import (
    unconfirmed as _unconfirmed,
)
from osa_survey.plan.checks import (
    undeclared as _undeclared,
)
from osa_survey.plan.checks import (
    unknown_columns as _unknown_columns,
)
from osa_survey.plan.checks import (
    weights as _weights,
)
from osa_survey.plan.checks.subjects import Outcome, Subject, subject_of

LEVELS: Mapping[str, tuple[Callable[[Subject], Outcome], ...]] = {
    "file": (_reading.reading,),
    "columns": (_unknown_columns.unknown_columns, _labels.labels, _definitions.definitions, _harmonising.harmonising),
    "values": (
        _undeclared.undeclared,
        _consent.consent,
        _ages.ages,
        _option_changes.option_changes,
        _totals.totals,
        _weights.weights,
        _duplicates.duplicates,
        _break_offs.break_offs,
    ),
}
_MODULES = (
    _reading,
    _frozen_plans,
    _author_texts,
    _unconfirmed,
    _named_categories,
    _target_sums,
    _gap_categories,
    _unknown_columns,
    _labels,
    _definitions,
    _harmonising,
    _undeclared,
    _consent,
    _ages,
    _option_changes,
    _totals,
    _weights,
    _duplicates,
    _break_offs,
)


def finding_codes() -> dict[str, str]:
    """Return every code a check can give a finding, and what it means.

    Examples
    --------
    >>> finding_codes()["unknown_column"]
    'strict: the export has a column that the codebook does not name'
    """
    return {code: meaning for module in _MODULES for code, meaning in module.CODES.items()}


__all__ = ["LEVELS", "Outcome", "Subject", "finding_codes", "subject_of"]
