"""How LimeSurvey writes the header of a column: as a code, as the question's text, or as both."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SYSTEM_TEXTS: dict[str, tuple[str, ...]] = {
    "id": (
        "response id",
        "antwort id",
        "antwort-id",
        "id de la réponse",
        "id de respuesta",
        "id da resposta",
        "id risposta",
        "id della risposta",
        "antwoord id",
    ),
    "submitdate": (
        "date submitted",
        "datum abgeschickt",
        "date de soumission",
        "date soumise",
        "fecha de envío",
        "data de envio",
        "data de submissão",
        "data di invio",
        "data invio",
        "datum ingestuurd",
        "datum verzonden",
    ),
    "lastpage": ("last page", "letzte seite", "dernière page", "última página", "ultima pagina", "laatste pagina"),
    "startlanguage": (
        "start language",
        "start-sprache",
        "startsprache",
        "langue de départ",
        "langue de démarrage",
        "lenguaje inicial",
        "idioma inicial",
        "língua de início",
        "lingua iniziale",
        "lingua di partenza",
        "starttaal",
        "start taal",
    ),
    "seed": ("seed", "zufallsstartwert", "zufallsgeneratorstartwert", "tête de série", "semilla", "semente", "seme"),
    "startdate": (
        "date started",
        "datum gestartet",
        "date de lancement",
        "fecha de inicio",
        "data de início",
        "data di inizio",
        "datum gestart",
    ),
    "datestamp": (
        "date last action",
        "datum letzte aktivität",
        "date de la dernière action",
        "fecha de la última acción",
        "data da última ação",
        "data dell'ultima azione",
        "data ultima azione",
        "datum laatste actie",
    ),
    "ipaddr": ("ip address", "ip-adresse", "adresse ip", "dirección ip", "endereço ip", "indirizzo ip", "ip-adres"),
    "refurl": ("referrer url", "referring url", "weiterleitungs-url", "url de référence", "url referente"),
    "token": ("access code", "token", "zugangscode", "zugangsschlüssel", "code d'accès", "código de acceso"),
    "interviewtime": ("total time", "gesamtzeit", "temps total", "tiempo total", "tempo total", "tempo totale"),
    "firstname": ("first name", "vorname", "prénom"),
    "lastname": ("last name", "nachname", "nom"),
    "email": ("email address", "e-mail-adresse", "email", "adresse de courriel"),
}
"""Column that the platform fills → its header in question-text form, in lower case, in the languages known here."""
MARKS = frozenset(("submitdate", "lastpage", "startlanguage", "datestamp", "startdate", "seed"))
STRONG_MARKS = frozenset(("submitdate", "lastpage", "startlanguage", "datestamp"))
IDENTIFYING = ("token", "ipaddr", "refurl", "email", "firstname", "lastname")
TIMING_TEXT = re.compile(
    r"(group time|question time|gruppenzeit|fragenzeit|frage zeit|temps de groupe|temps de la question"
    r"|tiempo del grupo|tiempo de la pregunta|groepstijd|vraagtijd)\s*:",
    re.IGNORECASE,
)
TIMING_CODE = re.compile(r"groupTime\d+|questionTime\d+|\d+X\d+(X\d+)?[tT]ime")
CODE = re.compile(r"(\d+X\d+X\d+\S*|[A-Za-z][A-Za-z0-9_]*(\[[^\[\]]*\])*)")
CODE_AND_TEXT = re.compile(
    r"(submitdate|lastpage|startlanguage|datestamp|startdate|seed|id)(\s*[^\w\s]*\s+|[^\w\s]+)(?=\S)"
)
BRACKET = re.compile(r"(?s)(.*?)\s*\[([^\[\]]*)\]$")
INLINE_TAG = re.compile(r"</?(b|i|u|s|em|strong|span|font|a|small|sub|sup)(\s[^<>]*)?>", re.IGNORECASE)
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
EXPRESSION = re.compile(r"(?s)\{.*\}")
OTHER_PARTS = ("other", "comment")

_BY_TEXT = {text: code for code, texts in SYSTEM_TEXTS.items() for text in texts}


@dataclass(frozen=True)
class Headers:
    """The header row of an export, read.

    Attributes
    ----------
    form : str
        ``"code"``, ``"text"`` or ``"code and text"``.
    names : tuple of str
        Names as they stand: codes where there are codes, else texts; not yet unique.
    wording : tuple of str
        Question texts, "" where the export has none.
    system : mapping of str to int
        Column that the platform fills → its position.
    timing : tuple of int
        Positions of page and question times.
    """

    form: str
    names: tuple[str, ...]
    wording: tuple[str, ...]
    system: Mapping[str, int]
    timing: tuple[int, ...]


def read_headers(cells: Sequence[str]) -> Headers | None:
    """Return what a row of cells says if it is a header row of LimeSurvey, else None.

    Examples
    --------
    >>> read_headers(["id", "submitdate", "lastpage", "startlanguage", "Q1[SQ1]"]).form
    'code'
    >>> headers = read_headers(["id. Response ID", "submitdate. Date submitted", "lastpage. Last page", "Q1. How?"])
    >>> headers.form, headers.names[3], headers.wording[3]
    ('code and text', 'Q1', 'How?')
    >>> read_headers(["Antwort ID", "Datum Abgeschickt", "Letzte Seite", "Wie alt?"]).system["submitdate"]
    1
    >>> read_headers(["id", "StartDate", "EndDate"]) is None
    True
    """
    codes = {name: position for position, name in reversed(list(enumerate(cells))) if name in SYSTEM_TEXTS}
    if _is_marked(codes):
        others = [name for name in cells if name not in SYSTEM_TEXTS]
        if 2 * sum(CODE.fullmatch(name) is not None for name in others) >= len(others):
            return _headers("code", cells, [""] * len(cells), codes)
        return _headers("text", cells, [readable(cell) for cell in cells], codes)
    texts = {
        _BY_TEXT[key]: position
        for position, name in reversed(list(enumerate(cells)))
        if (key := _plain(name).casefold()) in _BY_TEXT
    }
    if _is_marked(texts):
        return _headers("text", cells, [readable(cell) for cell in cells], texts)
    separator = _separator(cells)
    if not separator:
        return None
    names, wording = zip(*(_split(cell, separator) for cell in cells), strict=True)
    codes = {name: position for position, name in reversed(list(enumerate(names))) if name in SYSTEM_TEXTS}
    return _headers("code and text", names, wording, codes) if _is_marked(codes) else None


def _is_marked(system: Mapping[str, int]) -> bool:
    """Tell whether the platform's own columns are enough to know it by: no other platform has two of these."""
    return len(MARKS & set(system)) >= 2 and bool(STRONG_MARKS & set(system))


