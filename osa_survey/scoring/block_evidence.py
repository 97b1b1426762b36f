"""What a whole block says about the keys of its scales: fit of items to scales, labels, undeclared answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import KeyedItems, Responses
from osa_survey.instruments import Instrument
from osa_survey.psychometrics import ItemMoments, correlations, item_moments
from osa_survey.scoring.key_evidence import FEWEST
from osa_survey.scoring.scale_membership import ScaleKey, ScaleMembership, scale_memberships

ENOUGH_COMPLETE = 0.5
"""With fewer complete cases than this share of the smallest pair, every pair of answers is used."""


@dataclass(frozen=True)
class BlockEvidence:
    """What one block says about its keys beyond the items of a single scale.

    Attributes
    ----------
    memberships : mapping of str to ScaleMembership or None
        Scale id → how its items fit it and the other scales.
    export_labels : mapping of str to mapping of str to float
        Item column → the export's own value label → the code its value was given.
    undeclared : mapping of str to int
        Item column → answers outside the declared codes.
    moments : dict
        Columns and signs of a scale → moments of its complete cases; filled as scales are judged, so that a sum and a
        mean of the same items share them.
    """

    memberships: Mapping[str, ScaleMembership | None] = field(default_factory=dict)
    export_labels: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    undeclared: Mapping[str, int] = field(default_factory=dict)
    moments: dict[tuple[tuple[str, ...], tuple[int, ...]], ItemMoments] = field(default_factory=dict, repr=False)

    def moments_of(self, keyed: KeyedItems) -> ItemMoments:
        """Return means and covariances of the complete cases of a scale."""
        items = (keyed.columns, keyed.signs)
        if items not in self.moments:
            self.moments[items] = item_moments(keyed.values)
        return self.moments[items]


def block_evidence(responses: Responses, block: str) -> BlockEvidence:
    """Return what a block says about the keys of its scales.

    Parameters
    ----------
    responses : Responses
        Admitted answers.
    block : str
        A block of the codebook.
    """
    columns = responses.item_columns(block)
    instrument = responses.instruments[responses.codebook.blocks[block].instrument]
    sources = responses.codebook.blocks[block].column_names(tuple(item.id for item in instrument.items))
    outside: dict[str, int] = {}
    for problem in responses.findings:
        if problem.item and problem.column in sources:
            name = columns[sources.index(problem.column)]
            outside[name] = outside.get(name, 0) + (problem.count or 0)
    return BlockEvidence(
        memberships=item_memberships(instrument, responses.items(block)),
        export_labels={name: responses.value_labels[name] for name in columns if name in responses.value_labels},
        undeclared=outside,
    )


def item_memberships(instrument: Instrument, answers: NDArray[np.floating]) -> dict[str, ScaleMembership | None]:
    """Return for each scale of an instrument how well its items fit it and the other scales.

    Parameters
    ----------
    instrument : Instrument
        The definition.
    answers : ndarray of float, shape (respondents, items)
        Answers to all items as given, not reversed; NaN for gaps.

    Returns
    -------
    dict of str to ScaleMembership or None
        Empty where the instrument has no two scales, or too few people answered.
    """
    scales = [scale for scale in instrument.scales if scale.item_ids]
    position = {item.id: index for index, item in enumerate(instrument.items)}
    places = {scale.id: [position[name] for name in scale.item_ids] for scale in scales}
    kinds = [frozenset(items) for items in places.values()]
    if not any(one.isdisjoint(other) for one in kinds for other in kinds):
        return {}
    used = sorted({place for items in places.values() for place in items})
    chosen = answers[:, used].astype(np.float64)
    moments = item_moments(chosen)
    n = moments.n_respondents
    if 2 * n < len(answers):
        pairwise = item_moments(chosen, "pairwise")
        if n < ENOUGH_COMPLETE * pairwise.smallest_pair:
            moments, n = pairwise, pairwise.smallest_pair
    if n < FEWEST:
        return {}
    where = {place: index for index, place in enumerate(used)}
    keys = [ScaleKey(scale.id, tuple(where[place] for place in places[scale.id]), scale.signs) for scale in scales]
    return scale_memberships(correlations(moments.covariance), n, keys)
