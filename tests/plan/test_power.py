"""Power before fielding: the short way is the plan's own, known powers come back, and nothing but the seed decides."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from joblib import parallel_config
from statsmodels.stats.power import TTestIndPower

from osa_survey.errors import DefinitionError, OutputError
from osa_survey.plan import load_study, power, run_study, write_power
from osa_survey.plan.power_analyses import rows_of_tests
from osa_survey.plan.power_batches import analysed, batch_outcome, batch_seed, with_seed
from osa_survey.plan.power_settings import power_settings
from osa_survey.plan.replicates import draw_replicates, studies_together
from osa_survey.plan.simulating import study_population
from osa_survey.plan.tested_rows import read_row
from osa_survey.scoring import local_cluster
from osa_survey.simulation import simulate
from osa_survey.simulation.writing import write_simulated
from tests.made_up_power import EXCLUSIONS, FLAWS, HEAD, MANY, T_TEST, many_tests, planned, t_test

SAME = 1e-12
"""The same functions on the same arrays: what is left is the order of summation in matrices built together."""
MC = 4.0
"""Simulated shares may miss their value by this many standard errors; seeds are fixed, so they do or do not."""
PWR = json.loads(Path(__file__).with_name("power.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def short_and_ordinary(tmp_path_factory: pytest.TempPathFactory):
    """Every test of the first studies of a batch, made the short way and by the analyses."""
    study = load_study(planned(tmp_path_factory.mktemp("many"), many_tests()))
    setting = power_settings(study, ())[0]
    rows = rows_of_tests(study, setting, 100, study.file.power.tests)
    asked: list[str] = []

    def noted(*given):
        asked.extend(row.hypothesis for row in given[2])
        return analysed(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("osa_survey.plan.replicates.MOST_TOGETHER", 3)
        patch.setattr("osa_survey.plan.power_batches.analysed", noted)
        short = batch_outcome(study, setting.who, rows, 100, 0)
        patch.setattr("osa_survey.plan.power_batches.analysed", analysed)
        ordinary = batch_outcome(study, setting.who, rows, 100, 0, quick=False)
    return rows, asked, short, ordinary


def test_every_analysis_has_a_short_way(short_and_ordinary) -> None:
    rows, asked, *_ = short_and_ordinary
    assert [row.hypothesis for row in rows] == [name for name, *_ in MANY]
    assert not asked, "an analysis was asked although its test has a short way"


@pytest.mark.parametrize("position", range(len(MANY)), ids=[name for name, *_ in MANY])
def test_the_short_way_gives_the_numbers_of_the_analysis(short_and_ordinary, position: int) -> None:
    _, _, short, ordinary = short_and_ordinary
    assert np.isfinite(ordinary.p_values[:, position]).all()
    assert short.p_values[:, position] == pytest.approx(ordinary.p_values[:, position], abs=SAME)
    assert short.estimates[:, position] == pytest.approx(ordinary.estimates[:, position], abs=SAME, nan_ok=True)
    directed = MANY[position][0] not in ("three", "anova")
    assert np.isfinite(ordinary.estimates[:, position]).all() == directed


def test_a_study_is_what_the_pipeline_makes_of_its_file(tmp_path: Path) -> None:
    """Weights, imputation and exclusions included: the export is written, read and run as any other."""
    more = """
