"""Names of variables in a codebook that lead nowhere, and what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from osa_survey.errors import nearest


def unknown_names(named: Sequence[tuple[str, str]], columns: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each name that is no variable.

    Parameters
    ----------
    named : sequence of tuple of str
        Where a variable is named, such as ``eligibility.age``, and its name; an empty name names none.
    columns : mapping of str to str
        Variable → its column.

    Yields
    ------
    str
        What is wrong, with the variable of a column of this name, one called as its role, or the nearest.
    """
    for place, name in named:
        if name and name not in columns:
            meant = _meant(name, place.rpartition(".")[2], columns)
            yield f"{place} names '{name}', which is no variable: {meant}"


def _meant(name: str, role: str, columns: Mapping[str, str]) -> str:
    of_column = [variable for variable, column in columns.items() if column == name]
    if of_column:
        return f"did you mean '{of_column[0]}', the variable of the column '{name}'?"
    return f"did you mean '{role}'?" if role in columns else nearest(name, list(columns))
