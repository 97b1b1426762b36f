"""Families of hypotheses, smallest effects of interest, and the words under differences that are not significant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from osa_survey.disclosure import JOURNAL
from osa_survey.errors import DefinitionError
from osa_survey.plan import StudyRun, report_study, run_study
from osa_survey.results import release
from tests.plan.test_study_files import CODEBOOK, STUDY
from tests.written_studies import write_files

SAME = 1e-9
"""Relative: the same arithmetic in another order."""
FAMILY = """
[[hypotheses]]
id = "h2"
text = "Older people score otherwise."
smallest_effect = { r = 0.25, source = "made up" }

[[hypotheses]]
id = "h3"
text = "Not of this family."
family = "other"

[families.primary]
adjust = "{adjust}"
draws = 100

[[analyses]]
id = "old"
do = "correlate"
variables = ["scs_total", "age"]
tests = "h2"

[[analyses]]
id = "third"
do = "correlate"
variables = ["scs_total", "age"]
method = "spearman"
tests = "h3"
"""


def _study(folder: Path, text: str) -> Path:
    generator = np.random.default_rng(3)
    trait = generator.normal(size=(120, 1))
    items = np.clip(np.round(2.5 + trait + generator.normal(size=(120, 10)) * 0.7), 1, 4).astype(int)
    group = np.array([1] * 60 + [2] * 60)
    lines = [",".join([*(f"Q{n}" for n in range(1, 11)), "age", "group"])]
    lines += [",".join(map(str, [*row, 20 + i % 50, group[i]])) for i, row in enumerate(items)]
    return write_files(folder, study=text, codebook=CODEBOOK.replace(', 3 = "tiny group"', ""), data="\n".join(lines))


def _run(tmp_path: Path, adjust: str, **more: object) -> StudyRun:
    text = STUDY + FAMILY.replace("{adjust}", adjust)
    return run_study(_study(tmp_path / adjust, text), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("adjust", "method"), [("holm", "holm"), ("hochberg", "simes-hochberg"), ("bh", "fdr_bh"), ("by", "fdr_by")]
)
def test_p_values_of_several_analyses_are_adjusted_together(tmp_path: Path, adjust: str, method: str) -> None:
    results = {result.id: result for result in _run(tmp_path, adjust).analyses}
    gap, old, third = results["gap"].pick("mean_difference"), results["old"].pick("r"), results["third"].pick("rho")
    wanted = multipletests([gap["p_value"], old["p_value"]], method=method)[1]
    np.testing.assert_allclose([gap["p_adjusted"], old["p_adjusted"]], wanted, rtol=SAME)
    assert third["p_adjusted"] == third["p_value"]  # another family, not declared
    half = float(stats.t.ppf(1 - 0.05 / 2 / 2, gap["df1"])) * gap["std_error"]  # Bonferroni: two tests, two sides
    wide = results["gap"].pick("simultaneous")
    np.testing.assert_allclose([wide["conf_low"], wide["conf_high"]], gap["estimate"] + np.array([-half, half]))
    z = np.arctanh(old["estimate"]) + np.array([-1, 1]) * stats.norm.ppf(1 - 0.05 / 4) / np.sqrt(old["n"] - 3)
    bounded = results["old"].pick("simultaneous_bounded")
    np.testing.assert_allclose([bounded["conf_low"], bounded["conf_high"]], np.tanh(z))


def test_tables_and_sentences_show_both_side_by_side(tmp_path: Path) -> None:
    folder = _study(tmp_path / "study", STUDY + FAMILY.replace("{adjust}", "holm"))
    page = next(path for path in report_study(folder, tmp_path / "out") if path.suffix == ".html")
    text = page.read_text(encoding="utf-8")
    assert text.count("<i>p</i> (family)") >= 2
    assert text.count("Simultaneous CI") >= 2
    assert "The family “primary” has 2 tests; p is adjusted over all of them (Holm)." in text
    assert "In the family “primary” (Holm, 2 tests)" in text


def test_romano_wolf_resamples_all_analyses_and_does_not_ask_how_many_workers(tmp_path: Path) -> None:
    run = _run(tmp_path, "romano_wolf")
    one = {result.id: result for result in run.analyses}
    again = {result.id: result for result in run_study(tmp_path / "romano_wolf", workers=2).analyses}
    for name, quantity in (("gap", "mean_difference"), ("old", "r")):
        row = one[name].pick(quantity)
        assert row["p_adjusted"] == again[name].pick(quantity)["p_adjusted"]
        assert row["p_adjusted"] >= row["p_value"] / 2
    assert "100 resamples" in " ".join(one["gap"].notes)


def test_a_selected_analysis_is_adjusted_over_its_whole_family(tmp_path: Path) -> None:
    whole = {result.id: result for result in _run(tmp_path, "holm").analyses}
    (alone,) = run_study(tmp_path / "holm", only=["gap"]).analyses
    assert alone.pick("mean_difference")["p_adjusted"] == whole["gap"].pick("mean_difference")["p_adjusted"]


def test_hidden_rows_have_no_simultaneous_interval(tmp_path: Path) -> None:
    text = (STUDY + FAMILY.replace("{adjust}", "holm")).replace('variables = ["scs_total", "age"]', "{}", 1)
    text = text.replace("{}", 'variables = ["scs_total", "age"]\nby = "group"\ngroups = ["first group", "tiny group"]')
    folder = _study(tmp_path / "small", text)
    (folder / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    lines = (folder / "data.csv").read_text(encoding="utf-8").splitlines()
    lines[-4:] = [line[:-1] + "3" for line in lines[-4:]]
    (folder / "data.csv").write_text("\n".join(lines), encoding="utf-8")
    results = {result.id: result for result in run_study(folder).analyses}
    table = results["old"].table
    tiny = table.loc[(table["group"] == "tiny group") & (table["quantity"] == "simultaneous_bounded")]
    assert len(tiny) == 1
    assert np.isfinite(tiny["conf_low"]).all()
    shown = release(results["old"], JOURNAL).table
    hidden = shown.loc[(shown["group"] == "tiny group") & (shown["quantity"] == "simultaneous_bounded")]
    assert hidden["conf_low"].isna().all()


def test_the_smallest_effect_of_a_hypothesis_is_tested_under_its_analysis(tmp_path: Path) -> None:
    results = {result.id: result for result in _run(tmp_path, "holm").analyses}
    follow_up = results["old"].more["equivalence"]
    row = results["old"].pick("r")
    z, error = np.arctanh(row["estimate"]), 1 / np.sqrt(row["n"] - 3)
    p = max(stats.norm.sf((z + np.arctanh(0.25)) / error), stats.norm.cdf((z - np.arctanh(0.25)) / error))
    np.testing.assert_allclose(follow_up.pick("equivalence")["p_value"], p, rtol=1e-7)
    assert "equivalence" not in results["gap"].more
    assert "made up" in " ".join(follow_up.notes)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_difference_that_is_not_significant_says_that_it_proves_nothing(tmp_path: Path, language: str) -> None:
    models = """
[[analyses]]
id = "slope"
do = "margins"
outcome = "scs_total"
blocks = [["age"]]

[report]
language = "LANGUAGE"
"""
    folder = _study(tmp_path / "study", STUDY + models.replace("LANGUAGE", language))
    page = next(path for path in report_study(folder, tmp_path / "out") if path.suffix == ".html")
    words = {"en": "is not evidence of no difference and no association", "de": "ist kein Beleg dafür, dass es keinen"}
    assert words[language] in page.read_text(encoding="utf-8")


def test_families_are_checked(tmp_path: Path) -> None:
    wrong = STUDY + '\n[families.primary]\nadjust = "holmes"\n[families.none]\nadjust = "holm"\n'
    with pytest.raises(DefinitionError) as caught:
        run_study(_study(tmp_path / "one", wrong))
    assert "adjust" in str(caught.value)
    with pytest.raises(DefinitionError, match="no hypothesis belongs to the family 'none'"):
        run_study(_study(tmp_path / "two", wrong.replace("holmes", "holm")))
