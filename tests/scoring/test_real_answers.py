"""Keys against real answers, and against answers that nobody gave."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import ScoredData, admit
from osa_survey.drafting.column_profiles import numbers_of
from osa_survey.ingest import read_export
from osa_survey.instruments import Instrument, load_library
from osa_survey.psychometrics import item_statistics
from osa_survey.scoring import score
from osa_survey.simulation.key_mutations import with_item_turned
from osa_survey.simulation.key_trials import count_verdicts, key_verdicts
from tests.made_up_studies import codebook, library_with

DEFINITIONS = Path(__file__).parent / "definitions"
LAST_DIGIT = 0.5e-4
"""Half a unit of the last digit the source page prints."""
ATTESTED = {"how": "adult community sample", "by": "the authors", "documented": "the article"}


def definition(name: str) -> Instrument:
    """Return a definition that is kept for these tests."""
    return Instrument.model_validate(tomllib.loads((DEFINITIONS / f"{name}.toml").read_text(encoding="utf-8")))


def scored(path: Path, blocks: dict[str, Any], *names: str) -> ScoredData:
    """Score a file whose respondents are attested adults."""
    book = codebook(eligibility={"attested": ATTESTED}, variables={}, blocks=blocks)
    return score(admit(read_export(path), book, library_with(*map(definition, names))))


@pytest.fixture(scope="module")
def couples(shared: Path) -> ScoredData:
    """Two blocks of one instrument, twice: both partners stand in one row."""
    positive_is_high = {str(code): code for code in range(1, 8)}
    blocks = {
        f"{name}_{partner}": {"instrument": instrument, "columns": pattern.format(partner=partner), **codes}
        for partner in (1, 2)
        for name, instrument, pattern, codes in (
            ("quality", "prqc9", "PRQC_{{n}}.{partner}", {}),
            ("satisfaction", "gmsex", "sexsat{{n}}.{partner}", {"codes": positive_is_high}),
        )
    }
    return scored(shared / "data" / "dres_couples" / "DRES.csv", blocks, "prqc9")


@pytest.mark.parametrize(
    ("block", "n", "mean", "sd", "alpha"),
    [
        ("quality_1", 120, 5.8991, 0.8146, 0.8619),
        ("quality_2", 120, 5.9472, 0.8069, 0.8682),
        ("satisfaction_1", 118, 6.0678, 1.4392, 0.9637),
        ("satisfaction_2", 117, 5.9504, 1.3744, 0.9494),
    ],
)
def test_couples_have_the_numbers_of_their_source(
    couples: ScoredData, block: str, n: int, mean: float, sd: float, alpha: float
) -> None:
    scores = couples.frame[f"{block}_mean"].dropna().to_numpy()
    assert len(scores) == n
    assert scores.mean() == pytest.approx(mean, abs=LAST_DIGIT)
    assert scores.std(ddof=1) == pytest.approx(sd, abs=LAST_DIGIT)
    items = couples.responses.items(block).astype(float)
    assert item_statistics(items).alpha == pytest.approx(alpha, abs=LAST_DIGIT)


def test_partners_resemble_each_other_as_in_the_source(couples: ScoredData) -> None:
    frame = couples.frame
    for one, other, r, n in (
        ("satisfaction_1", "satisfaction_2", 0.4414, 116),
        ("quality_1", "quality_2", 0.4769, 119),
        ("satisfaction_1", "quality_1", 0.5072, None),
        ("satisfaction_2", "quality_2", 0.3032, None),
    ):
        both = frame[[f"{one}_mean", f"{other}_mean"]].dropna()
        assert n is None or len(both) == n
        assert both.corr().iloc[0, 1] == pytest.approx(r, abs=LAST_DIGIT)


def test_the_keys_of_the_couples_are_not_contradicted(couples: ScoredData) -> None:
    for name, verdict in couples.keying.items():
        assert verdict.verdict in ("agrees", "cannot tell"), (name, verdict.reasons)
    # 117 and 118 respondents are fewer or more than needed; the correlations found are so high that they settle it
    assert couples.keying["satisfaction_1_mean"].verdict == "agrees"
    assert couples.keying["satisfaction_2_mean"].verdict == "agrees"


@pytest.mark.parametrize(
    ("file", "name", "pattern"), [("cataniadsc.csv", "dscs", "DSCS_{n}"), ("vanlankveld.csv", "sscs", "SSCS_{n}")]
)
def test_random_test_answers_never_agree_with_a_key(shared: Path, file: str, name: str, pattern: str) -> None:
    path = shared / "data" / "qualtrics_sexscales_dscs" / file
    data = scored(path, {name: {"instrument": name, "columns": pattern}}, name)
    assert len(data) == 200
    for verdict in data.keying.values():
        assert verdict.verdict in ("cannot tell", "contradicts")
        assert abs(verdict.numbers["alpha"]) < 0.3
        membership = verdict.question("membership")
        assert membership is None or membership.verdict == "cannot tell"
    assert np.isfinite(data.frame.to_numpy()).all()


COUNTED = {"scs", "dres_couples", "qualtrics_sexscales_dscs"}
NOTHING_SHIPPED = {
    "affairs_pt": "single questions: years married, religion, rating of the marriage, number of affairs",
    "formr": "four questions on religion and two ratings of 14 invented records",
    "google_forms": "a survey of users of a programming language",
    "hcmst": "single questions: quality of the relationship, frequency of sex",
    "limesurvey": "three test records of a survey on drug use, and structures without answers",
    "qualtrics_3header_panas": "PANAS and a short Marlowe-Crowne scale, which are not on the shelf; ten records",
    "qualtrics_german_headers": "one test record of two questions",
    "qualtrics_qsf_pair": "test surveys on food and services, 31 records at most",
    "redcap": "invented records of a clinical trial",
    "sosci": "a survey of researchers on data sharing; twelve barriers are no scale of the shelf",
    "spss_stata_sas": "samples of file formats, and a heart study without scales",
    "surveymonkey_starwars": "a survey on films",
}
"""Why no key can be judged: what the file asks instead."""
SUBSAMPLES = 200


def test_every_real_file_is_counted_or_holds_no_instrument_of_the_shelf(shared: Path) -> None:
    folders = {entry.name for entry in (shared / "data").iterdir() if entry.is_dir()}
    assert folders == COUNTED | set(NOTHING_SHIPPED)
    assert not COUNTED & set(NOTHING_SHIPPED)


def test_parts_of_a_real_file_raise_no_alarm(shared: Path) -> None:
    """Every 200 of 3,111 adults: none contradicts, and an item turned is caught wherever one looks."""
    frame = pd.read_csv(shared / "data" / "scs" / "data.csv")
    items = frame.loc[frame["age"].between(18, 99), [f"Q{n}" for n in range(1, 11)]]
    complete = items[(items > 0).all(axis=1)].to_numpy(dtype=np.float64)
    generator = np.random.default_rng(7)
    parts = [complete[generator.choice(len(complete), 200, replace=False)] for _ in range(SUBSAMPLES)]
    shipped = load_library().instrument("scs")
    counts = count_verdicts(shipped, parts)
    assert (counts.contradicted, counts.trials) == (0, SUBSAMPLES)
    assert counts.doubted <= 0.05 * SUBSAMPLES
    for item, part in zip(shipped.items, parts, strict=False):
        assert count_verdicts(with_item_turned(shipped, item.id), [part]).contradicted == 1


def test_answers_to_another_questionnaire_do_not_agree_with_a_key_of_the_shelf(shared: Path) -> None:
    """Twelve barriers to data sharing have the form of a scale of social support; they are no such scale."""
    export = read_export(shared / "data" / "sosci" / "OSQ_data.csv")
    columns = [f"DS13_{n:02d}" for n in range(1, 13)]
    answers = np.column_stack([numbers_of(export, column) for column in columns])
    told = key_verdicts(load_library().instrument("mspss"), answers)
    questions = [question for verdict in told.values() if (question := verdict.question("membership"))]
    assert questions
    assert all(question.verdict != "agrees" for question in questions)
