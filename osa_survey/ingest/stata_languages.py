"""Labels in several languages: Stata keeps them as characteristics, which the reading library passes over."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

NAME_BYTES = {b"117": 33, b"118": 129, b"119": 129}
"""Release of the file format → bytes of a name, its final NUL counted."""
ENTRY = b"<ch>"
MAXIMUM_ENTRIES = 200_000


def languages_of(path: Path) -> dict[str, Any]:
    """Return ``languages`` and ``wording_by_language`` of a Stata file; nothing where it has one language only.

    Parameters
    ----------
    path : Path
        A Stata file of format 117 or later; in others languages are not looked for.
    """
    data = path.read_bytes()
    release = data[28:31] if data.startswith(b"<stata_dta><header><release>") else b""
    start, end = data.find(b"<characteristics>"), data.find(b"</characteristics>")
    if release not in NAME_BYTES or start < 0 or end < start:
        return {}
    order = "<" if b"<byteorder>LSF</byteorder>" in data[:100] else ">"
    entries = _entries(data[start + len(b"<characteristics>") : end], order, NAME_BYTES[release])
    languages = entries.get(("_dta", "_lang_list"), "").split()
    if len(languages) < 2:
        return {}
    wording = {
        language: {column: text for (column, name), text in entries.items() if name == f"_lang_v_{language}" and text}
        for language in languages
    }
    return {
        "languages": tuple(languages),
        "language": entries.get(("_dta", "_lang_c"), ""),
        "wording_by_language": {language: texts for language, texts in wording.items() if texts},
    }


def _entries(block: bytes, order: str, width: int) -> dict[tuple[str, str], str]:
    """Return (column, name) → text of every characteristic."""
    found: dict[tuple[str, str], str] = {}
    position = 0
    while block.startswith(ENTRY, position) and len(found) < MAXIMUM_ENTRIES:
        begin = position + len(ENTRY) + 4
        (length,) = struct.unpack(f"{order}I", block[begin - 4 : begin].rjust(4, b"\0"))
        if length < 2 * width or begin + length > len(block):
            break
        column, name, text = (
            block[first:last].split(b"\0")[0].decode("utf-8", "replace")
            for first, last in (
                (begin, begin + width),
                (begin + width, begin + 2 * width),
                (begin + 2 * width, begin + length),
            )
        )
        found[column, name] = text
        position = begin + length + len(b"</ch>")
    return found
