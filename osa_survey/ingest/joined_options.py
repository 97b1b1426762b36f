"""Check-all answers that a platform joins into one cell: learning the options, taking the cells apart."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from osa_survey.dataset import OptionSet
from osa_survey.errors import Problem

OTHER = "other"
LEAST_SEEN = 5
LEAST_SHARE = 0.002
"""Pieces seen less often are not taken for options of the questionnaire but for texts that respondents typed."""
MOST_OPTIONS = 60
LEAST_JOINED_SHARE = 0.02
NEARLY_ALWAYS, ALWAYS, MANY = 0.9, 0.99, 20
"""A piece that begins with a small letter goes on where another began; others need many records and no exception."""
LONGEST_JOIN = 6
OPENING, CLOSING = "([{", ")]}"


@dataclass(frozen=True)
class SplitColumn:
    """A check-all column taken apart.

    Attributes
    ----------
    options : tuple of str
        The options, in the order in which the platform joins them.
    columns : mapping of str to pyarrow array
        Name of the new column → "1" where the option is ticked, else "".
    leftovers : int
        Records with a piece that is no known option.
    """

    options: tuple[str, ...]
    columns: Mapping[str, pa.Array]
    leftovers: int


def split_cells(cell: str, separator: str) -> list[str]:
    """Return the pieces of a cell; a separator inside brackets parts nothing.

    Examples
    --------
    >>> split_cells("Lists (a, b), Books, Talks", ", ")
    ['Lists (a, b)', 'Books', 'Talks']
    """
    pieces, depth, start, position = [], 0, 0, 0
    while position < len(cell):
        character = cell[position]
        if character in OPENING:
            depth += 1
        elif character in CLOSING:
            depth = max(depth - 1, 0)
        elif depth == 0 and cell.startswith(separator, position):
            pieces.append(cell[start:position])
            position += len(separator)
            start = position
            continue
        position += 1
    pieces.append(cell[start:])
    if depth and separator in pieces[-1]:  # a bracket that is never closed hides nothing
        pieces[-1:] = pieces[-1].split(separator)
    return [piece.strip() for piece in pieces if piece.strip()]


def learn_options(counts: Mapping[str, int], separator: str) -> tuple[str, ...]:
    """Return the options of a check-all question as its joined answers show them.

    Parameters
    ----------
    counts : mapping of str to int
        Different cells → how many records have them.
    separator : str
        What the platform puts between options.

    Returns
    -------
    tuple of str
        Empty where the cells do not look like joined options.

    Notes
    -----
    A piece is an option if it is seen often enough. Neighbouring pieces that nearly always stand side by side are one
    option with the separator in its text, such as "r-help, r-packages, or r-devel".
    """
    split = {cell: split_cells(cell, separator) for cell in counts if cell}
    total = sum(counts[cell] for cell in split)
    if not total:
        return ()
    for _ in range(LONGEST_JOIN):
        joined = _inseparable(split, counts, max(LEAST_SEEN, LEAST_SHARE * total))
        if not joined:
            break
        split = {cell: _merged(pieces, joined, separator) for cell, pieces in split.items()}
    seen: Counter[str] = Counter()
    for cell, pieces in split.items():
        for piece in dict.fromkeys(pieces):
            seen[piece] += counts[cell]
    options = {piece for piece, number in seen.items() if number >= max(LEAST_SEEN, LEAST_SHARE * total)}
    several = sum(counts[cell] for cell, pieces in split.items() if sum(piece in options for piece in pieces) > 1)
    covered = sum(counts[cell] for cell, pieces in split.items() if any(piece in options for piece in pieces))
    if not 2 <= len(options) <= MOST_OPTIONS or several < LEAST_JOINED_SHARE * total or covered < 0.5 * total:
        return ()
    return _in_platform_order(options, split, counts)


def _inseparable(split: Mapping[str, Sequence[str]], counts: Mapping[str, int], least: float) -> set[tuple[str, str]]:
    """Return pairs of neighbouring pieces of which neither is seen without the other."""
    alone: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for cell, pieces in split.items():
        for piece in pieces:
            alone[piece] += counts[cell]
        for pair in itertools.pairwise(pieces):
            pairs[pair] += counts[cell]
    found: set[tuple[str, str]] = set()
    used: set[str] = set()
    for (first, second), number in pairs.most_common():
        if number < least:
            break
        share = number / max(alone[first], alone[second])
        goes_on = second[:1].islower() and share >= NEARLY_ALWAYS
        always = number >= MANY and share >= ALWAYS
        if (goes_on or always) and first not in used and second not in used:
            found.add((first, second))
            used |= {first, second}
    return found


def _merged(pieces: Sequence[str], joined: set[tuple[str, str]], separator: str) -> list[str]:
    merged: list[str] = []
    last = ""
    for piece in pieces:
        if merged and (last, piece) in joined:
            merged[-1] = f"{merged[-1]}{separator}{piece}"
        else:
            merged.append(piece)
        last = piece
    return merged


def _in_platform_order(
    options: set[str], split: Mapping[str, Sequence[str]], counts: Mapping[str, int]
) -> tuple[str, ...]:
    """Return options so that each stands, pair by pair, before those it mostly precedes in the cells."""
    ahead: Counter[tuple[str, str]] = Counter()
    for cell, pieces in split.items():
        own = [piece for piece in dict.fromkeys(pieces) if piece in options]
        for place, piece in enumerate(own):
            for later in own[place + 1 :]:
                ahead[piece, later] += counts[cell]

    def wins(option: str) -> float:
        shares = []
        for other in options - {option}:
            first, second = ahead[option, other], ahead[other, option]
            shares.append(0.5 if first == second else first / (first + second))
        return sum(shares)

    return tuple(sorted(options, key=lambda option: (-wins(option), option)))


def frequent_pieces(counts: Mapping[str, int], separator: str) -> tuple[str, ...]:
    """Return the pieces that five records or more have, in the platform's order, where cells are joined for certain."""
    split = {cell: [piece.strip() for piece in cell.split(separator) if piece.strip()] for cell in counts}
    seen: Counter[str] = Counter()
    for cell, pieces in split.items():
        for piece in dict.fromkeys(pieces):
            seen[piece] += counts[cell]
    return _in_platform_order({piece for piece, number in seen.items() if number >= LEAST_SEEN}, split, counts)


