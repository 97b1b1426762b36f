"""A German report is German: every title, head, row, note, warning, sentence, figure word and alternative text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from osa_survey.disclosure import JOURNAL, WORKBENCH
from osa_survey.instruments import load_library
from osa_survey.languages import PARTS, Part, catalogue, translation
from osa_survey.languages.translations import PLACE
from osa_survey.plan import run_study
from osa_survey.plan.checklist_writing import write_checklist
from osa_survey.plan.freezing.preregistrations import FORMS, preregistration
from osa_survey.plan.reporting import study_report
from osa_survey.plan.study_folder import load_study
from osa_survey.plan.verbs import verb
from osa_survey.report.html import html_page
from osa_survey.results import Result, release
from osa_survey.sharing.checklist_definitions import load_checklist
from tests import composition_page
from tests import made_up_results as made
from tests.composed_answers import data as composed_data
from tests.contract.test_analyses import ARGUMENTS, data
from tests.german_reports import GERMAN, SHARED, holes_in, left_in_english, tables_of, texts_of, words
from tests.made_up_folders import STUDY, write_study

CHECKLISTS = ("cherries", "cross", "jars", "sager", "strobe")
LEAST_FIXED = 2
"""Letters that a template has of its own; with fewer it would take any text."""
OWN = (
    "score age gender osa sexting paid positive negative site man woman another yes no rating kind trait scale high",
    "young interview structured group old made-up",
)
"""Names of the made-up data: a report prints names of the study as they are."""
DEFINED = {"screening_shares": ("Calm: total, at or above the made-up cut-off", "No cut-off is applied to anyone else")}
"""Words of the made-up definition behind an analysis."""
OPTIONS: list[tuple[str, Mapping[str, Any]]] = [
    ("describe", {"variables": ["score", "gender"]}),
    ("compare_groups", {"outcome": "score", "by": "osa", "effect_sizes": ["cohens_u3", "cliffs_delta"]}),
    ("compare_groups", {"outcome": "score", "by": "gender", "effect_sizes": ["rank_epsilon_squared"]}),
    ("prevalence", {"activities": ["osa"], "by": ["gender", "sexting"], "base": "asked"}),
    ("prevalence", {"activities": ["osa"], "by": ["gender", "sexting"], "base": "answered", "crossed": True}),
    ("prevalence", {"activities": ["osa"], "base": "engaged", "frequency": {"osa": "positive"}}),
    ("crosstab", {"row": "osa", "column": "sexting", "effect_sizes": ["risk_ratio", "number_needed", "kappa"]}),
    ("correlate", {"variables": ["score", "age"], "by": "osa", "describe": True, "method": "kendall"}),
    ("paired", {"pairs": [["positive", "negative"]], "effect_sizes": ["g_z", "matched_rank_biserial"]}),
    ("equivalence", {"of": "correlation", "first": "score", "second": "age",
                     "smallest_effect": {"r": 0.2, "source": "made up"}}),
    ("regress", {"outcome": "osa", "blocks": [["age", "gender"]], "model": "logistic", "adjust": "holm"}),
    ("regress", {"outcome": "negative", "blocks": [["age"]], "model": "negative_binomial", "errors": "HC0"}),
    ("margins", {"outcome": "score", "blocks": ["age", "gender"], "slope": "age"}),
    ("diagnose", {"outcome": "osa", "blocks": ["age"], "model": "logistic"}),
    ("gee", {"outcome": "score", "blocks": [["age"]], "groups": "site"}),
    ("attrition", {"variables": ["score", "age"], "later": "positive", "model": True}),
    ("cfa", {"model": "trait =~ i0 + i1 + i2 + i3 + i4", "estimator": "MLR"}),
    ("efa", {"factors": 2}),
]  # fmt: skip
COMPOSED: list[tuple[str, Mapping[str, Any]]] = [
    ("anova", {"outcome": "rating", "between": ["group"], "within": {"kind": ["positive", "negative", "x"]},
               "covariates": ["age"], "contrasts": {"ends": {"group": [1, 0, -1]}}}),
    ("anova", {"outcome": "score", "between": ["group"]}),
    ("manova", {"outcomes": ["score", "x"], "between": "gender", "covariates": "age"}),
    ("friedman", {"variables": ["positive", "negative", "x"]}),
    ("cochran_q", {"variables": ["osa", "sexting", "event"]}),
]  # fmt: skip


def _checked(result: Result, *more: str) -> None:
    own = (*OWN, *more, *DEFINED.get(result.analysis, ()))
    for profile in (WORKBENCH, JOURNAL):
        shown = release(result, profile)
        english, german = list(texts_of(shown, profile, "en")), list(texts_of(shown, profile, "de"))
        assert left_in_english(english, german, own) == set()
        told = [text for kind, text in (*english, *german) if kind == "sentence"]
        assert {text: holes for text in told if (holes := holes_in(text))} == {}
        if profile is WORKBENCH:
            _known(shown, own)


def _known(result: Result, names: Sequence[str]) -> None:
    """Assert that each title, note, warning and head is in the catalogue, but for symbols and names."""
    shared = GERMAN | SHARED | set().union(*map(words, names))
    for _, table in tables_of(result):
        own: dict[Part, list[str]] = {
            "titles": [table.title],
            "notes": [*table.notes, *table.frame["warning"].unique()],
            "heads": [],
        }
        if table.layout is not None:
            own["heads"] = [table.layout.row_head, *(show.head for show in table.layout.show)]
        for part, texts in own.items():
            for text in texts:
                known = translation(str(text), "de", part) is not None or words(str(text)) <= shared
                assert known, f"add to [{part}] of osa_survey/languages/de: {text}"


@pytest.mark.parametrize("name", sorted(made.every_result()))
def test_sentences_of_made_up_results_have_no_holes(name: str) -> None:
    result = release(made.every_result()[name], JOURNAL)
    told = [text for _, table in tables_of(result) for language in ("en", "de") for text in table.sentences(language)]
    assert {text: holes for text in told if (holes := holes_in(text))} == {}


@pytest.mark.parametrize(
    ("sentence", "holes"),
    [
        ("Weights run from – to 2.00.", 1),
        ("vom –- bis zum –-Fachen", 2),
        ("Mdn = –, n = 3", 1),
        ("M = nan", 1),
        ("a: .", 1),
        ("Games–Howell: 18–25, α: .81, man − woman", 0),
    ],
)
def test_holes_are_seen(sentence: str, holes: int) -> None:
    assert len(holes_in(sentence)) == holes


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_an_analysis_leaves_no_english(name: str) -> None:
    _checked(verb(name)(data(name), **ARGUMENTS[name]))


@pytest.mark.parametrize(("name", "options"), OPTIONS, ids=[f"{n}-{name}" for n, (name, _) in enumerate(OPTIONS)])
def test_an_analysis_with_other_options_leaves_no_english(name: str, options: Mapping[str, Any]) -> None:
    _checked(verb(name)(data(name), **options))


@pytest.mark.parametrize(("imputed", "design"), [(False, "weights"), (True, ""), (True, "replicates")])
@pytest.mark.parametrize(("name", "options"), COMPOSED, ids=[name for name, _ in COMPOSED])
def test_composed_answers_leave_no_english(name: str, options: Mapping[str, Any], imputed: bool, design: str) -> None:
    result = verb(name)(composed_data("people", imputed, design), **options)
    _checked(result, "one two three event ends")


COMPOSED_SIZES = (
    "`describe`, further numbers", "`prevalence`, frequency in two parts", "`crosstab`, risks", "`crosstab`, κ",
    "`crosstab`, associations", "`crosstab`, same people (McNemar)", "`compare_groups`, dominances",
    "`compare_groups`, shares of variance", "`compare_groups`, pairs (Dunn, Welch)",
    "`compare_groups`, equal variances", "`paired`, further effect sizes", "`regress`, effect sizes (f²)",
    "`diagnose`, checks",
)  # fmt: skip


@pytest.mark.parametrize("title", COMPOSED_SIZES)
@pytest.mark.parametrize("combination", [(False, "weights"), (True, "")], ids=["weights", "sets"])
def test_weighted_and_pooled_sizes_leave_no_english(title: str, combination: tuple[bool, str]) -> None:
    (tried,) = [one for one in composition_page.everything() if one.title == title]
    result = composition_page.outcome_of(tried, *combination).result
    assert result is not None or combination == (False, "weights")
    if result is not None:
        _checked(result, "x event kind group band one two three none text image never rarely often daily town")


@pytest.mark.parametrize("name", sorted(made.every_result()))
def test_a_figure_leaves_no_english(name: str) -> None:
    result = release(made.every_result()[name], JOURNAL)
    names = [str(text) for _, table in tables_of(result) for text in table.labels.values()]
    columns = ("outcome", "term", "contrast", "group", "level")
    names += [str(text) for _, table in tables_of(result) for column in columns for text in table.frame[column]]
    names += [result.title, *(table.title for _, table in tables_of(result))]
    of_figures = ("alternative text", "figure", "figure note")
    english = [(kind, text) for kind, text in texts_of(result, JOURNAL, "en") if kind in of_figures]
    german = [(kind, text) for kind, text in texts_of(result, JOURNAL, "de") if kind in of_figures]
    assert left_in_english(english, german, names) == set()


def _visible(page: str) -> list[tuple[str, str]]:
    for hidden in (
        r"<style.*?</style>",
        r'<section id="references".*?</section>',
        r"</?(?:b|i|sup|sub|a|span)\b[^>]*>",
    ):
        page = re.sub(hidden, "", page, flags=re.S)
    found = [*re.findall(r">([^<]+)<", page), *re.findall(r'aria-label="([^"]*)"', page)]
    return [("text", html.unescape(text).strip()) for text in found if text.strip()]


def test_the_report_of_a_study_leaves_no_english(tmp_path: Path) -> None:
    pages = {}
    for language in ("en", "de"):
        study = STUDY + f'\n[report]\nlanguage = "{language}"\n'
        report = study_report(run_study(write_study(tmp_path / language, study=study)), profile="journal")
        pages[language] = _visible(html_page(report))
    own = [
        "Compulsivity, gender and age; every answer identical to an earlier record",
        "Men score higher than women; primary",
        "consent satisfaction partnered low middling journal sum mean; study codebook instruments data.csv",
        "Sexual Compulsivity Scale, Kalichman & Rompa SCS",
        "osa_survey numpy scipy pandas pyarrow pydantic statsmodels matplotlib",
        *_definition_texts(),
    ]
    digests = re.compile(r"[0-9a-f]{64}")
    german = [(kind, text) for kind, text in pages["de"] if not digests.fullmatch(text)]
    assert left_in_english(pages["en"], german, [*OWN, *own]) == set()


def _definition_texts() -> list[str]:
    """Return what the definition in use says in English: the tags of its items."""
    scs = load_library().instruments["scs"]
    return [*(item.tag for item in scs.items), *scs.beside]


def _said_by_definitions() -> Iterator[str]:
    """Yield what definitions say to readers of a report, but for names and tags of items."""
    shelf = load_library()
    for instrument in shelf.instruments.values():
        if instrument.verified != "seen":
            yield instrument.verification_note
        for cutoff in instrument.cutoffs:
            yield from (cutoff.meaning, cutoff.everyone_else, "" if cutoff.default else cutoff.reason)
        yield from (alert.note for alert in instrument.alerts)
        beside = (shelf.variables[name] for name in instrument.beside if name in shelf.variables)
        yield from (variable.notes[0] for variable in beside if variable.notes)


def test_what_definitions_say_is_translated() -> None:
    missing = {text for text in _said_by_definitions() if translation(text, "de", "notes") is None}
    assert missing == set(), "add to [notes] of osa_survey/languages/de/definitions.toml"


@pytest.mark.parametrize("which", CHECKLISTS)
def test_the_points_of_a_checklist_are_translated(which: str) -> None:
    checklist = load_checklist(which)
    texts = [checklist.title, checklist.numbering]
    texts += [text for item in checklist.items for text in (item.section, item.asks, item.authors) if text]
    assert [text for text in texts if translation(text, "de", "documents") is None] == []


def test_a_filled_checklist_and_a_preregistration_leave_no_english(tmp_path: Path) -> None:
    texts = {}
    for language in ("en", "de"):
        study = load_study(write_study(tmp_path / language, study=STUDY + f'\n[report]\nlanguage = "{language}"\n'))
        written = write_checklist(study, "jars", tmp_path / f"{language}.md").read_text(encoding="utf-8")
        plans = "\n".join(preregistration(study, registry, "abc", False) for registry in FORMS)
        texts[language] = [("text", line) for line in (written + plans).splitlines() if "Quelle:" not in line]
    names = [str(value) for entry in study.file.analyses for value in (entry.id, entry.do, *entry.arguments.items())]
    own = [
        "Compulsivity, gender and age; every answer identical to an earlier record; preregistered",
        "made-up answers; opt-in; abc",
        "Men score higher than women; primary; Sexual Compulsivity Scale, Kalichman & Rompa SCS, sum mean of 10 items",
        "consent agreed not satisfaction low middling partnered number straight_lining longest_run identical_records",
        "numpy scipy pandas pyarrow pydantic statsmodels matplotlib",
        *(key for key in type(study.file.fieldwork).model_fields),
        *_definition_texts(),
        *names,
    ]
    assert left_in_english(texts["en"], texts["de"], [*OWN, *own]) == set()


@pytest.mark.parametrize("part", PARTS)
def test_templates_have_words_of_their_own_and_keep_their_places(part: str) -> None:
    for english, german in catalogue("de")[part].items():
        assert german.strip()
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(german)), english
        if "{0}" in english:
            fixed = re.sub(r"[\W\d_]", "", PLACE.sub("", english))
            listed = re.search(r"[()|×]|vs", english)
            assert len(fixed) >= LEAST_FIXED or listed, f"«{english}» takes any text"


def test_a_text_nobody_translated_is_seen() -> None:
    assert translation("Something new that an analysis says.", "de", "notes") is None
    before = [("note", "Something new that an analysis says.")]
    assert left_in_english(before, before, ()) != set()
    assert left_in_english(before, [("note", "Etwas Neues.")], ()) == set()
