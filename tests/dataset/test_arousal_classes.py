"""The three classes by arousal and partner, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from osa_survey.dataset import admit, arousal_classes, harmonise
from osa_survey.errors import AnalysisError
from osa_survey.instruments.reasons import REASON_CODES
from tests.made_up_studies import codebook, export_of

EVER = {"0": "no", "1": "yes", "2": "unsure"}
OFTEN = {"0": "never", "1": "less than monthly", "2": "about monthly"}
AGE = {"column": "age", "type": "number", "maximum": 99}


def harmonised(columns: dict[str, list[Any]], answers: str = "lifetime") -> Any:
    n = len(next(iter(columns.values())))
    kind, labels = ("nominal", EVER) if answers == "lifetime" else ("ordinal", OFTEN)
    entries = {
        name: {
            "column": name,
            "type": kind,
            "labels": labels,
            "maps_to": f"{name}_{answers}",
            "missing": {"refused": [-9]},
        }
        for name in columns
    }
    export = export_of({"age": [40] * n, **columns})
    return harmonise(admit(export, codebook(variables={"age": AGE, **entries})))


def test_any_activity_is_enough_and_no_needs_all_of_them() -> None:
    data = harmonised({"osa_information": [1, 0, 0, 0, 0], "osa_products": [0, 0, 2, -9, ""]})
    found = arousal_classes(data)
    np.testing.assert_array_equal(found.frame["osa_non_arousal_lifetime"], [1, 0, 2, np.nan, np.nan])
    refused, gap = REASON_CODES["refused"], REASON_CODES["not_answered"]
    assert found.reasons["osa_non_arousal_lifetime"].tolist() == [0, 0, 0, refused, gap]
    assert found.origins["osa_non_arousal_lifetime"] == "osa_information_lifetime, osa_products_lifetime"
    assert set(found.left_out) == {"osa_solitary_arousal_lifetime", "osa_partnered_arousal_lifetime"}


def test_a_yes_stands_over_a_gap_and_over_unsure() -> None:
    found = arousal_classes(harmonised({"sexting": [1, 1, 0], "cybersex": [-9, 2, 2]}))
    assert found.frame["osa_partnered_arousal_lifetime"].tolist() == [1, 1, 2]
    assert found.reasons["osa_partnered_arousal_lifetime"].tolist() == [0, 0, 0]


def test_a_frequency_becomes_any_or_none_within_its_own_window() -> None:
    data = harmonised({"osa_entertainment": [0, 1, 2]}, "frequency_12m")
    assert arousal_classes(data, "frequency_12m").frame["osa_solitary_arousal_12m"].tolist() == [0, 1, 1]
    assert list(arousal_classes(data).frame) == [], "lifetime is not answered by 12 months"
    assert "osa_solitary_arousal_3m" in arousal_classes(data, "frequency_3m").left_out


def test_types_that_span_classes_count_for_none() -> None:
    found = arousal_classes(harmonised({"osa_contacts": [1], "osa_sex_work": [1]}))
    assert list(found.frame) == []
    assert len(found.left_out) == 3


def test_phone_sex_is_not_an_activity_on_the_internet() -> None:
    assert list(arousal_classes(harmonised({"phone_sex": [1]})).frame) == []


def test_other_words_for_answers_are_refused() -> None:
    with pytest.raises(AnalysisError, match="unknown_answers"):
        arousal_classes(harmonised({"sexting": [1]}), "weekly")  # type: ignore[arg-type]
