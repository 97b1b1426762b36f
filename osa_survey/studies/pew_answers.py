"""What the adults of the Pew study answer: unwanted experiences, reasons, payment, platforms."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation import PublishedNumbers, chances_by_cell
from osa_survey.studies.pew_frame import EARLIER, STAGE, Frame, Sample, masks_of, published_groups

UNWANTED = ("explicit", "kept_contacting", "offensive_name", "threat")
REASONS = ("long_term_partner", "date_casually", "casual_sex", "make_new_friends")
PLATFORMS = ("match", "tinder", "eharmony", "okcupid", "grindr", "bumble", "hinge", "her", "other")
EXPERIENCES = ("very_positive", "somewhat_positive", "somewhat_negative", "very_negative")
MARITAL = ("married", "living_with_a_partner", "divorced", "separated", "widowed", "never_been_married")
YES, NO = 1, 2
ROUNDS = 100

Floats = NDArray[np.float64]
PATTERNS = np.array([pattern for pattern in product((0, 1), repeat=len(UNWANTED)) if any(pattern)])
"""Every way to have at least one of the unwanted experiences."""


def answers_of(
    published: PublishedNumbers, frame: Frame, sample: Sample, rng: np.random.Generator
) -> dict[str, Floats]:
    """Return the answers as codes, NaN where a question was not asked."""
    stage = STAGE[sample.status]
    place = np.ravel_multi_index(tuple(sample.cells.T), tuple(int(top) + 1 for top in frame.cells.max(axis=0)))
    users = frame.sizes * frame.status[:, STAGE <= EARLIER].sum(axis=1)
    masks = masks_of(frame.cells)
    codes: dict[str, Floats] = {}
    for name, own in (("half", stage >= 0), ("half_users", stage <= EARLIER), ("half_recent", stage < EARLIER)):
        codes[name] = np.where(own, _yes(rng.random(published.n) < 0.5), np.nan)
    asked = stage <= EARLIER
    found = unwanted_experiences(published, users, masks)[place]
    experienced = (rng.random(published.n)[:, np.newaxis] > found.cumsum(axis=1)[:, :-1]).sum(axis=1)
    happened = np.vstack([np.zeros(len(UNWANTED), dtype=int), PATTERNS])[experienced]
    codes["any_unwanted"] = np.where(asked, _yes(experienced > 0), np.nan)
    for column, name in enumerate(UNWANTED):
        codes[name] = np.where(asked, _yes(happened[:, column] > 0), np.nan)
    paid = chances_by_cell(users, published_groups(published, ("paid",), masks))[place, 0]
    codes["paid"] = np.where(asked, _yes(rng.random(published.n) < paid), np.nan)
    for name in PLATFORMS:
        used = rng.random(published.n) < published.claim(f"platform_{name}_all").number
        codes[f"platform_{name}"] = np.where(asked, _yes(used), np.nan)
    codes["experience"] = np.where(asked, _drawn(published, "experience", EXPERIENCES, rng), np.nan)
    codes["marital"] = _drawn(published, "marital", MARITAL, rng, rest=False)
    recent = frame.sizes * frame.status[:, STAGE < EARLIER].sum(axis=1)
    for name in REASONS:
        groups = published_groups(published, (f"reason_{name}_major_reason",), masks)
        major = chances_by_cell(recent, groups)[place, 0]
        minor, not_one = (
            published.claim(f"reason_{name}_{kind}_all").number for kind in ("minor_reason", "not_a_reason")
        )
        draws = rng.random(published.n)
        reason = np.where(draws < major, 1, np.where(draws < major + (1 - major) * minor / (minor + not_one), 2, 3))
        codes[f"reason_{name}"] = np.where(stage < EARLIER, reason.astype(float), np.nan)
        codes[f"major_{name}"] = np.where(stage < EARLIER, _yes(reason == 1), np.nan)
    return codes


def unwanted_experiences(published: PublishedNumbers, users: Floats, masks: dict[str, NDArray[np.bool_]]) -> Floats:
    """Return the chance of no unwanted experience and of each pattern, by cell of the population.

    Notes
    -----
    In a cell where the experiences have the chances p_j and any of them the chance a, they are independent given at
    least one: pattern x has the chance a Π r_j^x_j (1 − r_j)^(1 − x_j)/(1 − Π(1 − r_j)), with r_j such that each p_j
    comes out: r_j = (p_j/a)(1 − Π(1 − r_j)), by iteration. Where the chances leave no room, a is moved between the
    largest p_j and their sum.
    """
    each = np.column_stack(
        [chances_by_cell(users, published_groups(published, (name,), masks))[:, 0] for name in UNWANTED]
    )
    any_one = chances_by_cell(users, published_groups(published, ("any_unwanted",), masks))[:, 0]
    any_one = np.clip(any_one, each.max(axis=1) * 1.01, each.sum(axis=1) * 0.99)
    ratio = each / any_one[:, np.newaxis]
    r = ratio.copy()
    for _ in range(ROUNDS):
        r = ratio * (1 - np.prod(1 - r, axis=1, keepdims=True))
    pattern = np.prod(np.where(PATTERNS[np.newaxis] == 1, r[:, np.newaxis], 1 - r[:, np.newaxis]), axis=2)
    pattern = any_one[:, np.newaxis] * pattern / pattern.sum(axis=1, keepdims=True)
    return np.column_stack([1 - any_one, pattern])


def _yes(happened: NDArray[np.bool_]) -> Floats:
    return np.where(happened, YES, NO).astype(float)


def _drawn(
    published: PublishedNumbers, what: str, names: tuple[str, ...], rng: np.random.Generator, *, rest: bool = True
) -> Floats:
    """Return a category for each respondent; with ``rest``, what the printed shares leave gave no answer (the last)."""
    shares = np.array([published.claim(f"{what}_{name}_all").number for name in names])
    shares = np.append(shares, max(0.0, 1 - shares.sum())) if rest else shares / shares.sum()
    return np.asarray(1.0 + rng.choice(len(shares), published.n, p=shares / shares.sum()), dtype=np.float64)
