"""Every file of published numbers keeps the promises of the kind; each is discovered, none is listed here."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from osa_survey.instruments import data_dictionary
from osa_survey.plan import load_study
from osa_survey.simulation import PublishedNumbers, load_published, published_ids
from osa_survey.studies import check_published, find_study, runnable_ids
from osa_survey.studies.checks import CANNOT_TELL, CONSISTENT, INCONSISTENT

IDS = published_ids()
MINORS = re.compile(r"\b(child|teen\w*|adolescen\w*|minors|youth|puberty|pupils?)\b", re.IGNORECASE)
FACTS = {
    "doering_mohseni_2018": ("doering_mohseni_2018",),
    "doering_2017": ("doering_2017_four_country",),
    "pew_2023": ("pew_2023_online_dating",),
    "iss": (
        "bothe_2023_csbd_42_countries",
        "bothe_2024_ppu_42_countries",
        "bothe_2020_csbd19",
        "iss_sample_composition_asrs_subset",
    ),
    "iran_2024": ("iran_students_2024",),
    "mori_2020": ("mori_2020_meta",),
    "grov_2011": ("grov_2011",),
    "bothe_2018": ("bothe_2018_ppcs",),
    "kraus_2020": ("kraus_2020_bps",),
    "cooper_2000": ("cooper_delmonico_burg_2000",),
}
"""Study → its names in the list of numbers that were read."""
FOUND = {"iran_2024": 2, "cooper_2000": 1}
"""Study → inconsistencies known in its printed numbers; see the tests below."""


@pytest.fixture(params=IDS)
def published(request: pytest.FixtureRequest) -> PublishedNumbers:
    return load_published(str(request.param))


def test_the_ten_studies_are_there() -> None:
    assert set(FACTS) <= set(IDS)
    assert {"doering_mohseni_2018", "doering_2017"} <= set(runnable_ids())


def test_a_study_says_who_was_asked_and_that_they_were_adults(published: PublishedNumbers) -> None:
    assert published.adults.minimum_age >= 18
    assert published.adults.how
    assert published.read
    assert published.not_read
    said = [published.population, published.title, *(f"{claim.what} {claim.group}" for claim in published.claims)]
    assert not MINORS.search(" ".join(said).replace("Number of children", ""))


def test_every_number_has_its_source_and_mark(published: PublishedNumbers) -> None:
    for claim in published.claims:
        source = published.sources[claim.source]
        assert claim.verified in {"seen", "derived"}, f"{claim.id}: a number nobody read does not ship"
        assert source.url.startswith(("http", "github:")) or claim.verified == "derived"
        assert claim.what[0] == claim.what[0].upper()
        assert published.people(claim) is None or published.people(claim) <= published.n
        assert claim.result or published.reason(claim)
    assert set(published.sources) == {claim.source for claim in published.claims}


def test_numbers_are_those_that_were_read(published: PublishedNumbers, shared: Path) -> None:
    read = json.loads((shared / "facts" / "published.json").read_text(encoding="utf-8"))
    names = FACTS.get(published.id)
    if names is None:
        pytest.skip("not among the studies of the list")
    values = [float(entry["value"]) for entry in read if entry["study"] in names and _is_number(entry["value"])]
    known = Counter(round(value, 6) for value in values)
    known.update(float(entry["n"]) for entry in read if entry["study"] in names and entry["n"])
    for claim in published.claims:
        if claim.is_direction or claim.verified == "derived":
            continue
        for text in filter(None, (claim.value, claim.low, claim.high)):
            assert known[round(float(text), 6)] > 0, f"{claim.id}: {text} is not in the list of numbers that were read"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))


def test_assumptions_have_reasons_and_are_kept_apart(published: PublishedNumbers) -> None:
    marks = {entry.quantity: entry.status for entry in published.assumptions}
    assert all(marks[entry.name] == "assumed" for entry in published.assumed)
    assert all(entry.source for entry in published.assumptions if entry.status == "published")
    assert not {claim.id for claim in published.claims} & {entry.name for entry in published.assumed}


def test_a_study_that_can_be_run_has_a_folder_whose_analyses_make_its_numbers(published: PublishedNumbers) -> None:
    results = {claim.result.partition("/")[0] for claim in published.claims if claim.result}
    if published.id not in runnable_ids():
        assert not results, "numbers are reproduced by a module"
        return
    study = find_study(published.id)
    loaded = load_study(data_dictionary() / study.place)
    assert loaded.codebook.simulated, "the codebook says that the answers are simulated"
    assert all("simulated" in entry.export for entry in loaded.file.data)
    assert results <= {entry.id for entry in loaded.file.analyses}
    reproduced = [claim for claim in published.claims if claim.result]
    of_rows = {claim.result.split("/")[2] for claim in reproduced if claim.is_direction}
    assert study.figure in {claim.quantity for claim in reproduced} | of_rows


def test_checks_run_over_every_file_and_findings_are_those_known(published: PublishedNumbers) -> None:
    table = check_published(published.id).table
    assert set(table["level"]) <= {CONSISTENT, INCONSISTENT, CANNOT_TELL}
    assert (table["method"] != "").all()
    found = table.loc[table["level"] == INCONSISTENT]
    assert len(found) == FOUND.get(published.id, 0), found["method"].tolist()


def test_cooper_prints_17_percent_for_16_and_a_half() -> None:
    # 1,007 + 424 + 96 = 1,527 of 9,265 are 16.48 %.
    table = check_published("cooper_2000").table
    found = table.loc[table["level"] == INCONSISTENT]
    assert found["term"].tolist() == ["parts add up"]
    assert "16.5 %" in found["method"].iloc[0]


def test_the_iranian_study_prints_two_numbers_that_cannot_be() -> None:
    # 42 of 450 are 9.3 %, 43 are 9.6 %: none is 9.5 %. √(1.02 · 1.32) = 1.16, printed 1.20.
    table = check_published("iran_2024").table
    found = table.loc[table["level"] == INCONSISTENT].set_index("term")
    assert set(found.index) == {"whole people", "log-symmetric"}
    assert found.loc["log-symmetric", "outcome"] == "Sexual distress"
