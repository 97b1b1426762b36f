"""The second reviewer: each remark has a study that earns it and one that does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from osa_survey.plan import audit_study
from osa_survey.report.audits import (
    CHECKS,
    AuditedAnalysis,
    AuditedHypothesis,
    AuditedScale,
    AuditSubject,
    audit,
    audit_codes,
)
from osa_survey.results import Result, Rows
from tests.made_up_folders import CODEBOOK, STUDY, write_study

SCALES = {
    "scs_total": AuditedScale("scs_total", "scs", "scs", 10),
    "pair_total": AuditedScale("pair_total", "pair", "pair", 2),
}


def analysis(name: str, do: str, *rows: Mapping[str, Any], **fields: Any) -> AuditedAnalysis:
    table = Rows()
    for row in rows:
        table.add(**{"n": 100, "estimate": 0.0, **row})
    result = Result.from_rows(table, title=name, analysis=do, method=fields.pop("method", "m"), n_used=100, id=name)
    arguments = fields.pop("arguments", {})
    return AuditedAnalysis(name, do, arguments, result, **fields)


def gap(*extra: AuditedAnalysis, **fields: Any) -> AuditSubject:
    return AuditSubject([*extra], scales=SCALES, ordinal=frozenset({"satisfaction"}), **fields)


P = {"quantity": "b", "term": "age", "outcome": "scs_total", "p_value": 0.02}
COMPARE = {"outcome": "scs_total", "by": "gender"}


def hiding(*hidden: str) -> AuditedAnalysis:
    """An analysis of three groups, as the report shows it."""
    groups = [{"quantity": "mean", "group": name, "n": 40} for name in ("man", "woman", "another gender")]
    found = analysis("a", "describe", *groups)
    table = found.result.table.assign(suppressed=["suppressed" if row["group"] in hidden else "" for row in groups])
    return replace(found, shown=replace(found.result, frame=table))


SAME = AuditedHypothesis("h1", "Men and women do not differ.", "primary")
CASES: dict[str, tuple[AuditSubject, AuditSubject]] = {
    "separation": (
        gap(analysis("a", "regress", {**P, "quantity": "odds_ratio", "warning": "separation: no finite estimate"})),
        gap(analysis("a", "regress", {**P, "quantity": "odds_ratio"})),
    ),
    "floor": (
        gap(analysis("a", "describe", {"quantity": "floor", "outcome": "scs_total", "estimate": 0.16})),
        gap(analysis("a", "describe", {"quantity": "floor", "outcome": "scs_total", "estimate": 0.15})),
    ),
    "ceiling": (
        gap(analysis("a", "describe", {"quantity": "ceiling", "outcome": "scs_total", "estimate": 0.4})),
        gap(analysis("a", "describe", {"quantity": "ceiling", "outcome": "other", "estimate": 0.4})),
    ),
    "tiny_group": (
        gap(analysis("a", "compare_groups", {"quantity": "mean", "group": "x", "n": 19})),
        gap(analysis("a", "compare_groups", {"quantity": "mean", "group": "x", "n": 20})),
    ),
    "hidden_together": (gap(hiding("woman", "another gender")), gap(hiding("another gender"))),
    "undeclared_family": (
        gap(analysis("a", "regress", P), analysis("b", "regress", P)),
        gap(analysis("a", "regress", P), analysis("b", "regress", {**P, "p_adjusted": 0.04})),
    ),
    "family_not_adjusted": (
        gap(analysis("a", "regress", P, tests="h1"), analysis("b", "regress", P, tests="h1"), hypotheses=[SAME]),
        gap(analysis("a", "regress", P, tests="h1"), hypotheses=[SAME]),
    ),
    "no_difference_untested": (
        gap(analysis("a", "compare_groups"), hypotheses=[SAME]),
        gap(analysis("a", "compare_groups", method="two one-sided tests of equivalence"), hypotheses=[SAME]),
    ),
    "alpha_on_two_items": (
        gap(analysis("a", "reliability", arguments={"scale": "pair_total"})),
        gap(analysis("a", "reliability", arguments={"scale": "scs_total"})),
    ),
    "invariance_untested": (
        gap(analysis("a", "compare_groups", arguments=COMPARE)),
        gap(
            analysis("a", "compare_groups", arguments=COMPARE),
            analysis("b", "invariance", arguments={"model": "scs", "by": "gender"}),
        ),
    ),
    "ordinal_as_metric": (
        gap(analysis("a", "regress", {**P, "outcome": "satisfaction"})),
        gap(analysis("a", "regress", {**P, "outcome": "satisfaction"}, reason="steps are taken as equal")),
    ),
    "causal_words": (gap(title="The impact of age"), gap(title="The impact of age", waves=2)),
}


@pytest.mark.parametrize("code", CASES)
def test_each_remark_is_made_where_it_is_due_and_only_there(code: str) -> None:
    earns, does_not = CASES[code]
    assert code in {one.code for one in audit(earns).findings}
    assert code not in {one.code for one in audit(does_not).findings}


def test_every_code_has_a_case_and_words_in_both_languages() -> None:
    assert set(CASES) == set(audit_codes())
    for _, texts in CHECKS:
        for words in texts.values():
            assert set(words) == {"en", "de"}
            assert all(len(part) > 20 for pair in words.values() for part in pair)


@pytest.mark.parametrize("language", ["en", "de"])
def test_remarks_are_worded_without_open_places(language: str) -> None:
    for earns, _ in CASES.values():
        found = audit(earns, language, file="study.toml")
        assert all("{" not in one.message + one.hint and one.key for one in found.findings)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Effects of age on scores", "causal_words"),
        ("Der Einfluss des Alters", "causal_words"),
        ("Pornography use leads to loneliness", "causal_words"),
        ("Effect sizes by gender", ""),
        ("Age and scores go together", ""),
        ("Older adults score lower", ""),
        ("Es gibt keinen Unterschied nach Geschlecht", "no_difference_untested"),
        ("Men and women are equally satisfied", "no_difference_untested"),
        ("There is no significant association with age", "no_difference_untested"),
        ("Men differ from women", ""),
    ],
)
def test_words_that_give_remarks_and_words_that_do_not(text: str, code: str) -> None:
    found = {one.code for one in audit(gap(title=text)).findings}
    assert found == ({code} if code else set())


def test_a_real_study_is_audited_from_its_folder(tmp_path: Path) -> None:
    study = STUDY.replace('title = "Compulsivity, gender and age"', 'title = "Effects of gender on compulsivity"')
    study += (
        '\n[[analyses]]\nid = "low"\ndo = "regress"\nmodel = "linear"\noutcome = "satisfaction"\nblocks = [["age"]]\n'
    )
    study += '\n[report]\nlanguage = "de"\ntext = "results.md"\n'
    codebook = CODEBOOK.replace('column = "satisfaction"\ntype = "ordinal"', 'column = "satisfaction"\ntype = "count"')
    codebook = codebook.replace('labels = { 1 = "low", 2 = "middling", 3 = "high" }\n', "")
    folder = write_study(tmp_path / "study", study=study, codebook=codebook)
    (folder / "results.md").write_text("Nothing here.\n\nMen and women did not differ.\n", encoding="utf-8")
    found = audit_study(folder)
    told = {(one.code, one.key) for one in found.findings}
    assert ("causal_words", "title") in told
    assert ("no_difference_untested", "results.md, line 3") in told
    assert ("invariance_untested", "analyses.gap") in told
    assert found.language == "de"
    assert "Anmerkungen" in found.as_text()