def is_ranking(counts: Mapping[str, int], separator: str) -> bool:
    """Tell whether all cells hold the same pieces, two or more, in different orders.

    Examples
    --------
    >>> is_ranking({"a;b;": 3, "b;a;": 2}, ";"), is_ranking({"a;b;": 3, "b;": 2}, ";")
    (True, False)
    """
    pieces = {frozenset(piece.strip() for piece in cell.split(separator) if piece.strip()) for cell in counts if cell}
    return len(pieces) == 1 and len(next(iter(pieces))) > 1 and len([cell for cell in counts if cell]) > 1


def take_apart(cell: str, options: Sequence[str], separator: str) -> tuple[tuple[str, ...], str]:
    """Return the options ticked in a cell, longest known option first at every place, and what is left over.

    Examples
    --------
    >>> take_apart("a, b, or c, Books, my own", ("Books", "a, b, or c"), ", ")
    (('a, b, or c', 'Books'), 'my own')
    """
    longest = sorted(options, key=len, reverse=True)
    ticked, left, position = [], [], 0
    while position < len(cell):
        for option in longest:
            end = position + len(option)
            if cell.startswith(option, position) and (end == len(cell) or cell.startswith(separator.rstrip(), end)):
                ticked.append(option)
                position = end
                break
        else:
            end = cell.find(separator, position)
            end = len(cell) if end < 0 else end
            left.append(cell[position:end])
            position = end
        position = _after(cell, position, separator)
    return tuple(dict.fromkeys(ticked)), separator.join(piece for piece in left if piece.strip())


def _after(cell: str, position: int, separator: str) -> int:
    for mark in (separator, separator.rstrip()):
        if mark and cell.startswith(mark, position):
            return position + len(mark)
    return position


def split_column(column: str, cells: pa.ChunkedArray, options: Sequence[str], separator: str) -> SplitColumn:
    """Return one column for each option of a joined check-all column, and one for what is left over.

    Parameters
    ----------
    column : str
        The name of the joined column.
    cells : ChunkedArray of str
        Its cells, without header rows.
    options : sequence of str
        The options.
    separator : str
        What the platform puts between options.
    """
    encoded = cells.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    which = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    apart = [take_apart((cell or "").strip(), options, separator) for cell in encoded.dictionary.to_pylist()]
    apart.append(((), ""))
    columns: dict[str, pa.Array] = {}
    for option in options:
        ticked = np.array([option in own for own, _ in apart])[which]
        columns[option_column(column, option)] = pa.array(np.where(ticked, "1", ""), pa.string())
    left = np.array([bool(rest) for _, rest in apart])[which]
    if left.any():
        columns[option_column(column, OTHER, options)] = pa.array(np.where(left, "1", ""), pa.string())
    return SplitColumn(tuple(options), columns, int(left.sum()))


def option_column(column: str, option: str, taken: Sequence[str] = ()) -> str:
    """Return the name of the column of an option."""
    while option in taken:
        option = f"({option})"
    return f"{column} – {option}"


def option_set(column: str, split: SplitColumn) -> OptionSet:
    """Return the columns as one check-all question."""
    labels = {name: name.removeprefix(f"{column} – ") for name in split.columns}
    return OptionSet(column, labels, ticked=("1",))


def split_finding(column: str, split: SplitColumn, file: str, row: int) -> Problem:
    """Return the finding that a column was taken apart."""
    rest = f"; {split.leftovers} records hold something else as well, ticked as '{OTHER}'" if split.leftovers else ""
    message = f"a check-all question in one column: {len(split.columns)} columns were added, one for each option{rest}"
    hint = "the joined column stays; look whether the options are those of the questionnaire"
    return Problem("split_check_all", message, file, row, column, hint=hint)
