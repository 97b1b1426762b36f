"""References: one entry for each source, in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from osa_survey.results import Result

DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)(10\.\d{4,9}/\S+)", re.I)
LINK = re.compile(r"https?://\S+")


def collect_references(results: Iterable[Result], more: Iterable[str] = ()) -> tuple[str, ...]:
    """Return all references of results and their further tables, each source once, sorted.

    Parameters
    ----------
    results : iterable of Result
        The results.
    more : iterable of str
        Further references.

    Returns
    -------
    tuple of str
        Two entries are the same source if their DOI, or without one their text, is the same. DOIs are written as
        links.
    """
    found: dict[str, str] = {}
    for text in (*more, *(text for result in results for text in _references(result))):
        entry = with_doi_link(" ".join(text.split()))
        found.setdefault(_identity(entry), entry)
    return tuple(sorted(found.values(), key=lambda entry: (entry.casefold(), entry)))


def _references(result: Result) -> Iterator[str]:
    yield from result.references
    for table in result.more.values():
        yield from _references(table)


def _identity(entry: str) -> str:
    match = DOI.search(entry)
    return match.group(1).rstrip(".,;)").casefold() if match else entry.casefold().rstrip(".")


def with_doi_link(entry: str) -> str:
    """Return a reference whose DOI is written as a link.

    Examples
    --------
    >>> with_doi_link("Feldt, L. S. (1965). Psychometrika, 30. doi:10.1007/BF02289499.")
    'Feldt, L. S. (1965). Psychometrika, 30. https://doi.org/10.1007/BF02289499'
    """
    return DOI.sub(lambda match: "https://doi.org/" + match.group(1).rstrip(".,;"), entry)


def split_links(text: str) -> tuple[tuple[str, str], ...]:
    """Return a text in pieces: (text, address), the address empty for plain text.

    Examples
    --------
    >>> split_links("See https://doi.org/10.1/a.")
    (('See ', ''), ('https://doi.org/10.1/a', 'https://doi.org/10.1/a'), ('.', ''))
    """
    pieces: list[tuple[str, str]] = []
    last = 0
    for match in LINK.finditer(text):
        address = match.group().rstrip(".,;)")
        pieces.append((text[last : match.start()], ""))
        pieces.append((address, address))
        last = match.start() + len(address)
    pieces.append((text[last:], ""))
    return tuple(piece for piece in pieces if piece[0])
