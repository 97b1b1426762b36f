"""An export under other names: whatever refers to a column by its name follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from osa_survey.dataset import Export


def with_names(export: Export, names: Sequence[str]) -> Export:
    """Return the export with other names for its columns; labels, reasons, sets, roles and order follow.

    Parameters
    ----------
    export : Export
        An export.
    names : sequence of str
        One name for each column, all different.
    """
    new = dict(zip(export.names, names, strict=True))
    facts = export.facts

    def renamed(reading: Any) -> Any:
        if isinstance(reading, list | tuple):
            return type(reading)(new.get(one, one) if isinstance(one, str) else one for one in reading)
        return reading

    return replace(
        export,
        columns=export.columns.rename_columns(list(names)),
        wording={new[name]: text for name, text in export.wording.items() if name in new},
        value_labels={new[name]: labels for name, labels in export.value_labels.items() if name in new},
        missing_values={new[name]: values for name, values in export.missing_values.items() if name in new},
        reading={key: renamed(value) for key, value in export.reading.items()},
        facts=replace(
            facts,
            reasons={new[name]: reasons for name, reasons in facts.reasons.items() if name in new},
            not_shown={new[name]: mask for name, mask in facts.not_shown.items() if name in new},
            sets=tuple(
                replace(one, options={new.get(name, name): label for name, label in one.options.items()})
                for one in facts.sets
            ),
            roles={role: new.get(name, name) for role, name in facts.roles.items()},
            order=tuple(new.get(name, name) for name in facts.order),
            restricted=tuple(new.get(name, name) for name in facts.restricted),
        ),
    )
