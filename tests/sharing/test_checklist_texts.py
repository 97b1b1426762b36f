"""Every sentence a checklist can say has a German one, and every analysis has words for its kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import osa_survey
from osa_survey.languages import catalogue, worded
from osa_survey.plan import checklist_sources
from osa_survey.plan.checklist_sources import rows_of
from osa_survey.plan.fieldwork_entry import Fieldwork
from osa_survey.plan.fieldwork_facts import ASKED
from osa_survey.plan.verb_titles import VERB_TITLES
from osa_survey.plan.verbs import STUDY_VERBS, VERBS
from osa_survey.sharing.checklist_definitions import checklist_ids, load_checklist
from osa_survey.sharing.checklists import in_ranges, seen_sentences

ROOM = Path(osa_survey.__file__).parent
MODULES = (
    *(
        f"plan/{name}.py"
        for name in (
            "analysis_roles", "checklist_numbers", "checklist_sources", "fieldwork_facts", "gender_facts", "plan_facts",
            "quality_facts", "question_facts", "rate_facts", "respondent_facts", "verb_titles",
        )
    ),
    "sharing/checklists.py",
    "sharing/statements.py",
)  # fmt: skip
NOT_SAID = {
    "in part",
    "not available",
    "sex assigned",
    r" of \d+ items",
    "SoSci Survey",
    "Google Forms",
    "Microsoft Forms",
}
"""States, what is searched for, and names that are the same in every language."""
COUNTED = ("sample", "invited", "site_visitors", "started")
"""Keys of [fieldwork] that enter rates or the kind of sample, and have no sentence of their own."""


def said(path: Path) -> Iterator[str]:
    """Yield every text of a module that has a space in it and is no docstring and no part of an f-string."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    other = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    other |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in other:
            continue
        if " " in node.value.strip() or "{0}" in node.value:
            yield node.value


@pytest.mark.parametrize("module", MODULES)
def test_every_sentence_has_a_german_one(module: str) -> None:
    texts = set(said(ROOM / module)) - NOT_SAID
    assert texts
    known = catalogue("de")["documents"]
    assert {text for text in texts if text not in known} == set(), "add to languages/de/checklist_facts.toml"


def test_every_kind_of_analysis_has_words() -> None:
    assert set(VERB_TITLES) == {*VERBS, *STUDY_VERBS}
    known = catalogue("de")["documents"]
    assert {title for title in VERB_TITLES.values() if title not in known} == set()


def test_every_key_of_fieldwork_has_a_sentence() -> None:
    assert set(ASKED) == set(Fieldwork.model_fields) - set(COUNTED)


@pytest.mark.parametrize("name", checklist_ids())
def test_a_checklist_says_of_every_point_where_it_was_seen(name: str) -> None:
    checklist = load_checklist(name)
    numbers = [number for kind in ("copy", "summary", "recalled") for number in checklist.numbers(kind)]
    assert sorted(numbers) == sorted(item.number for item in checklist.items)
    english, german = seen_sentences(checklist), seen_sentences(checklist, "de")
    assert len(english) == len(german) == len({item.seen for item in checklist.items})
    assert set(english).isdisjoint(german)
    assert checklist.verified == {"sager": "seen", "strobe": "seen"}.get(name, "partly")


def test_numbers_in_a_row_are_joined() -> None:
    assert in_ranges(["1", "2", "3", "5", "6", "7a"]) == "1–3, 5, 6, 7a"
    assert rows_of([4, 5, 6, 9]) == "4–6, 9"


def test_what_stands_in_a_place_stays_as_it_is() -> None:
    text = "{0} records in the file; left out: {1}; {2} adults analysed."
    told = worded("de", text, "1.540", "12 (not shown)", "1.500")
    assert told == "1.540 Datensätze in der Datei; ausgelassen: 12 (not shown); 1.500 Erwachsene ausgewertet."
    assert worded("de", "Nobody translated {0}.", "this") == "Nobody translated this."
    assert checklist_sources.LONGEST < 2000