def _headers(form: str, names: Sequence[str], wording: Sequence[str], system: Mapping[str, int]) -> Headers:
    timing = tuple(
        position
        for position, name in enumerate(names)
        if TIMING_CODE.fullmatch(name) or (form == "text" and TIMING_TEXT.match(_plain(name)))
    )
    return Headers(form, tuple(names), tuple(wording), system, timing)


def _plain(name: str) -> str:
    """Return a header with entities resolved, and spaces where the export wrote underscores for them."""
    return " ".join(html.unescape(name).replace("_", " ").split())


def readable(text: str) -> str:
    """Return a question text without tags, with entities resolved and single blanks.

    Examples
    --------
    >>> readable("How <b>old</b> are&nbsp;you &amp; yours?")
    'How old are you & yours?'
    """
    without_tags = TAG.sub(" ", INLINE_TAG.sub("", text))
    return " ".join(html.unescape(html.unescape(without_tags)).split())


def _separator(cells: Sequence[str]) -> str:
    """Return what stands between code and text, if two of the platform's own columns agree on it."""
    found = [match.group(2) for cell in cells if (match := CODE_AND_TEXT.match(cell))]
    return found[0] if len(found) > 1 and len(set(found)) == 1 else ""


def _split(cell: str, separator: str) -> tuple[str, str]:
    """Return code and text of a header; where its beginning is no code, the text is the name, too."""
    code, found, text = cell.partition(separator)
    if not found and cell.endswith(separator.rstrip()):
        code, text = cell.removesuffix(separator.rstrip()), ""  # an empty text: the blank of the separator was trimmed
    if CODE.fullmatch(code):
        return code, readable(text)
    return cell, readable(cell)


def parts_of(name: str, form: str) -> tuple[str, str]:
    """Return the question and the subquestion of a header, the latter "" where there is none.

    Parameters
    ----------
    name : str
        A header.
    form : str
        The form of all headers.

    Examples
    --------
    >>> parts_of("Q1[SQ002]", "code"), parts_of("Where? [At home]", "text"), parts_of("Q1_SQ002", "code")
    (('Q1', 'SQ002'), ('Where?', 'At home'), ('Q1', 'SQ002'))
    >>> parts_of("12X3X45SQ001", "code"), parts_of("age", "code")
    (('12X3X45', 'SQ001'), ('age', ''))
    """
    match = BRACKET.fullmatch(name)
    if match:
        return match.group(1).strip(), match.group(2).strip()
    if form != "text":
        field = re.fullmatch(r"(\d+X\d+X\d+)(\S+)", name)
        if field:
            return field.group(1), field.group(2)
        question, found, part = name.partition("_")
        if found:
            return question, part
    return name, ""