[weights]
outside = "keep"
[weights.rake]
gender = { man = 0.5, woman = 0.5, source = "made up" }
[missing_data]
method = "multiple_imputation"
m = 2
iterations = 2
variables = ["hours", "age", "gender"]
"""
    text = "\n".join([HEAD, EXCLUSIONS, FLAWS, more, T_TEST])
    study = load_study(planned(tmp_path, text))
    who = study_population(study)
    seed = batch_seed(1, 90, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("osa_survey.plan.power_batches.studies_together", lambda *_: 1)
        setting = power_settings(study, ())[0]
        rows = rows_of_tests(study, setting, 90, {})
        found = batch_outcome(study, who, rows, 90, 0)
    drawn = simulate(study.codebook, who, 90, seed, library=study.library, by_arrival=False)
    write_simulated(drawn, tmp_path / "planned_simulated.csv", "table")
    own = with_seed(study.file, batch_seed(seed, 90, 0))
    run = run_study(type(study)(own, study.folder, study.name, study.codebook, study.library))
    assert run.prepared.scored.design is not None
    assert run.answers.imputed is not None
    again = read_row(run.analyses[0], rows[0])
    assert found.p_values[0, 0] == pytest.approx(again.p_value, abs=SAME)
    assert found.estimates[0, 0] == pytest.approx(again.estimate, abs=SAME)


def test_the_power_of_a_t_test_is_that_of_its_noncentral_distribution(tmp_path: Path) -> None:
    result = power(planned(tmp_path, t_test(0.4)), sizes=(60, 120, 200), replicates=1000)
    for n, known in zip((60, 120, 200), PWR["t_two_groups_d_0.4"], strict=True):
        assert TTestIndPower().power(0.4, n / 2, 0.05) == pytest.approx(known, abs=1e-6)
        row = result.pick("power", level=str(n))
        assert row["estimate"] == pytest.approx(known, abs=MC * math.sqrt(known * (1 - known) / 1000))
        assert row["conf_low"] < row["estimate"] < row["conf_high"]
    needed = result.more["required"].pick("required_n")
    # pwr.t.test(d = .4, power = .8)$n = 99.08 in each group, 199 together
    assert needed["conf_low"] <= 2 * PWR["n_each_d_0.4_power_0.8"] + 8
    assert needed["conf_high"] >= 2 * PWR["n_each_d_0.4_power_0.8"] - 8
    errors = result.more["errors"]
    # One SD of what the effect leaves is 10 hours; men minus women is then -4.
    sd = 10.0
    assert abs(errors.pick("average_estimate", level="200")["estimate"]) == pytest.approx(0.4 * sd, rel=0.1)
    sizes = [errors.pick("type_m", level=level)["estimate"] for level in ("60", "120", "200")]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 1.5


def test_without_an_effect_the_power_is_the_level_of_the_test(tmp_path: Path) -> None:
    result = power(planned(tmp_path, t_test(0.0)), sizes=(40, 80), replicates=1200)
    for n in (40, 80):
        found = result.pick("power", level=str(n))["estimate"]
        assert found == pytest.approx(0.05, abs=MC * math.sqrt(0.05 * 0.95 / 1200))
    assert math.isnan(result.more["errors"].pick("type_s", level="80")["estimate"]), "zero has no sign"


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    study = planned(tmp_path / "study", t_test(0.3, "[power]\nsizes = [40, 80]\nreplicates = 240"))
    whole = power(study, folder=tmp_path / "whole")

    def interrupt(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        power(study, folder=tmp_path / "parts", progress=interrupt)
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
    assert 0 < len(kept) < len(list((tmp_path / "whole").iterdir()))
    steps: list[tuple[int, int]] = []
    resumed = power(study, folder=tmp_path / "parts", progress=lambda *step: steps.append(step))
    assert steps[0] == (len(kept), 6)
    assert steps[-1] == (6, 6)
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir() if path.name in kept} == kept
    assert resumed.table.equals(whole.table)
    assert resumed.more["errors"].table.equals(whole.more["errors"].table)
    for path in (tmp_path / "whole").iterdir():
        assert (tmp_path / "parts" / path.name).read_bytes() == path.read_bytes()


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    study = planned(tmp_path / "study", t_test(0.3, "[power]\nsizes = [200]\nreplicates = 600"))
    folder = tmp_path / "out.batches"
    code = f"from osa_survey.plan import power; power({str(study)!r}, folder={str(folder)!r})"
    process = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 60
    while (
        process.poll() is None
        and time.monotonic() < deadline
        and len(list(folder.glob("*.json")) if folder.is_dir() else []) < 2
    ):
        time.sleep(0.005)
    process.kill()
    process.wait()
    kept = {path.name for path in folder.glob("*.json")}
    assert len(kept) >= 2
    resumed = write_power(power(study, folder=folder), study, tmp_path / "resumed")
    whole = write_power(power(study), study, tmp_path / "whole")
    assert kept < {path.name for path in folder.glob("*.json")}, "the run was over before it was killed"
    assert [path.name for path in resumed] == [path.name for path in whole]
    for one, other in zip(resumed, whole, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_a_file_that_is_no_batch_is_refused_and_left_alone(tmp_path: Path) -> None:
    study = planned(tmp_path / "study", t_test(0.3))
    folder = tmp_path / "parts"
    power(study, sizes=(40,), replicates=10, folder=folder)
    batch = next(folder.iterdir())
    batch.write_text("own notes", encoding="utf-8")
    with pytest.raises(OutputError, match="not_a_batch"):
        power(study, sizes=(40,), replicates=10, folder=folder)
    assert batch.read_text(encoding="utf-8") == "own notes"


def test_processes_change_no_number_and_more_studies_leave_the_first_ones_alone(tmp_path: Path) -> None:
    study = planned(tmp_path, t_test(0.3))
    one = power(study, sizes=(40, 80), replicates=60, folder=tmp_path / "one")
    two = power(study, sizes=(40, 80), replicates=60, workers=2)
    with parallel_config(backend="threading", n_jobs=2):
        threads = power(study, sizes=(40, 80), replicates=60)
    assert one.table.equals(two.table)
    assert one.table.equals(threads.table)
    power(study, sizes=(40, 80), replicates=300, folder=tmp_path / "more")
    for path in (tmp_path / "one").iterdir():
        assert (tmp_path / "more" / path.name).read_bytes() == path.read_bytes()


def test_a_local_dask_cluster_changes_no_number(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    study = planned(tmp_path, t_test(0.3))
    one = power(study, sizes=(40,), replicates=250)
    with local_cluster(2, processes=False) as client, parallel_config(backend="dask", client=client):
        cluster = power(study, sizes=(40,), replicates=250)
    assert one.table.equals(cluster.table)


def test_assumptions_are_varied_one_at_a_time_with_the_same_random_numbers(tmp_path: Path) -> None:
    vary = '[power]\n[[power.vary]]\nwhat = "effects[1].d"\ntitle = "Difference"\nvalues = [0.2, 0.3, 0.6]'
    result = power(planned(tmp_path, t_test(0.3, vary)), sizes=(60, 120, 240), replicates=200)
    required = result.more["required"].table.set_index("term")
    assert list(required.index) == ["as planned", "Difference = 0.2", "Difference = 0.6"], "the planned value is there"
    assert required.loc["Difference = 0.6", "estimate"] < 120  # pwr: 2 x 44.6
    assert math.isnan(required.loc["Difference = 0.2", "estimate"])  # pwr: 2 x 393.4 is beyond the sizes
    assert "larger sizes" in required.loc["Difference = 0.2", "warning"]
    settings = result.more["settings"]
    found = [settings.pick("power", term=term, level="120")["estimate"] for term in required.index]
    assert found[1] < found[0] < found[2]


def test_tests_that_cannot_be_made_detect_nothing_and_are_counted(tmp_path: Path) -> None:
    rare = t_test(0.4).replace("man = 0.5, woman = 0.5", "man = 0.96, woman = 0.04")
    result = power(planned(tmp_path, rare), sizes=(10, 400), replicates=100)
    row = result.pick("power", level="10")
    # Two women or more of ten: 1 - .96^10 - 10 x .04 x .96^9 = .058
    assert "no test in" in row["warning"]
    assert "too_few_groups" in row["warning"]
    number = int(row["warning"].removeprefix("no test in ").split(" ")[0])
    assert number == pytest.approx(94.2, abs=MC * math.sqrt(100 * 0.942 * 0.058))
    assert row["estimate"] < 0.06


def test_hypotheses_of_a_family_are_adjusted_together(tmp_path: Path) -> None:
    second = (
        T_TEST.replace('"hours"\ntext', '"again"\ntext')
        .replace("by_gender", "again")
        .replace('tests = "hours"', 'tests = "again"')
    )
    study = planned(tmp_path / "a", t_test(0.3, second))
    bonferroni = planned(tmp_path / "b", t_test(0.3, second, '[power]\nadjust = "bonferroni"'))
    plain, adjusted = (power(path, sizes=(150,), replicates=400) for path in (study, bonferroni))
    known = [TTestIndPower().power(0.3, 75, alpha) for alpha in (0.05, 0.025)]
    for result, share in zip((plain, adjusted), known, strict=True):
        found = result.pick("power", outcome="hours")["estimate"]
        assert found == pytest.approx(share, abs=MC * math.sqrt(share * (1 - share) / 400))


def test_what_the_study_file_must_say_is_asked_for(tmp_path: Path) -> None:
    regression = T_TEST.replace('do = "compare_groups"\noutcome = "hours"\nby = "gender"',
                                'do = "regress"\noutcome = "hours"\nblocks = ["age", "gender"]')  # fmt: skip
    with pytest.raises(DefinitionError, match="several_tests") as caught:
        power(planned(tmp_path / "a", t_test(0.3).replace(T_TEST, regression)), sizes=(60,))
    assert 'term = "gender[woman]"' in str(caught.value)
    with pytest.raises(DefinitionError, match="no_hypothesis"):
        power(planned(tmp_path / "b", t_test(0.3).replace('tests = "hours"', "")), sizes=(60,))
    vary = (
        '[[power.vary]]\nwhat = "effects[2].d"\nvalues = [0.1]\n[[power.vary]]\nwhat = "gaps.nothing"\nvalues = [0.1]'
    )
    with pytest.raises(DefinitionError) as caught:
        power(planned(tmp_path / "c", t_test(0.3, vary)), sizes=(60,))
    assert len(caught.value.problems) == 2
    assert [problem.key for problem in caught.value.problems] == ["power.vary[1]", "power.vary[2]"]
    with pytest.raises(DefinitionError, match="named twice"):
        power(planned(tmp_path / "d", t_test(0.3)), sizes=(60, 60))
    with pytest.raises(DefinitionError, match="no hypothesis of this id"):
        load_study(planned(tmp_path / "e", t_test(0.3, '[power.tests.other]\nterm = "x"')))


def test_couples_and_groups_are_drawn_study_by_study(tmp_path: Path) -> None:
    groups = "[simulation.groups.relationship]\nicc = 0.05"
    study = load_study(planned(tmp_path, t_test(0.3, groups)))
    assert studies_together(study_population(study), 50) == 1
    plain = load_study(planned(tmp_path / "plain", t_test(0.3)))
    who = study_population(plain)
    assert studies_together(who, 50) == 100
    assert studies_together(who, 30_000) == 1
    drawn = draw_replicates(plain, who, 50, 3, 1)
    assert np.diff(drawn.bounds).tolist() == [50, 50, 50]
    assert len({tuple(drawn.study(number).frame["hours"]) for number in range(3)}) == 3
