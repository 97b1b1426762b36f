"""Couples: a partner who knows the own answers recovers nothing from any table, model, codebook, twin or record."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import apim, compare_groups, correlate, crosstab, describe, paired, prevalence, regress
from osa_survey.disclosure import JOURNAL, WORKBENCH
from osa_survey.errors import OutputError
from osa_survey.plan import load_study, release_study, report_study, run_study, twin_step, write_codebook
from osa_survey.plan.gate_step import gate_facts
from osa_survey.plan.partner_step import declared_couples
from osa_survey.results import Result, release_together
from osa_survey.sharing.couples import copied_answers, decided_by, partner_rows, same_but_one, shared_by_both
from osa_survey.sharing.partners import Couples
from osa_survey.sharing.twins import Twin
from tests.sharing.made_up_couples import VARIABLES, as_categories, drawn_couples, readable
from tests.sharing.made_up_release import CODEBOOK, SHARING, STUDY, answers, write_study

REPORTS = int(os.environ.get("OSA_SURVEY_TABLES", "24"))
AT_ONCE = 24
TABLES = (("use_a", "use_b"), ("gender_a", "use_b"), ("use_b", "gender_a"), ("gender_a", "use_a"))


def of_partners(frame: pd.DataFrame, **fields: Any) -> Couples:
    values = {str(name): frame[name].to_numpy(dtype=float) for name in frame.columns}
    return Couples(values, {}, (frozenset({"use_a"}), frozenset({"use_b"})), **fields)


def released(couples: pd.DataFrame, results: list[Result], *, guarded: bool = True) -> tuple[Result, ...]:
    partners = of_partners(couples)

    def gaps(names: object) -> np.ndarray:
        return np.zeros(len(couples), dtype=bool)

    readers = partners.readers_together if guarded else None
    named = [result.with_id(f"t{number}") for number, result in enumerate(results)]
    return release_together(named, JOURNAL, gaps=gaps, readers=readers)


@pytest.mark.timeout(0 if REPORTS > 100 else 300)
@pytest.mark.parametrize("block", range(max(1, REPORTS // AT_ONCE)))
def test_a_partner_recovers_nothing_from_random_reports(block: int) -> None:
    unguarded, shown = 0, 0
    for seed in range(block * AT_ONCE, (block + 1) * AT_ONCE):
        generator = np.random.default_rng([seed, 11])
        couples = drawn_couples(generator)
        number = int(generator.integers(1, len(TABLES) + 1))
        chosen = [TABLES[int(k)] for k in generator.choice(len(TABLES), number, replace=False)]
        data = as_categories(couples)
        results = [crosstab(data, row, column) for row, column in chosen]
        through = released(couples, results)
        assert readable(couples, through) == [], seed
        shown += sum(len(result.frame) > 0 for result in through)
        if not unguarded and not block:
            unguarded += bool(readable(couples, released(couples, results, guarded=False)))
    assert unguarded > 0 or block, "no report was drawn off which a partner could read"
    assert shown > 0, "every table is withheld"


def test_two_tables_that_only_together_leave_one_answer() -> None:
    # whose own answer is 1 has a partner who said 1 or 2, whose group is 0 one who did not say 2: with both it is 1
    generator = np.random.default_rng(0)
    use_a, group, use_b = (generator.integers(0, most, 800) for most in (4, 3, 4))
    use_b = np.where(use_a == 1, generator.integers(1, 3, 800), use_b)
    use_b = np.where((group == 0) & (use_b == 2), np.where(use_a == 1, 1, 3), use_b)
    data = pd.DataFrame({"use_a": use_a, "use_b": use_b, "gender_a": group})
    tables = [crosstab(as_categories(data), row, "use_b") for row in ("use_a", "gender_a")]
    partners = of_partners(data)
    assert [partners.readers(table) for table in tables] == [0, 0]
    assert readable(data, released(data, tables, guarded=False)) == [(1, 1, 0)]
    assert partners.readers_together(tables) == (0, int(((use_a == 1) & (group == 0)).sum()))
    through = released(data, tables)
    assert [len(table.frame) > 0 for table in through] == [True, False]
    assert readable(data, through) == []


@pytest.fixture(scope="module")
def couples() -> pd.DataFrame:
    generator = np.random.default_rng(5)
    said = generator.integers(0, 8, 60).astype(float)
    use_a = said + 0.01 * generator.normal(size=60)
    return pd.DataFrame({"use_a": use_a, "use_b": 7 - said, "age": generator.normal(40, 9, 60)})


def mixed(couples: pd.DataFrame) -> pd.DataFrame:
    generator = np.random.default_rng(6)
    return couples.assign(use_b=np.clip(couples["use_b"] + generator.integers(-2, 3, 60), 0, 7))


LINKED = {
    "correlate": lambda data: correlate(data, ["use_a", "use_b"]),
    "paired": lambda data: paired(data, first="use_a", second="use_b"),
    "regress": lambda data: regress(data, "use_b", [["age"], ["use_a"]]),
}


@pytest.mark.parametrize("name", sorted(LINKED))
def test_models_that_decide_the_partners_answer_are_withheld(name: str, couples: pd.DataFrame) -> None:
    # use_b is 7 − use_a, rounded, for everybody: slope and intercept, or r with the moments, tell the partner's answer
    result = LINKED[name](couples)
    assert of_partners(couples).readers(result) == len(couples)
    through = released(couples, [result])[0]
    assert (len(through.frame), through.more, through.engine) == (0, {}, None)
    assert through.verdict is not None
    assert through.verdict.outcome == "withheld"
    assert "one partner of a couple could read the other's answer" in through.release_note()
    assert "Zurückgehalten" in through.sentences("de")[0]
    fuzzy = mixed(couples)
    assert of_partners(fuzzy).readers(LINKED[name](fuzzy)) == 0


def test_an_actor_partner_model_of_a_copied_answer_is_withheld(couples: pd.DataFrame) -> None:
    generator = np.random.default_rng(8)
    data = mixed(couples).assign(calm_a=generator.normal(size=60))
    data["calm_b"] = data["calm_a"] + 1e-6 * generator.normal(size=60)  # steps between answers are far larger
    result = apim(data, ["use_a", "use_b"], ["calm_a", "calm_b"])
    values = {str(name): data[name].to_numpy(dtype=float) for name in data.columns}
    sides = (frozenset({"use_a", "calm_a"}), frozenset({"use_b", "calm_b"}))
    assert Couples(values, {}, sides).readers(result) == 60
    values["calm_b"] = generator.normal(size=60)
    assert Couples(values, {}, sides).readers(result) == 0


def test_shares_of_all_or_of_none_are_withheld() -> None:
    data = pd.DataFrame({"use_a": [1.0] * 20 + [0.0] * 20, "use_b": [1.0] * 40, "age": np.arange(40.0) + 20})
    labelled = data.assign(use_b=data["use_b"] == 1, use_a=data["use_a"] == 1)
    assert of_partners(data).readers(prevalence(labelled, ["use_b"], base="answered")) == 40
    assert of_partners(data).readers(prevalence(labelled.assign(use_b=False), ["use_b"], base="answered")) == 40
    assert of_partners(data).readers(prevalence(labelled, ["use_a"], base="answered")) == 0
    assert of_partners(data).readers(describe(data, ["age"])) == 0
    assert of_partners(data).readers(describe(data, ["use_b"])) == 40
    through = released(data, [describe(data, ["use_b"])])[0]
    assert "use_b 1" not in through.frame.to_string()


@pytest.mark.parametrize("said", [0.0, 3.0])
def test_groups_of_own_answers_whose_partners_all_said_the_same(said: float) -> None:
    generator = np.random.default_rng(3)
    own = np.repeat([0.0, 1.0, 2.0], 30)
    other = generator.integers(0, 6, 90).astype(float)
    other[own == 1] = said
    frame = pd.DataFrame({"use_a": own, "use_b": other, "age": generator.normal(40, 9, 90)})
    words = np.array(["none", "some", "much"])[own.astype(int)]
    labelled = frame.assign(use_a=pd.Categorical(words, ["none", "some", "much"]))
    partners = replace(of_partners(frame), categories={"use_a": (0.0, 1.0, 2.0)})
    assert partners.readers(compare_groups(labelled, "use_b", by="use_a")) == 30
    assert partners.readers(describe(labelled, ["use_b"], by="use_a")) == 30
    # a model shows means of groups and no spread: they tell an answer at the end of the scale only
    assert partners.readers(regress(labelled, "use_b", [["use_a"]])) == (30 if said == 0 else 0)
    assert partners.readers(compare_groups(labelled, "age", by="use_a")) == 0


def test_the_one_who_deviates_reads_the_others() -> None:
    # nine of ten said 3; whoever said 1 knows from mean and sd that all others, the partner too, said 3
    said = np.array([3.0] * 9 + [1.0])
    people = pd.DataFrame({"couple": np.repeat(np.arange(5.0), 2), "use": said, "age": np.arange(10.0) + 30})
    values = {str(name): people[name].to_numpy(dtype=float) for name in people.columns}
    partner = partner_rows(values["couple"])
    own = Couples(values, {}, couple="couple", partner=partner, own=frozenset({"use"}))
    assert own.readers(describe(people, ["use"])) == 10
    assert own.given_away == {"use"}
    values["use"] = np.array([3.0] * 8 + [1.0, 2.0])
    assert (
        Couples(values, {}, couple="couple", partner=partner, own=frozenset({"use"})).readers(
            describe(people.assign(use=values["use"]), ["use"])
        )
        == 0
    )


def test_partners_are_found_by_the_number_of_the_couple() -> None:
    numbers = np.array([4.0, 9.0, 4.0, 7.0, 7.0, 7.0, np.nan, 9.0])
    assert partner_rows(numbers).tolist() == [2, 7, 0, -1, -1, -1, -1, 1]


def test_plain_arrays_by_hand() -> None:
    own = np.array([[0.0], [1.0], [2.0], [3.0]])
    assert decided_by(own, 2 * own[:, 0] + 1)
    # residuals of y = 0 1 2 5 by x: slope 1.6, intercept −.4, RSS = .4² + .2² + .8² + .6² = 1.2, √1.2 > ½
    assert not decided_by(own, np.array([0.0, 1.0, 2.0, 5.0]))
    assert decided_by(np.zeros((3, 0)), np.array([2.0, 2.0, np.nan]))
    assert not decided_by(own, np.full(4, np.nan))
    assert same_but_one(np.array([2.0, 2.0]), 99)
    assert not same_but_one(np.array([2.0, 2.0, 1.0]), 5)
    years = np.array([3.0, 3.0, 8.0, 9.0])
    assert not shared_by_both(years, partner_rows(np.array([1.0, 1.0, 2.0, 2.0])))
    assert copied_answers(own[:, 0], own[:, 0], own[:, 0], own[:, 0] + 1) == 0


LABELS = 'type = "nominal"\nlabels = { 0 = "no", 1 = "yes" }\n'
BOTH = f'\n[variables.use_a]\ncolumn = "use_a"\n{LABELS}\n[variables.use_b]\ncolumn = "use_b"\n{LABELS}'
PARTNERS = '\n[sharing]\ntwin = {twin}\npartners = [["use_a", "use_b"]]\n'


def study_of_couples(folder: Path, use_a: list[int], use_b: list[int], *, analyses: str, twin: bool = False) -> Path:
    columns = answers()
    columns["use_a"] = [*map(str, use_a), "0", "0"]
    columns["use_b"] = [*map(str, use_b), "0", "0"]
    sharing = PARTNERS.format(twin=str(twin).lower())
    return write_study(folder, study=STUDY + analyses + sharing, codebook=CODEBOOK + BOTH, columns=columns)


def test_report_and_codebook_of_couples(tmp_path: Path) -> None:
    table = '\n[[analyses]]\nid = "both"\ndo = "crosstab"\nrow = "use_a"\ncolumn = "use_b"\n'
    everyone = '\n[[analyses]]\nid = "other"\ndo = "describe"\nvariables = ["use_b", "age"]\n'
    use_a = [1] * 200 + [0] * 200
    folder = study_of_couples(tmp_path / "study", use_a, [1] * 400, analyses=table + everyone)
    run = run_study(folder)
    facts = gate_facts(run.prepared.study, run.prepared.scored)
    through = {result.id: result for result in release_together(run.results, JOURNAL, **facts)}
    assert [len(through[name].frame) for name in ("both", "other")] == [0, 0]
    assert len(through["table"].frame) > 0
    open_ = {result.id: result for result in release_together(run.results, WORKBENCH, **facts)}
    assert len(open_["both"].frame) > 0
    text = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(text + '\n[report]\nformats = ["html", "docx"]\n', encoding="utf-8")
    report_study(folder, tmp_path / "report")
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "one partner of a couple could read" in page
    book = write_codebook(folder, tmp_path / "codebook")[0].read_text(encoding="utf-8")
    entry = book.partition('id="entry-use_b"')[2].partition("</article>")[0]
    assert "400" not in entry
    assert "200" in book.partition('id="entry-use_a"')[2].partition("</article>")[0]
    with pytest.raises(OutputError, match="partner_readable"):
        release_study(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_twin_that_copies_couples_is_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use = [number % 2 for number in range(400)]
    folder = study_of_couples(tmp_path / "study", use, use, analyses="", twin=True)
    drawn = twin_step.draw_twin

    def copied(*arguments: Any) -> Twin:
        twin = drawn(*arguments)
        return replace(twin, codes=twin.codes.assign(use_b=twin.codes["use_a"]))

    monkeypatch.setattr(twin_step, "draw_twin", copied)
    with pytest.raises(OutputError, match="could read 'use_b' off the twin"):
        release_study(folder, tmp_path / "out")
    other = [int(one if number % 5 else not one) for number, one in enumerate(use)]
    study_of_couples(folder, use, other, analyses="", twin=True)
    monkeypatch.undo()
    assert any(path.name == "twin.csv" for path in release_study(folder, tmp_path / "out"))


def test_records_do_not_hold_what_both_partners_share(tmp_path: Path) -> None:
    columns = answers()
    number = len(columns["age"])
    columns["couple"] = [str(1 + row // 2) for row in range(number)]
    columns["years"] = [str(row // 2 % 30) for row in range(number)]
    book = CODEBOOK + '\n[variables.couple]\ncolumn = "couple"\ntype = "number"\n'
    book += '\n[variables.years]\ncolumn = "years"\ntype = "number"\n'
    sharing = SHARING + 'couple = "couple"\n'
    folder = write_study(tmp_path / "study", study=STUDY + sharing, codebook=book, columns=columns)
    with pytest.raises(OutputError, match="value_of_the_couple") as caught:
        release_study(folder, tmp_path / "out")
    assert [problem.code for problem in caught.value.problems] == ["value_of_the_couple"]


def test_an_actor_partner_analysis_declares_its_couples(tmp_path: Path) -> None:
    wide = '\n[[analyses]]\nid = "dyads"\ndo = "apim"\nx = ["mood", "worry"]\ny = ["age", "often"]\n'
    file = load_study(write_study(tmp_path / "wide", study=STUDY + wide)).file
    assert declared_couples(file) == ([("mood", "worry"), ("age", "often")], "", set())
    long = '\n[[analyses]]\nid = "dyads"\ndo = "apim"\nx = "mood"\ny = "worry"\ncouple = "age"\n'
    file = load_study(write_study(tmp_path / "long", study=STUDY + long)).file
    assert declared_couples(file) == ([], "age", {"mood", "worry"})
    assert VARIABLES[:2] == ("use_a", "use_b")
