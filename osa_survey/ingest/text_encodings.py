"""Which encoding a text file has: found from its bytes, reported, never guessed in silence."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

from osa_survey.errors import Problem, ResponseError

MARKS = (
    (codecs.BOM_UTF8, "utf-8", "byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "byte order mark"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "byte order mark"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "byte order mark"),
)
SAMPLE = 1 << 20
CONTROL_SHARE = 0.02
PLAIN_CONTROLS = b"\t\n\r\f"
SINGLE_BYTE = "cp1252"


@dataclass(frozen=True, repr=False)
class DecodedText:
    """A file's content as UTF-8 without a byte order mark.

    Attributes
    ----------
    data : bytes
        UTF-8.
    encoding : str
        What the file was written in.
    why : str
        How that was found.
    findings : tuple of Problem
        What a person should confirm.
    """

    data: bytes
    encoding: str
    why: str
    findings: tuple[Problem, ...] = ()


def decode_text(data: bytes, file: str, encoding: str | None = None) -> DecodedText:
    """Return a file's bytes as UTF-8.

    Parameters
    ----------
    data : bytes
        The file.
    file : str
        Its name, for messages.
    encoding : str, optional
        What the user says it is; then nothing is guessed.

    Returns
    -------
    DecodedText
        The text and how it was read.

    Raises
    ------
    ResponseError
        ``wrong_encoding`` if the named encoding does not fit, ``not_text`` if the file is no text.
    """
    if encoding:
        return _named(data, file, encoding)
    for mark, name, why in MARKS:
        if data.startswith(mark):
            return _transcoded(data[len(mark) :], file, name, why)
    if b"\x00" in data[:SAMPLE]:
        return _without_mark(data, file)
    _refuse_binary(data, file)
    if _is_utf8(data):
        return DecodedText(data, "utf-8", "all bytes are valid UTF-8")
    name = _single_byte(data)
    hint = f'if letters look wrong, write encoding = "…" under [file] in the codebook; read as {name}'
    finding = Problem("encoding_guessed", f"the file is not UTF-8 and was read as {name}", file, hint=hint)
    found = _transcoded(data, file, name, "not valid UTF-8; the most plausible encoding of its bytes")
    return DecodedText(found.data, found.encoding, found.why, (finding,))


def _named(data: bytes, file: str, encoding: str) -> DecodedText:
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        hint = "for example utf-8, utf-16, windows-1252, mac-roman"
        problem = Problem("unknown_encoding", f"there is no encoding '{encoding}'", file, hint=hint)
        raise ResponseError(problem) from error
    for mark, name, _ in MARKS:
        if data.startswith(mark) and name.startswith(encoding.lower().replace("_", "-")[:6]):
            data = data[len(mark) :]
            encoding = name
            break
    return _transcoded(data, file, encoding, "named by the user")


def _transcoded(data: bytes, file: str, encoding: str, why: str) -> DecodedText:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        message = f"byte {error.start} cannot be {encoding}"
        hint = 'write the right encoding = "…" under [file] in the codebook, or leave it out to let it be found'
        raise ResponseError(Problem("wrong_encoding", message, file, row, hint=hint)) from error
    return DecodedText(text.removeprefix("\ufeff").encode("utf-8"), encoding, why)


def _without_mark(data: bytes, file: str) -> DecodedText:
    """Read UTF-16 without a byte order mark: in most texts every other byte is zero."""
    sample = data[:SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    for zeros, others, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > half / 2 and others < half / 20:
            return _transcoded(data, file, name, "every other byte is zero")
    hint = "export the answers as CSV, XLSX or SPSS file"
    raise ResponseError(Problem("not_text", "the file holds zero bytes, so it is no text", file, hint=hint))


def _refuse_binary(data: bytes, file: str) -> None:
    sample = data[:SAMPLE]
    controls = sum(sample.count(bytes([code])) for code in range(32) if code not in PLAIN_CONTROLS)
    if controls > CONTROL_SHARE * len(sample):
        hint = "export the answers as CSV, XLSX or SPSS file"
        raise ResponseError(Problem("not_text", "the file is no text and of no known kind", file, hint=hint))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _single_byte(data: bytes) -> str:
    best = from_bytes(data[:SAMPLE]).best()
    if best is None:
        return SINGLE_BYTE
    try:
        data.decode(best.encoding)
    except UnicodeDecodeError:
        return "latin-1"
    return best.encoding
