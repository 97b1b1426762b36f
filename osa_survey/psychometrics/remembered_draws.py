"""Bootstrap draws that are kept: the same answers, score and seed give the same draws.

The commands of a study each run it anew, and a bootstrap is the longest step of a run. What is kept is estimates of
whole samples under a digest of the answers; no answer of anybody.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from osa_survey.psychometrics.ordinal.ordered_answers import Categories
from osa_survey.psychometrics.resampling import Seed, resampled_omegas

Floats = NDArray[np.float64]

MOST_KEPT = 64
"""Scales whose draws are kept; a thousand draws are eight kilobytes."""

_kept: OrderedDict[bytes, Floats] = OrderedDict()
_one_at_a_time = Lock()


def remembered_omegas(items: Categories, steps: Floats, draws: int, seed: Seed) -> Floats:
    """Return what `resampled_omegas` returns, without drawing again what was drawn before.

    Parameters
    ----------
    items, steps, draws, seed
        As in `resampled_omegas`.

    Returns
    -------
    ndarray of float, shape (draws,)
        Read-only.
    """
    key = _digest(items, steps, draws, seed)
    with _one_at_a_time:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = resampled_omegas(items, steps, draws, seed)
    found.setflags(write=False)
    with _one_at_a_time:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def forget_draws() -> None:
    """Forget all draws, so that the next ones take their time again."""
    with _one_at_a_time:
        _kept.clear()


def _digest(items: Categories, steps: Floats, draws: int, seed: Seed) -> bytes:
    codes = np.ascontiguousarray(items.codes)
    digest = hashlib.sha256(repr((codes.shape, codes.dtype.str, steps.shape, steps.dtype.str, draws, seed)).encode())
    digest.update(codes.tobytes())
    digest.update(np.ascontiguousarray(steps).tobytes())
    return digest.digest()
