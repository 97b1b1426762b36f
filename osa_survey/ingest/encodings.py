"""Which characters the bytes of a text file are: marks at its beginning, UTF-8, UTF-16, or a reported guess."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from osa_survey.errors import Problem, ResponseError

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WESTERN = "cp1252"
WESTERN_FAMILY = frozenset(
    (
        "ascii",
        "cp1250",
        "cp1252",
        "cp1254",
        "cp1257",
        "cp1258",
        "latin_1",
        "iso8859_1",
        "iso8859_2",
        "iso8859_3",
        "iso8859_4",
        "iso8859_9",
        "iso8859_10",
        "iso8859_13",
        "iso8859_14",
        "iso8859_15",
        "iso8859_16",
        "hp_roman8",
        "cp437",
        "cp775",
        "cp850",
        "cp852",
        "cp858",
        "cp861",
        "cp863",
        "cp865",
        "cp500",
        "cp1140",
        "cp037",
        "mac_roman",
        "mac_latin2",
        "mac_iceland",
        "mac_turkish",
    )
)
"""Single-byte encodings of Latin letters: too short a text to tell them apart is far most often Windows-1252."""
SAMPLE = 1 << 16
MINIMUM_NULS = 0.3
BYTE_ORDER_MARK = "\ufeff"
CONTROLS = bytes({*range(32)} - {9, 10, 12, 13, 26})
MOST_CONTROLS = 0.01
LEAST_OTHER_LETTERS = 0.4
"""In a text of another script most letters are beyond ASCII; below this share the letters are Latin with accents."""
OTHER_ENCODING = 'save the file as UTF-8, or say [file] encoding = "…" in the codebook'


@dataclass(frozen=True)
class DecodedText:
    """The text of a file as UTF-8 bytes without a mark, and how it was read."""

    data: bytes
    encoding: str
    findings: tuple[Problem, ...] = ()


def decoded(data: bytes, file: str, encoding: str | None = None) -> DecodedText:
    """Return the text of a file.

    Parameters
    ----------
    data : bytes
        The file.
    file : str
        Its name, for messages.
    encoding : str, optional
        What the reader was told; then nothing is guessed.

    Returns
    -------
    DecodedText
        UTF-8 bytes, the encoding, and a finding where it had to be guessed.

    Raises
    ------
    ResponseError
        With the code ``wrong_encoding``, ``unknown_encoding``, ``not_text`` or ``nul_bytes``.

    Examples
    --------
    >>> decoded("Köln".encode("utf-16"), "f.csv").encoding
    'utf-16-le'
    >>> decoded("Größe;Maß".encode("cp1252"), "f.csv").data.decode()
    'Größe;Maß'
    """
    findings: tuple[Problem, ...] = ()
    if encoding:
        text = _told(data, encoding, file)
    else:
        encoding = _marked(data) or _utf16_without_mark(data)
        if encoding:
            text = _told(data, encoding, file)
        elif _is_utf8(data):
            encoding, text = "utf-8", data
        else:
            encoding, text = _guessed(data, file)
            message = f"the encoding is not UTF-8 and was guessed: {encoding}"
            findings = (Problem("encoding_guessed", message, file, hint=OTHER_ENCODING),)
    _refuse_controls(text, file)
    if b"\x00" in text:
        row = text[: text.index(b"\x00")].count(b"\n") + 1
        message = "NUL bytes, which no text holds: the file is damaged or no table"
        hint = "export it again, or say its encoding"
        raise ResponseError(Problem("nul_bytes", message, file, row, hint=hint, count=text.count(b"\x00")))
    return DecodedText(text, encoding, findings)


def _told(data: bytes, encoding: str, file: str) -> bytes:
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        message = f"there is no encoding '{encoding}'"
        hint = "for example utf-8, utf-16, windows-1252, mac_roman"
        raise ResponseError(Problem("unknown_encoding", message, file, hint=hint)) from error
    try:
        if name == "utf-8":
            text = data.removeprefix(codecs.BOM_UTF8)
            text.decode("utf-8")
            return text
        return data.decode(name).removeprefix(BYTE_ORDER_MARK).encode("utf-8")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        message = f"the file is not {encoding}: byte {error.start + 1} does not fit"
        raise ResponseError(Problem("wrong_encoding", message, file, row, hint=OTHER_ENCODING)) from error
    except (UnicodeError, TypeError, AttributeError, LookupError) as error:
        message = f"the file cannot be read as {encoding}"
        raise ResponseError(Problem("wrong_encoding", message, file, hint=OTHER_ENCODING)) from error


def _refuse_controls(text: bytes, file: str) -> None:
    sample = text[:SAMPLE]
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    if controls > MOST_CONTROLS * len(sample) and controls > 1:
        hint = "export the answers as CSV, XLSX, Parquet or SPSS .sav"
        raise ResponseError(Problem("not_text", "the file is neither text nor a known kind of table", file, hint=hint))


def _share_of_other_letters(sample: bytes) -> float:
    other = sum(byte >= 0x80 for byte in sample)
    ascii_letters = sum(chr(byte).isalpha() for byte in sample if byte < 0x80)
    return other / max(other + ascii_letters, 1)


def _marked(data: bytes) -> str:
    return next((name for mark, name in MARKS if data.startswith(mark)), "")


def _utf16_without_mark(data: bytes) -> str:
    sample = data[:SAMPLE]
    half = len(sample) // 2
    if half == 0 or len(data) % 2:
        return ""
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd >= MINIMUM_NULS and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even >= MINIMUM_NULS and odd == 0 else ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _western_order(sample: bytes) -> list[str]:
    """Return Windows-1252 and Mac Roman, the one that gives the more plausible Latin text first.

    In a plausible text letters beyond ASCII stand beside small letters, capitals do not follow small letters, and
    the marks between words are quotes, dashes and signs of money rather than mathematics.
    """
    scores = {}
    for name in (WESTERN, "mac_roman"):
        text = sample.decode(name, errors="replace")
        places = [place for place, character in enumerate(text) if ord(character) > 0x7F]
        scores[name] = sum(_plausibility(text, place) for place in places)
    return sorted(scores, key=lambda name: -scores[name])


def _plausibility(text: str, place: int) -> int:
    before, character, after = text[place - 1 : place], text[place], text[place + 1 : place + 2]
    if character == "\ufffd":
        return -3
    if character.isalpha() and character not in "ªºµƒΩπı":
        if character.isupper():
            return -2 if before.islower() else 1 if before.isalpha() or after.isalpha() else -1
        return 1 if before.isalpha() or after.isalpha() else 0
    inside = before.isalpha() and after.isalpha()
    if character in "’‘":
        return 1
    if character in "“”„–—…«»€£°§\xa0":
        return -1 if inside and character not in "–—\xa0" else 1
    return -2 if inside else -1


def _guessed(data: bytes, file: str) -> tuple[str, bytes]:
    from charset_normalizer import from_bytes

    sample = b"\n".join(re.findall(rb"[^\n]*[\x80-\xff][^\n]*", data[: SAMPLE * 64]))[:SAMPLE]
    best = from_bytes(sample or data[:SAMPLE]).best()
    found = best.encoding if best is not None else WESTERN
    latin = found in WESTERN_FAMILY or _share_of_other_letters(sample) < LEAST_OTHER_LETTERS
    order = _western_order(sample) if latin else [found, WESTERN, "mac_roman"]
    for name in order:
        try:
            return ("windows-1252" if name == WESTERN else name), data.decode(name).encode("utf-8")
        except UnicodeError:
            continue
    hint = OTHER_ENCODING
    raise ResponseError(Problem("wrong_encoding", "no known encoding fits the file", file, 1, hint=hint))
