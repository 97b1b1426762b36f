"""Linking waves by self-generated codes: planted people come back, chance is counted, nobody is shown."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from osa_survey import link_waves
from osa_survey.errors import AnalysisError
from osa_survey.results import Result

PARTS = ["letter", "day", "month", "street", "siblings"]
N, STAYED, SLIPS, EMPTY = 300, 200, 40, 10
SIZES = {"letter": 26, "day": 31, "month": 12, "street": 26, "siblings": 5}


def waves(seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Return two waves: of 300 people 200 stay, 40 of them change one part; 50 others come new."""
    rng = np.random.default_rng(seed)
    drawn = {part: rng.integers(0, size, N + 50) for part, size in SIZES.items()}
    whole = pd.DataFrame({part: [f"{part[0]}{value}" for value in values] for part, values in drawn.items()})
    first = whole.iloc[:N].assign(joy=np.arange(N))
    stayed = rng.permutation(N)[:STAYED]
    second = pd.concat([whole.iloc[stayed], whole.iloc[N:]]).reset_index(drop=True)
    second.loc[: SLIPS - 1, "street"] = "slipped"
    second["joy"] = np.r_[stayed, np.full(50, -1)]
    return first, second, stayed


def number(report: Result, term: str, group: str = "", quantity: str = "count") -> float:
    return float(report.pick(quantity, term=term, group=group)["estimate"])


def test_planted_people_come_back_at_their_distance() -> None:
    first, second, _ = waves()
    linked = link_waves(first, second, PARTS, tolerance=1)
    assert (linked.data["joy_1"] == linked.data["joy_2"]).all(), "nobody is linked to somebody else"
    assert len(linked.data) >= STAYED - 2  # codes that two people share are left out
    assert int((linked.distance == 1).sum()) >= SLIPS - 1
    strict = link_waves(first, second, PARTS, tolerance=0)
    assert len(strict.data) == int((linked.distance == 0).sum())
    assert set(linked.data.columns) == {"joy_1", "joy_2"}


def test_the_report_adds_up() -> None:
    first, second, _ = waves()
    second.loc[60 : 60 + EMPTY - 1, "day"] = " "
    report = link_waves(first, second, PARTS).report
    linked = number(report, "linked, codes identical") + number(report, "linked, codes differ in 1 of 5 parts")
    for wave, people in (("people in the first wave", len(first)), ("people in the second wave", len(second))):
        rest = report.table.loc[report.table["group"] == wave, "estimate"].sum()
        assert rest + linked == people == number(report, wave)
    assert number(report, "not linked: code incomplete", "people in the second wave") == EMPTY


def test_pairs_by_chance_are_those_of_independent_parts() -> None:
    rng = np.random.default_rng(3)
    first, second = (
        pd.DataFrame({part: rng.integers(0, 4, 30).astype(str) for part in PARTS[:3]}).assign(row=range(30))
        for _ in range(2)
    )
    report = link_waves(first, second, PARTS[:3]).report
    agree = [
        sum(float((first[part] == value).mean() * (second[part] == value).mean()) for value in "0123")
        for part in PARTS[:3]
    ]
    # all ways to agree in two of three parts, each part for itself
    one_off = sum(np.prod([1 - agree[k] if k == gone else agree[k] for k in range(3)]) for gone in range(3))
    assert number(report, "linked, codes identical", quantity="expected_count") == pytest.approx(900 * np.prod(agree))
    term = "linked, codes differ in 1 of 3 parts"
    assert number(report, term, quantity="expected_count") == pytest.approx(900 * one_off)


def test_doubtful_codes_are_never_linked() -> None:
    first = pd.DataFrame({"a": ["1", "1", "2", "3"], "b": list("xxyz"), "c": list("ppqr")})
    second = pd.DataFrame({"a": ["1", "2", "3"], "b": list("xyz"), "c": ["p", "q", "s"]})
    linked = link_waves(first, second, ["a", "b", "c"])
    pairs = sorted(zip(linked.first.tolist(), linked.second.tolist(), linked.distance.tolist(), strict=True))
    assert pairs == [(2, 1, 0), (3, 2, 1)]
    # two candidates at distance one for the same person: neither is taken
    first = pd.DataFrame({"a": ["1", "2"], "b": list("xx"), "c": list("pp")})
    second = pd.DataFrame({"a": ["3"], "b": ["x"], "c": ["p"]})
    assert len(link_waves(first, second, ["a", "b", "c"]).data) == 0


def test_codes_stand_in_no_word_of_the_report() -> None:
    first, second, _ = waves()
    linked = link_waves(first, second, PARTS)
    told = " ".join([repr(linked), repr(linked.report), *map(str, linked.report.table.to_numpy().ravel())])
    assert not any(value in told.split() for value in itertools.chain(first["street"], second["street"]))


@pytest.mark.parametrize(
    ("parts", "options", "code"),
    [
        (["letter", "nothing"], {}, "unknown_variable"),
        (["letter"], {}, "too_few_variables"),
        (["letter", "letter"], {}, "too_few_variables"),
        (PARTS, {"tolerance": 3}, "tolerance"),
        (PARTS, {"suffixes": ("_1", "_1")}, "suffixes"),
    ],
)
def test_refusals(parts: list[str], options: dict[str, int], code: str) -> None:
    first, second, _ = waves()
    with pytest.raises(AnalysisError) as error:
        link_waves(first, second, parts, **options)  # type: ignore[arg-type]
    assert code in {problem.code for problem in error.value.problems}


def test_a_wave_without_complete_codes_is_refused() -> None:
    first, second, _ = waves()
    with pytest.raises(AnalysisError) as error:
        link_waves(first, second.assign(day=None), PARTS)
    assert {problem.code for problem in error.value.problems} == {"no_respondents"}
