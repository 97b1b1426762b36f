"""The shelf as a list: found by construct or any word, with key, cut-offs and licence at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from osa_survey.instruments.library import Library
from osa_survey.instruments.model import Instrument
from osa_survey.instruments.scales import Cutoff
from osa_survey.languages import catalogue

HEADS = ("id", "title", "measures", "items", "scales", "cut-offs", "key", "wording", "languages")


@dataclass(frozen=True)
class Listing:
    """Instruments of the shelf that a search found, sorted by id.

    Attributes
    ----------
    search : str
        What was searched for, "" for all.
    instruments : tuple of Instrument
        What was found.
    """

    search: str
    instruments: tuple[Instrument, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the list for programs."""
        return {"search": self.search, "instruments": [listing_row(entry) for entry in self.instruments]}

    def as_text(self) -> str:
        """Return the list as a table for people, with a line on the marks."""
        if not self.instruments:
            return (
                f"no instrument has '{self.search}' in its title, construct, scales, items or source; "
                "osa-survey instruments list shows all"
            )
        rows = [HEADS, *(_cells(entry) for entry in self.instruments)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        lines.insert(1, "  ".join("-" * width for width in widths))
        number = len(self.instruments)
        return "\n".join(
            [
                *lines,
                "",
                f"{number} instrument{'' if number == 1 else 's'}; key: seen, partly or recalled in sources; "
                "cut-offs in brackets are off by default;",
                "wording: whether it may be passed on. Screening scores are not diagnoses.",
            ]
        )


def list_instruments(library: Library, search: str = "") -> Listing:
    """Return the instruments in which every word of a search occurs.

    Parameters
    ----------
    library : Library
        The shelf, for example of :func:`load_library`.
    search : str
        Words to be found in id, titles, construct, scales, tags of items (all of these in English or German), factor
        model or citation; upper and lower case are equal.

    Returns
    -------
    Listing
        The instruments found, sorted by id; all of them without a search.

    Examples
    --------
    >>> from osa_survey.instruments import load_library
    >>> [entry.id for entry in list_instruments(load_library(), "self-esteem").instruments]
    ['rses', 'rses_satisfied_first']
    """
    words = search.casefold().split()
    found = (
        library.instruments[name]
        for name in library.ids
        if all(word in _searched(library.instruments[name]) for word in words)
    )
    return Listing(search, tuple(found))


def listing_row(instrument: Instrument) -> dict[str, Any]:
    """Return what the list says of one instrument, as plain values."""
    return {
        "id": instrument.id,
        "version": instrument.version,
        "title": instrument.title,
        "short_title": instrument.short_title,
        "construct": instrument.construct_measured,
        "items": len(instrument.items),
        "scales": [
            {"id": scale.id, "title": scale.title, "score": scale.score, "range": list(scale.range)}
            for scale in instrument.scales
        ],
        "cutoffs": [
            {
                "scale": cut.scale,
                "rule": cut.rule,
                "value": cut.value,
                "applied": cut.default,
                "verified": cut.verified,
                "applies_to": cut.applies_to.model_dump() if cut.applies_to else None,
            }
            for cut in instrument.cutoffs
        ],
        "verified": instrument.verified,
        "licence": instrument.licence.status,
        "wording_redistributable": instrument.licence.wording_redistributable,
        "languages": list(instrument.languages),
        "doi": instrument.citation.doi,
    }


def _searched(instrument: Instrument) -> str:
    scales = (text for scale in instrument.scales for text in (scale.id, scale.title, scale.higher_means))
    titles = (instrument.id, instrument.title, instrument.short_title, instrument.construct_measured)
    told = (*titles, *scales, *(item.tag for item in instrument.items))
    spoken = catalogue("de")
    german = (part[text] for text in told for part in spoken.values() if text in part)
    return " ".join((*told, *german, instrument.factor_model, instrument.citation.text)).casefold()


def _cells(instrument: Instrument) -> tuple[str, ...]:
    cutoffs = (_cutoff(cut) for cut in instrument.cutoffs if cut.default)
    off = (f"({_cutoff(cut)})" for cut in instrument.cutoffs if not cut.default)
    shown = [*cutoffs, *off]
    more = f", … {len(shown)} in all" if len(shown) > MOST_SHOWN else ""
    scales = [scale.id for scale in instrument.scales]
    return (
        instrument.id,
        instrument.title if len(instrument.title) <= LONGEST else instrument.short_title,
        _shortened(instrument.construct_measured),
        str(len(instrument.items) or "not read"),
        f"{len(scales)}" if len(scales) > MOST_SHOWN else ", ".join(scales) or "no key",
        ", ".join(shown[:MOST_SHOWN]) + more or "none",
        instrument.verified,
        instrument.licence.wording_redistributable,
        " ".join(instrument.languages),
    )


def _cutoff(cut: Cutoff) -> str:
    return f"{cut.rule} {cut.value:g}" + (f" {cut.applies_to.category}" if cut.applies_to else "")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


LONGEST, MOST_SHOWN = 48, 2
