"""Missing answers, their patterns and descriptions in one report: no sign of a hidden number hides what follows."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np
import pytest

from osa_survey import describe
from osa_survey.dataset import Responses, admit
from osa_survey.disclosure import JOURNAL, SECURE_ROOM, Profile
from osa_survey.instruments.reasons import REASON_TITLES
from osa_survey.plan.gate_step import people_without_answer
from osa_survey.quality import missing_patterns, missingness
from osa_survey.quality.gap_patterns import COMPLETE, OTHER
from osa_survey.results import Result, release, release_together
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of
from tests.reidentification import Shown, recovered

STUDIES = int(os.environ.get("OSA_SURVEY_TABLES", "12"))
AT_ONCE = 12
NAMES = ("filter", "asked", "other")
ANSWERS, GAPS = ("yes", "no"), ("not_answered", "refused")
KINDS = tuple(
    (first, second, third)
    for first in (*ANSWERS, *GAPS)
    for second in ((*ANSWERS, *GAPS) if first == "yes" else ("not_shown",))
    for third in (*ANSWERS, *GAPS)
)
"""What a respondent can have said to the three questions; the second is asked of those who say yes to the first."""
TEXTS = {"yes": "1", "no": "2", "not_answered": "", "refused": "-8", "not_shown": ""}


def of(place: int, *words: str) -> np.ndarray:
    """Return the kinds with one of some words at a place."""
    return np.array([kind[place] in words for kind in KINDS])


def responses(kinds: list[tuple[str, ...]]) -> Responses:
    columns = {name: [TEXTS[kind[place]] for kind in kinds] for place, name in enumerate(NAMES)}
    question = {"type": "nominal", "labels": {"1": "yes", "2": "no"}, "missing": {"refused": [-8]}}
    variables = {name: {"column": name, **question} for name in NAMES}
    variables["asked"] |= {"asked_if": {"variable": "filter", "codes": [1]}}
    book = codebook(variables={"age": {"column": "age", "type": "number"}, **variables})
    return admit(export_of({"age": ["30"] * len(kinds), **columns}), book)


def drawn(generator: np.random.Generator) -> list[tuple[str, ...]]:
    n = int(generator.integers(30, 150))
    shares = [generator.dirichlet(np.array([3.0, 1.5, 0.3, 0.3])) for _ in NAMES]
    words = np.array([*ANSWERS, *GAPS])
    first, second, third = (generator.choice(words, size=n, p=share) for share in shares)
    return list(
        zip(first.tolist(), np.where(first == "yes", second, "not_shown").tolist(), third.tolist(), strict=True)
    )


def results(data: Responses, most: int, described: list[str]) -> list[Result]:
    scored = score(data)
    tables = [missingness(data).with_id("missingness"), missing_patterns(data, most=most).with_id("patterns")]
    return tables + [describe(scored, [name]).with_id(f"describe_{name}") for name in described]


@dataclass
class Attack:
    """What a reader of all tables knows, in numbers of people of each kind."""

    counts: np.ndarray
    cells: list[Shown]
    most: np.ndarray
    together: list[list[bool]] = field(default_factory=list)

    def add(self, atoms: np.ndarray, *, hidden: bool, least: int = 1) -> None:
        self.cells.append(Shown(atoms, int(self.counts[atoms].sum()), hidden, least))

    def recovered(self, profile: Profile) -> list[int]:
        """Return the small counts with one possible value; a larger one has a sign where its n is hidden.

        Under ``journal`` how many gave no answer is no secret, to a question or in patterns that are put together: it
        is hidden beside people who were not asked, and beside patterns that are hidden.
        """
        gaps = [of(place, *GAPS).tolist() for place in range(3)] + self.together if profile is JOURNAL else []
        found = [cell for cell in recovered(self.cells, self.most) if cell.atoms.tolist() not in gaps]
        return [cell.count for cell in found if cell.count < profile.threshold]


def known(kinds: list[tuple[str, ...]], released: tuple[Result, ...]) -> Attack:
    """Return what a reader knows who knows the rules of the program too."""
    everybody = np.ones(len(KINDS), dtype=bool)
    counts = np.array([kinds.count(kind) for kind in KINDS])
    attack = Attack(counts, [], np.full(len(KINDS), np.inf))
    attack.add(everybody, hidden=False)
    few = add_gaps(attack, released[0], zeros_hidden=released[0].released_under == SECURE_ROOM.name)
    add_patterns(attack, released[1], few)
    for result in released[2:]:
        add_description(attack, result)
    return attack


def add_gaps(attack: Attack, result: Result, *, zeros_hidden: bool) -> np.ndarray:
    """Add the missing answers by reason; return the kinds with a gap that few people have.

    Where zeros are hidden, a question that everybody was asked has no row for those who were not: a limit of the gate.
    """
    few = np.zeros(len(KINDS), dtype=bool)
    for place, name in enumerate(NAMES):
        rows = result.table.loc[result.table["outcome"] == name]
        hidden = dict(zip(rows["level"], rows["suppressed"] != "", strict=True))
        attack.add(of(place, *ANSWERS), hidden=hidden["answered"], least=0)
        if place == 1:
            routed = hidden.get("not_shown")
            attack.add(
                of(place, "not_shown"), hidden=zeros_hidden if routed is None else routed, least=routed is not None
            )
        if "no_answer" in hidden:
            few |= of(place, *GAPS)
            attack.add(of(place, *GAPS), hidden=hidden["no_answer"])
        for reason in GAPS:
            untold = "no_answer" in hidden  # no row says it, and none may tell it
            attack.add(of(place, reason), hidden=untold or hidden.get(reason, False), least=0 if untold else 1)
    return few


def add_patterns(attack: Attack, result: Result, few: np.ndarray) -> None:
    """Add the patterns, and that those which are not listed are no larger than those which are."""
    rows = result.table.loc[result.table["quantity"] == "count"].to_dict("records")
    words = np.array([in_words(kind) for kind in KINDS])
    unlisted = ~np.isin(words, [row["level"] for row in rows])
    for row in rows:
        attack.add(unlisted if row["level"] == OTHER else words == row["level"], hidden=row["suppressed"] != "")
    if all(row["level"] != OTHER for row in rows):
        attack.add(unlisted, hidden=False)
    attack.together.append(unlisted.tolist())
    listed = [row for row in rows if row["level"] != OTHER]
    shown = [row["estimate"] for row in listed if row["suppressed"] == ""]
    attack.most[unlisted & ~few] = min(shown, default=np.inf)


def add_description(attack: Attack, result: Result) -> None:
    place = NAMES.index(str(result.table["outcome"].iloc[0]))
    counts = result.table.loc[result.table["quantity"] == "count"]
    empty = any(attack.counts[of(place, level)].sum() == 0 for level in counts["level"] if level)
    for row in counts.to_dict("records"):
        words = (row["level"],) if row["level"] else ANSWERS
        attack.add(of(place, *words), hidden=row["suppressed"] != "", least=0 if empty else 1)
    for row in result.table.loc[result.table["quantity"] == "missing"].to_dict("records"):
        words = (row["level"],) if row["level"] else ("not_shown", *GAPS)
        attack.add(of(place, *words), hidden=row["suppressed"] != "", least=1 if row["level"] else 0)


def in_words(kind: tuple[str, ...]) -> str:
    gaps = {name: word for name, word in zip(NAMES, kind, strict=True) if word in GAPS}
    parts = [
        f"{REASON_TITLES[reason]}: {', '.join(name for name, word in gaps.items() if word == reason)}"
        for reason in dict.fromkeys(gaps.values())
    ]
    return "; ".join(parts) or COMPLETE


@pytest.mark.timeout(0 if STUDIES > 100 else 300)
@pytest.mark.parametrize("profile", [JOURNAL, SECURE_ROOM], ids=lambda profile: profile.name)
@pytest.mark.parametrize("block", range(max(1, STUDIES // AT_ONCE)))
def test_no_hidden_number_is_recovered_from_the_report(block: int, profile: Profile) -> None:
    hidden, plain, apart = 0, 0, 0
    for seed in range(block * AT_ONCE, (block + 1) * AT_ONCE):
        generator = np.random.default_rng([seed, 31])
        kinds = drawn(generator)
        data = responses(kinds)
        most = int(generator.integers(2, 9))
        described = [name for name in NAMES if generator.random() < 0.7]
        tables = results(data, most, described)
        released = release_together(tables, profile, gaps=people_without_answer(score(data)))
        attack = known(kinds, released)
        found = attack.recovered(profile)
        assert not found, (seed, found)
        hidden += sum(cell.hidden for cell in attack.cells)
        plain += int((released[0].table["level"] == "no_answer").sum())
        if not block and not apart:
            alone = tuple(release(result, profile) for result in tables)
            apart += bool(known(kinds, alone).recovered(profile))
    assert hidden > 0
    assert (plain > 0) == (profile is JOURNAL)
    assert apart > 0 or block, "no report was drawn in which the tables need each other"


def test_in_a_report_of_large_groups_only_reasons_are_not_told() -> None:
    """Four of 300 gave no answer: every table says so, none says why, and nothing has the sign of a hidden number."""
    kinds = [("yes", "yes", "no")] * 120 + [("yes", "no", "yes")] * 96 + [("no", "not_shown", "no")] * 80
    kinds += [("yes", "refused", "yes")] * 3 + [("yes", "not_answered", "no")]
    data = responses(kinds)
    released = release_together(results(data, 8, ["asked"]), JOURNAL, gaps=people_without_answer(score(data)))
    assert all((result.table["suppressed"] == "").all() for result in released)
    told = {
        (row["level"], row["estimate"]) for row in released[0].table.to_dict("records") if row["outcome"] == "asked"
    }
    assert told == {("answered", 216), ("not_shown", 80), ("no_answer", 4)}
    assert {word for result in released for word in result.table["level"]}.isdisjoint(GAPS)
    assert released[2].pick("missing", level="")["estimate"] == 84
