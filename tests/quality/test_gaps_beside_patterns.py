"""Missing answers by reason beside their patterns: neither table gives back what the other hides."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pytest

from osa_survey.dataset import Responses, admit
from osa_survey.disclosure import JOURNAL, SECURE_ROOM, Profile
from osa_survey.plan.gate_step import people_without_answer
from osa_survey.quality import missing_patterns, missingness
from osa_survey.quality.gap_patterns import COMPLETE, OTHER
from osa_survey.results import Result, release, release_together
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of
from tests.reidentification import Shown, recovered

STUDIES = int(os.environ.get("OSA_SURVEY_TABLES", "12"))
AT_ONCE = 12
NAMES = ("v", "w", "x")
REASONS = ("answered", "not answered", "refused")
LEVELS = {"answered": 0, "not_answered": 1, "refused": 2}
TEXTS = ("1", "", "-8")


def answers(kinds: np.ndarray) -> Responses:
    """Return answers to three questions: of a kind, 0 is an answer, 1 is none, 2 is refused."""
    columns = {name: [TEXTS[kind] for kind in kinds[:, place]] for place, name in enumerate(NAMES)}
    variables = {name: {"column": name, "type": "number", "missing": {"refused": [-8]}} for name in NAMES}
    book = codebook(variables={"age": {"column": "age", "type": "number"}, **variables})
    return admit(export_of({"age": ["30"] * len(kinds), **columns}), book)


def both(responses: Responses, profile: Profile, most: int) -> tuple[Result, ...]:
    gaps = people_without_answer(score(responses))
    results = missingness(responses), missing_patterns(responses, most=most)
    return release_together([one.with_id(one.analysis) for one in results], profile, gaps=gaps)


def of_kind(kind: tuple[int, ...]) -> np.ndarray:
    mask = np.zeros((3, 3, 3), dtype=bool)
    mask[kind] = True
    return mask.ravel()


def of_gap(place: int, code: int) -> np.ndarray:
    mask = np.zeros((3, 3, 3), dtype=bool)
    mask[(slice(None),) * place + (code,)] = True
    return mask.ravel()


def in_words(kind: tuple[int, ...]) -> str:
    parts = []
    for code in dict.fromkeys(code for code in kind if code):
        parts.append(f"{REASONS[code]}: {', '.join(n for n, own in zip(NAMES, kind, strict=True) if own == code)}")
    return "; ".join(parts) or COMPLETE


@dataclass
class Attack:
    """What a reader of both tables knows, in numbers of people of each of the 27 possible kinds of gaps.

    Attributes
    ----------
    cells : list of Shown
        Every number of the two tables, shown or hidden, and the number of all people.
    most : ndarray of float, shape (27,)
        How many people of each kind there can be: patterns that are not listed are no larger than those that are.
    unlisted : ndarray of bool, shape (27,)
        The kinds that are put together.
    """

    cells: list[Shown]
    most: np.ndarray
    unlisted: np.ndarray

    @property
    def hidden(self) -> int:
        return sum(cell.hidden for cell in self.cells)

    def recovered(self, profile: Profile) -> list[int]:
        """Return the small counts with one possible value.

        Under ``journal`` how many people are in patterns that are put together is no secret.
        """
        together = self.unlisted.tolist() if profile is JOURNAL else []
        found = [cell for cell in recovered(self.cells, self.most) if cell.atoms.tolist() != together]
        return [cell.count for cell in found if cell.count < profile.threshold]


def known(kinds: np.ndarray, released: tuple[Result, ...]) -> Attack:
    """Return what a reader knows who knows the rules too: which reasons are told, and which patterns are named."""
    everybody = np.ones(27, dtype=bool)
    cells = [Shown(everybody, len(kinds), False)]
    reasons, patterns = (result.table for result in released)
    position = np.ravel_multi_index(tuple(kinds.T), (3, 3, 3))
    counts = np.bincount(position, minlength=27)
    few = np.zeros(27, dtype=bool)
    for place, name in enumerate(NAMES):
        own = reasons.loc[reasons["outcome"] == name].set_index("level")["suppressed"]
        if "no_answer" in own.index:
            few |= ~of_gap(place, 0)
            cells.append(Shown(~of_gap(place, 0), int((kinds[:, place] > 0).sum()), own["no_answer"] != ""))
        for level, code in LEVELS.items():
            atoms = of_gap(place, code)
            untold = code > 0 and "no_answer" in own.index  # no row says it, and none may tell it
            hidden = untold or (level in own.index and own[level] != "")
            cells.append(Shown(atoms, int(counts[atoms].sum()), hidden, int(code > 0 and not untold)))
    rows = [row for row in patterns.to_dict("records") if row["quantity"] == "count"]
    every = {in_words(kind): of_kind(kind) for kind in np.ndindex(3, 3, 3)}
    unlisted = everybody.copy()
    for row in rows:
        if row["level"] != OTHER:
            unlisted &= ~every[row["level"]]
    for row in rows:
        atoms = unlisted if row["level"] == OTHER else every[row["level"]]
        cells.append(Shown(atoms, int(counts[atoms].sum()), row["suppressed"] != ""))
    if all(row["level"] != OTHER for row in rows):
        cells.append(Shown(unlisted, 0, False))
    listed = [row for row in rows if row["level"] != OTHER]
    shown = [row["estimate"] for row in listed if row["suppressed"] == ""]
    return Attack(cells, np.where(unlisted & ~few, min(shown, default=np.inf), np.inf), unlisted)


def drawn(generator: np.random.Generator) -> np.ndarray:
    n = int(generator.integers(30, 160))
    gaps = generator.dirichlet(np.array([6.0, 1.0, 0.7]), size=3)
    kinds = np.column_stack([generator.choice(3, size=n, p=shares) for shares in gaps])
    together = generator.random(n) < generator.choice([0.0, 0.1, 0.3])
    kinds[together] = kinds[together][:, [0]]
    return kinds


@pytest.mark.timeout(0 if STUDIES > 100 else 300)
@pytest.mark.parametrize("profile", [JOURNAL, SECURE_ROOM], ids=lambda profile: profile.name)
@pytest.mark.parametrize("block", range(max(1, STUDIES // AT_ONCE)))
def test_no_hidden_number_is_recovered_from_both(block: int, profile: Profile) -> None:
    hidden = 0
    for seed in range(block * AT_ONCE, (block + 1) * AT_ONCE):
        generator = np.random.default_rng([seed, 23])
        kinds = drawn(generator)
        responses = answers(kinds)
        most = int(generator.integers(2, 9))
        attack = known(kinds, both(responses, profile, most))
        found = attack.recovered(profile)
        assert not found, (seed, found)
        hidden += attack.hidden
    assert hidden > 0


def test_a_planted_difference_of_the_two_tables_is_caught() -> None:
    # 8 people refused v: 6 refused v alone, 2 refused w too. Of w 20 more gave no answer, so that its 2 are not alone.
    kinds = np.array([[0, 0, 0]] * 60 + [[2, 0, 0]] * 6 + [[2, 2, 0]] * 2 + [[0, 2, 0]] * 20 + [[2, 0, 1]] * 5)
    responses = answers(kinds)
    for most, given_back in ((8, [2]), (3, [])):
        alone = release(missingness(responses), JOURNAL), release(missing_patterns(responses, most=most), JOURNAL)
        assert known(kinds, alone).recovered(JOURNAL) == given_back
        assert not known(kinds, both(responses, JOURNAL, most)).recovered(JOURNAL)
