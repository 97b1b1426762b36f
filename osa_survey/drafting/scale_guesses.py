"""Columns that hold instruments of the shelf: one block for each administration, partner or wave."""

from __future__ import annotations

import numpy as np

from osa_survey.drafting.block_guesses import guess_block, is_shipped_total
from osa_survey.drafting.claims import Claims
from osa_survey.drafting.column_profiles import numbers_of
from osa_survey.drafting.instrument_candidates import InstrumentMatch, has_another_name, matching_instruments
from osa_survey.drafting.item_sets import ItemSet, item_sets, sibling_tags

SMALLEST_SCALE = 3
OWN_SCALE_GUIDE = "docs/guide/own_scale.md"


def take_scales(claims: Claims) -> list[ItemSet]:
    """Take the columns of instruments, and return the sets that fit none."""
    unmatched = []
    sets = item_sets(claims.profiles, claims.taken)
    tags = sibling_tags(sets)
    first_choice: dict[str, str] = {}
    for found in sets:
        answers = np.column_stack([numbers_of(claims.export, column) for column in found.columns])
        matches = matching_instruments(found, claims.profiles, claims.library, answers[claims.adults])
        believable = tuple(match for match in matches if match.is_believable)
        if not believable or (has_another_name(found) and not believable[0].named):
            unmatched.append(found)
            continue
        matches = believable
        if found in tags:
            family = f"{len(found.columns)} {found.stem if found.after else ''}"
            matches = _as_sibling(matches, first_choice.setdefault(family, matches[0].instrument.id))
        block = _block_name(claims, matches[0].instrument.id, tags.get(found, ""))
        instrument = matches[0].instrument
        claims.result.blocks[block] = guess_block(found, matches, claims.profiles)
        claims.names |= {block, *(f"{block}_{scale.id}" for scale in instrument.scales)}
        claims.names |= {f"{block}_{n:02d}" for n in range(1, len(found.columns) + 1)}
        claims.taken |= set(found.columns)
        for column, profile in claims.profiles.items():
            if column not in claims.taken and profile.is_numeric:
                total = numbers_of(claims.export, column)
                if is_shipped_total(total[claims.adults], answers[claims.adults], matches[0]):
                    claims.ignore(column, f"a total of {found.title} shipped with the file; scores are made anew")
    return unmatched


def _as_sibling(matches: tuple[InstrumentMatch, ...], chosen: str) -> tuple[InstrumentMatch, ...]:
    """Put the instrument that was chosen for the first partner or wave first."""
    return tuple(sorted(matches, key=lambda match: match.instrument.id != chosen))


def _block_name(claims: Claims, instrument: str, tag: str) -> str:
    base = f"{instrument}_{tag.replace('_', '')}" if tag else instrument
    block, number = base, 2
    while block in claims.names:
        block, number = f"{base}_{number}", number + 1
    return block


def _columns(found: ItemSet) -> str:
    return f'"{found.pattern}"' if found.pattern else "a list of them in item order"


def remark_on_set(claims: Claims, found: ItemSet) -> None:
    """Say that columns look like a scale the shelf does not have."""
    if len(found.columns) >= SMALLEST_SCALE:
        claims.result.remarks.append(
            f"{found.title} look like one scale of {len(found.columns)} items, but no instrument of the shelf has "
            "as many items with these answers and this pattern; drafted as single variables. To score them, write a "
            f"definition as instruments/NAME.toml beside this file ({OWN_SCALE_GUIDE}; or from the survey file of the "
            "platform: osa-survey instruments draft), and put a block [blocks.NAME] in the place of these variables: "
            f'instrument = "NAME", columns = {_columns(found)}'
        )
