"""Forms of a REDCap project: which were never opened, which were left incomplete, and the check boxes in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import Export, OptionSet

CHECK_BOX = re.compile(r"^(?P<field>[a-z][a-z0-9_]*?)___(?P<code>[a-z0-9_.]+)$")
LABELLED_CHECK_BOX = re.compile(r"^(?P<field>.*\S)\s*\(choice=(?P<code>.*)\)(?:\.\d+)?$", re.DOTALL)
TICKED, NOT_TICKED = ("1", "Checked"), ("0", "Unchecked")
INCOMPLETE, DONE = ("", "0", "Incomplete"), ("1", "2", "Unverified", "Complete")
NOT_COMPLETED = "[not completed]"
"""What stands in the timestamp of a survey that was begun and not submitted."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Form:
    """One data collection instrument of a project.

    Attributes
    ----------
    name : str
        Its name, or the column of its status in an export with labels as names.
    status : str
        The column ``<form>_complete``.
    columns : tuple of str
        Its fields, check boxes option by option.
    timestamp : str
        The column with the time of its submission as a survey, "" if it is none.
    """

    name: str
    status: str
    columns: tuple[str, ...]
    timestamp: str = ""


@dataclass(frozen=True, repr=False)
class FormStates:
    """What the status columns and the cells say together.

    Attributes
    ----------
    not_opened : mapping of str to ndarray of bool
        Column → records in which its form was never opened: no status, or incomplete, and no field filled or ticked.
    unfinished : ndarray of bool
        Records with a form that was begun and not completed.
    """

    not_opened: Mapping[str, Mask]
    unfinished: Mask


def check_box_sets(columns: Sequence[str], labelled: bool) -> tuple[OptionSet, ...]:
    """Return the check-all questions that the names of columns tell, in file order.

    Examples
    --------
    >>> [(options.name, dict(options.options)) for options in check_box_sets(["sport___1", "sport___2", "x"], False)]
    [('sport', {'sport___1': '1', 'sport___2': '2'})]
    """
    pattern = LABELLED_CHECK_BOX if labelled else CHECK_BOX
    found: dict[str, dict[str, str]] = {}
    for column in columns:
        match = pattern.match(column)
        if match:
            found.setdefault(match["field"], {})[column] = match["code"]
    return tuple(OptionSet(name, options, TICKED, NOT_TICKED) for name, options in found.items())


def with_ticks_only(sets: Sequence[OptionSet], export: Export) -> tuple[OptionSet, ...]:
    """Return the sets whose columns hold nothing but ticks and blanks."""
    allowed = {*TICKED, *NOT_TICKED, ""}
    return tuple(
        options for options in sets if all(set(export.values(column)[0]) <= allowed for column in options.options)
    )


def relabelled(options: OptionSet, labels: Mapping[str, str]) -> OptionSet:
    """Return a set with labels of its columns; a column without a label is no option and leaves it."""
    return replace(options, options={column: labels[column] for column in options.options if column in labels})


def form_states(export: Export, forms: Sequence[Form], sets: Sequence[OptionSet]) -> FormStates:
    """Return what was never opened and what was left incomplete.

    Parameters
    ----------
    export : Export
        The export.
    forms : sequence of Form
        Its forms.
    sets : sequence of OptionSet
        Its check-all questions: a 0 in them is no sign that somebody was there.

    Notes
    -----
    REDCap writes 0 for every box of a form that nobody opened, so that "not ticked" and "never seen" look alike.
    """
    boxes = {column for options in sets for column in options.options}
    not_opened: dict[str, Mask] = {}
    unfinished = np.zeros(export.n_records, dtype=bool)
    for form in forms:
        done = _holds(export, form.status, DONE)
        begun = np.zeros(export.n_records, dtype=bool)
        for column in form.columns:
            empty = ("", *NOT_TICKED) if column in boxes else ("",)
            begun |= ~_holds(export, column, empty)
        if form.timestamp:
            begun |= ~_holds(export, form.timestamp, ("",))
            unfinished |= _holds(export, form.timestamp, (NOT_COMPLETED,))
        unfinished |= begun & ~done
        hidden = ~begun & ~done
        if hidden.any():
            not_opened.update(dict.fromkeys(form.columns, hidden))
    return FormStates(not_opened, unfinished)


def _holds(export: Export, column: str, wanted: Sequence[str]) -> Mask:
    values, which = export.values(column)
    found: Mask = np.isin(values, wanted)[which]
    return found
