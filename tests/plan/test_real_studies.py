"""Real answers from the raw file by a study file: numbers of the source pages, categories in declared order."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from osa_survey.plan import StudyRun, run_study
from osa_survey.plan.reporting import report_study
from osa_survey.results import Result

STUDIES = Path(__file__).parent / "studies"
LAST_DIGIT = 0.5e-4
"""Half a unit of the last digit the source pages print."""
FILES = {"hcmst": "hcmst.csv", "affairs_pt": "fair_pt.csv", "dres_couples": "DRES.csv"}
Placed = Callable[[str], Path]


@pytest.fixture(scope="module")
def placed(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Placed:
    """Put a study beside its raw file, as a user does; no data lie in the repository."""

    def place(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name) / "study"
        shutil.copytree(STUDIES / name, folder)
        shutil.copy(shared / "data" / name / FILES[name], folder / FILES[name])
        return folder

    return place


def analysis(run: StudyRun, identifier: str) -> Result:
    return next(result for result in run.analyses if result.id == identifier)


def value(result: Result, quantity: str, **where: str) -> float:
    return float(result.pick(quantity, **where)["estimate"])


@pytest.fixture(scope="module")
def couples_of_hcmst(placed: Placed) -> StudyRun:
    return run_study(placed("hcmst"))


@pytest.fixture(scope="module")
def readers(placed: Placed) -> StudyRun:
    return run_study(placed("affairs_pt"))


@pytest.fixture(scope="module")
def couples(placed: Placed) -> StudyRun:
    return run_study(placed("dres_couples"))


def test_hcmst_counts_in_declared_order(couples_of_hcmst: StudyRun) -> None:
    assert couples_of_hcmst.prepared.records == 1328
    sample = analysis(couples_of_hcmst, "sample")
    counts = sample.table.loc[lambda rows: (rows["quantity"] == "count") & (rows["level"] != "")]
    expected = {
        "quality": {"very poor": 5, "poor": 28, "fair": 105, "good": 504, "excellent": 686},
        "sex_frequency": {
            "once a month or less": 552,
            "2 to 3 times a month": 279,
            "once or twice a week": 296,
            "3 to 6 times a week": 104,
            "once or more a day": 21,
        },
        "gender": {"man": 743, "woman": 585},
        "same_gender_couple": {"no": 1237, "yes": 91},
    }
    for name, categories in expected.items():
        own = counts.loc[counts["outcome"] == name]
        assert list(zip(own["level"], own["estimate"], strict=True)) == list(categories.items())
    assert value(sample, "missing", outcome="sex_frequency", level="") == 76


def test_hcmst_means_and_correlations(couples_of_hcmst: StudyRun) -> None:
    sample = analysis(couples_of_hcmst, "sample")
    assert value(sample, "mean", outcome="age") == pytest.approx(55.8027, abs=LAST_DIGIT)
    assert value(sample, "sd", outcome="age") == pytest.approx(15.3353, abs=LAST_DIGIT)
    duration = sample.pick("mean", outcome="duration")
    assert (duration["n"], duration["estimate"]) == (1293, pytest.approx(27.2279, abs=LAST_DIGIT))
    assert value(sample, "sd", outcome="duration") == pytest.approx(17.1182, abs=LAST_DIGIT)
    found = analysis(couples_of_hcmst, "associations")
    both = found.pick("r", term="quality", outcome="sex_frequency")
    assert (both["n"], both["estimate"]) == (1252, pytest.approx(0.1881, abs=LAST_DIGIT))
    assert value(found, "r", term="quality", outcome="age") == pytest.approx(0.1130, abs=LAST_DIGIT)


def test_hcmst_through_ordinal_mediation(couples_of_hcmst: StudyRun) -> None:
    found = analysis(couples_of_hcmst, "through_quality")
    natural = found.more["natural"].table
    sums = natural.groupby("quantity")["estimate"].sum()
    assert sums.abs().max() < 1e-9, "changes of the chances of all categories add up to nothing"
    wide = natural.pivot(index="level", columns="quantity", values="estimate")
    parts = wide["natural_direct"] + wide["natural_indirect"]
    assert (parts - wide["natural_total"]).abs().max() < 1e-12
    assert len(wide) == 5
    assert any("indirect associations" in note for note in found.notes)


def test_readers_numbers_of_codes(readers: StudyRun) -> None:
    assert readers.prepared.records == len(readers.prepared.scored) == 595
    sample = analysis(readers, "sample")
    counts = sample.table.loc[lambda rows: (rows["quantity"] == "count") & (rows["outcome"] == "affairs_band")]
    expected = {"none": 448, "once": 33, "twice": 17, "3 times": 19, "4 to 10 times": 42, "monthly or more": 36}
    assert {level: n for level, n in zip(counts["level"], counts["estimate"], strict=True) if level} == expected
    assert value(sample, "mean", outcome="affairs") == pytest.approx(1.4286, abs=LAST_DIGIT)
    assert value(sample, "sd", outcome="affairs") == pytest.approx(3.2566, abs=LAST_DIGIT)
    assert value(sample, "count", outcome="gender", level="man") == 285
    assert value(sample, "count", outcome="gender", level="woman") == 310
    assert value(analysis(readers, "involved"), "proportion", term="") == pytest.approx(0.2471, abs=LAST_DIGIT)
    found = analysis(readers, "rating_and_involvement")
    assert value(found, "r") == pytest.approx(-0.2846, abs=LAST_DIGIT)
    rating = found.more["descriptives"]
    assert value(rating, "mean", outcome="rating") == pytest.approx(3.9261, abs=LAST_DIGIT)
    assert value(rating, "sd", outcome="rating") == pytest.approx(1.1046, abs=LAST_DIGIT)


@pytest.mark.parametrize(
    ("scale", "n", "mean", "sd", "alpha"),
    [
        ("quality_1", 120, 5.8991, 0.8146, 0.8619),
        ("quality_2", 120, 5.9472, 0.8069, 0.8682),
        ("satisfaction_1", 118, 6.0678, 1.4392, 0.9637),
        ("satisfaction_2", 117, 5.9504, 1.3744, 0.9494),
    ],
)
def test_scales_of_couples(couples: StudyRun, scale: str, n: int, mean: float, sd: float, alpha: float) -> None:
    scores = analysis(couples, "scores")
    found = scores.pick("mean", outcome=f"{scale}_mean")
    assert (found["n"], found["estimate"]) == (n, pytest.approx(mean, abs=LAST_DIGIT))
    assert value(scores, "sd", outcome=f"{scale}_mean") == pytest.approx(sd, abs=LAST_DIGIT)
    assert value(analysis(couples, f"alpha_{scale}"), "alpha") == pytest.approx(alpha, abs=LAST_DIGIT)


def test_partners_correlate(couples: StudyRun) -> None:
    found = analysis(couples, "within_and_across")
    expected = {
        ("satisfaction_1_mean", "satisfaction_2_mean"): (116, 0.4414),
        ("quality_1_mean", "quality_2_mean"): (119, 0.4769),
        ("satisfaction_1_mean", "quality_1_mean"): (None, 0.5072),
        ("satisfaction_2_mean", "quality_2_mean"): (None, 0.3032),
    }
    for (first, second), (n, r) in expected.items():
        row = found.pick("r", term=first, outcome=second)
        assert row["estimate"] == pytest.approx(r, abs=LAST_DIGIT)
        assert n is None or row["n"] == n


def test_couples_through_the_actor_partner_model(couples: StudyRun) -> None:
    found = analysis(couples, "actor_and_partner")
    assert "indistinguishable" in found.method
    assert found.pick("actor")["n"] == found.n_used
    assert found.pick("distinguishability")["df1"] == 6
    within = {}
    for quantity in ("icc", "within_r", "cross_partner_r"):
        rows = found.more["correlations"].table.loc[lambda table, name=quantity: table["quantity"] == name]
        within[quantity] = rows["estimate"].tolist()
    # near the correlations of the two columns, .4769 and .4414, and between .3032 and .5072 within persons
    assert within["icc"] == pytest.approx([0.47, 0.44], abs=0.03)
    assert 0.3032 < within["within_r"][0] < 0.5072
    assert within["cross_partner_r"][0] < within["within_r"][0]


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_report_of_each_study_is_written(placed: Placed, tmp_path: Path, name: str) -> None:
    report_study(placed(name), tmp_path / "report")
    html = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "NOT FOR RELEASE" not in html
    if name != "hcmst":
        assert "margin of error" not in html
        assert "representative" not in html
