"""Special missing values of SAS transport files, which the reading library passes over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RECORD = 80
DESCRIPTIONS = (
    b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!",
    b"HEADER RECORD*******NAMSTV8 HEADER RECORD!!!!!!!",
)
ANSWERS = (b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!", b"HEADER RECORD*******OBSV8   HEADER RECORD!!!!!!!")
DESCRIPTION = 140
"""Bytes that describe one variable; 136 in files of VAX machines, which are left as they are."""
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ_"


def special_missing(data: bytes, names: Sequence[str], records: int) -> dict[str, NDArray[np.object_]]:
    """Return for each column that has special missing values their letter in each record, else "".

    Parameters
    ----------
    data : bytes
        A transport file.
    names : sequence of str
        The columns of its first data set, in order.
    records : int
        How many records that has.

    Returns
    -------
    dict
        Column → letters ``A`` to ``Z`` or ``_``. Empty where the file's layout is not the expected one.

    Notes
    -----
    A number is a float of IBM mainframes. Missing values have a fraction of zero and as first byte a dot, a letter
    or an underscore (SAS Institute, "The Record Layout of a SAS Version 5 Data Set in SAS Transport Format").
    """
    begin = max(data.find(mark) for mark in DESCRIPTIONS)
    first = min((place for mark in ANSWERS if (place := data.find(mark)) > 0), default=-1)
    if begin < 0 or first < begin:
        return {}
    begin, first = begin + RECORD, first + RECORD
    if first - begin < DESCRIPTION * len(names):
        return {}
    shapes = np.frombuffer(data, np.uint8, DESCRIPTION * len(names), begin).reshape(len(names), DESCRIPTION)
    kinds, lengths = (np.ascontiguousarray(shapes[:, at : at + 2]).view(">u2").ravel() for at in (0, 4))
    starts = np.ascontiguousarray(shapes[:, 84:88]).view(">u4").ravel().astype(np.int64)
    width = int(lengths.astype(np.int64).sum())
    if records == 0 or first + width * records > len(data) or np.any(starts + lengths > width):
        return {}
    cells = np.frombuffer(data, np.uint8, width * records, first).reshape(records, width)
    found = {}
    for name, kind, start, length in zip(names, kinds, starts, lengths, strict=True):
        if kind != 1:
            continue
        head, rest = cells[:, start], cells[:, start + 1 : start + int(length)]
        special = np.isin(head, np.frombuffer(LETTERS, np.uint8)) & ~rest.any(axis=1)
        if special.any():
            found[name] = np.where(special, np.array([chr(byte) for byte in range(256)], dtype=object)[head], "")
    return found
