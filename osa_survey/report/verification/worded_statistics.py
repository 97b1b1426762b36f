"""Statistics said in words, in English and German: "the mean of age was 41.85", "α betrug .86", "37 people had"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from osa_survey.report.verification.numbers_in_text import NUMBER, SIGNS, Number, read_number
from osa_survey.report.verification.statements import Span, StatedNumber, inside
from osa_survey.report.verification.statistic_names import NAME, label_of

VALUE = rf"(?>[{SIGNS}]?{NUMBER})"
UNITS = r"(?:years?|points?|scale\s+points?|Jahren?|Punkten?|Skalenpunkten?)"
FINITE = (
    r"was|were|is|are|equal(?:s|l?ed)|amounts?\s+to|amounted\s+to|came\s+to|averaged|reached|betrug(?:en)?|beträgt|"
    r"betragen|lag(?:en)?\s+bei|liegt\s+bei|liegen\s+bei|war(?:en)?|ist|sind|erreichten?|erreichte"
)
JUST = (
    r"(?:only|just|also|again|thus|now|found\s+to\s+be|equal\s+to|estimated\s+(?:at|to\s+be)|nur|auch|damit|somit|bei)"
)
NO_RANGE = (
    rf"(?!\w|\s?%|\s*(?:per\s?cent|Prozent)\b|\s*[–-]\s*\d"
    rf"|\s*(?:{UNITS}\s+)?(?:to|or|oder|bis|and\s+(?:above|over|more))\b)"
)
TAIL = re.compile(
    r"(?P<gap>(?:[^.;\d=<>()\[\]]|(?<=[A-Za-z-])\d|\([^()]*\)){0,110}?)\s*"
    rf"(?:(?<!\w)(?P<verb>{FINITE}|of|at|von|zu)(?!\w)|(?P<sign>[=:]))\s*(?:{JUST}\s+)?(?P<value>{VALUE}){NO_RANGE}",
    re.IGNORECASE,
)
ANOTHER = re.compile(
    r"(?:\s+(?:for|in|among|bei|für|unter)\s+[^\d.;,()\[\]]{1,50}?)?(?:\s*\([^()]*\))?\s*(?:,|,?\s+(?:and|und))\s+"
    rf"(?P<value>{VALUE}){NO_RANGE}"
)
SAID = re.compile(rf"(?<!\w)(?:{FINITE})(?!\w)", re.IGNORECASE)
MEANS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:on\s+average|im\s+(?:Durchschnitt|Mittel)|durchschnittlich)(?:,|\s)\s*(?:[^\W\d]+\s+){0,3}?"
        rf"(?P<value>{VALUE}){NO_RANGE}",
        rf"(?<![\w.,=])(?<!=\s)(?P<value>{VALUE})\s*(?:{UNITS}\s*)?(?=\((?-i:SD|s)\s*=)",
        rf"(?<![\w.,])(?P<value>{VALUE})\s+(?:years\s+(?:old|of\s+age)|Jahre\s+alt)",
        rf"(?<!\w)(?:scored|erzielten|erreichten)\s+(?:{JUST}\s+)?(?P<value>{VALUE}){NO_RANGE}",
    )
)
PEOPLE = (
    r"(?:people|persons|respondents|participants|adults|individuals|women|men|couples|students|users|records|"
    r"Personen|Menschen|Befragten?|Teilnehm\w+|Erwachsenen?|Frauen|Männer|Paare|Studierenden?|Nutze\w+|Datensätze)"
)
NO_ADJECTIVE = r"(?!(?:to|or|and|bis|oder|und|years?|Jahren?|items?|points?|per|pro|of|von|in|%)\b)"
COUNT = re.compile(
    rf"(?<![\w.,:/()\[=–−-])(?<!=\s)(?P<value>(?>\d{{1,3}}(?:,\d{{3}})+|\d+))(?![.,:]\d)"
    rf"(?:\s+(?:of|von|der)\s+(?:(?:the|all|den|der|allen|our|unseren)\s+)*(?P<whole>(?>\d{{1,3}}(?:,\d{{3}})+|\d+))?)?"
    rf"\s+(?:{NO_ADJECTIVE}[^\W\d]+\s+){{0,2}}?{PEOPLE}(?!\w)(?!\s+(?:per|pro|each)\b)",
    re.IGNORECASE,
)
ORDINAL = re.compile(
    r"(?:table|figure|section|chapter|study|wave|block|model|hypothesis|item|step|group|experiment|sample|page|"
    r"Tabelle|Abbildung|Abschnitt|Kapitel|Studie|Welle|Modell|Hypothese|Schritt|Gruppe|Stichprobe|Seite|Nr\.|No\.)\s+$",
    re.IGNORECASE,
)
ROUGH = re.compile(
    r"(?:about|around|approximately|roughly|nearly|almost|over|than|least|most|up\s+to|under|below|above|between|to|or|"
    r"etwa|ungefähr|circa|ca\.|rund|fast|knapp|über|als|mindestens|höchstens|bis(?:\s+zu)?|unter|zwischen)\s+$",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:19|20)\d\d$")
IN_A_YEAR = re.compile(r"(?:in|since|until|by|of|from|during|and|seit|Jahr|Jahre|Jahren|bis|und)\s+$", re.IGNORECASE)
NARRATIVE = re.compile(r"(?:et al\.|u\. ?a\.|[A-ZÄÖÜ][\w’'-]+)(?:['’]s?)?\s+\((?:19|20)\d\d[a-z]?\b")
IN_BRACKETS = re.compile(r"\([^()]*[A-ZÄÖÜ][^()]*\b(?:19|20)\d\d[a-z]?\b[^()]*\)")
PLANNED = re.compile(
    r"power\s+analys|statistical\s+power|a[\s-]priori|to\s+detect|sensitivity\s+(?:power\s+)?analys|cut-?offs?|threshold|"
    r"rules?\s+of\s+thumb|convention|target\s+(?:sample|n)|required|needed|planned|aimed|invited|contacted|approached|"
    r"standardi[sz]ed\s+to|[Tt]-scores?|[Zz]-scores?|Poweranalyse|Teststärke|Stichprobenplanung|benötigt|geplant|"
    r"Faustregel|Konvention|Grenzwert|Schwellenwert|eingeladen|angeschrieben|kontaktiert|T-Werte?|z-Werte?",
)
LEVELS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.10)  # an alpha of these is a level of significance
WHOLE_END = re.compile(rf"\s*(?:{UNITS}\s*)?(?:[.,;()]|$)")
WHOLE = ("M", "Mdn")  # labels whose numbers may be whole


def worded_numbers(sentence: str, covered: Sequence[Span]) -> list[StatedNumber]:
    """Return the statistics that a sentence says in words.

    Parameters
    ----------
    sentence : str
        The sentence, with decimal points.
    covered : sequence of (int, int)
        What is read as a statistic already.

    Returns
    -------
    list of StatedNumber
        In the order of the sentence. Numbers of other works (a work named as the subject, or cited after the number),
        of plans (power, cut-offs, invitations), rough ones ("about 40 people"), years and ranges are none.

    Examples
    --------
    >>> [(one.label, one.value.value) for one in worded_numbers("Mean age was 51.3 years; 37 people had answered.", ())]
    [('M', 51.3), ('count', 37.0)]
    >>> worded_numbers("Diener et al. (1985) found an alpha of .87.", ())
    []
    """
    if NARRATIVE.search(sentence) or PLANNED.search(sentence):
        return []
    cited = max((match.start() for match in IN_BRACKETS.finditer(sentence)), default=-1)
    found: dict[int, StatedNumber] = {}
    for label, text, number in (*_named(sentence), *_means(sentence), *_counts(sentence)):
        taken = inside(number.start, covered) or number.start in found
        if not taken and number.start > cited:
            found[number.start] = StatedNumber(label, number, text, (number.start, _end(number)))
    return [found[start] for start in sorted(found)]


def _named(sentence: str) -> Iterator[tuple[str, str, Number]]:
    """Yield what stands after a name and a verb: label, as it is written, number."""
    names = list(NAME.finditer(sentence))
    for place, name in enumerate(names):
        end = names[place + 1].start() if place + 1 < len(names) else len(sentence)
        label = label_of(name)
        tail = TAIL.match(sentence, name.end(), end) if label else None
        if tail is None or SAID.search(tail["gap"]) or (_loose(tail) and "," in tail["gap"]):
            continue
        number = read_number(tail["value"], tail.start("value"))
        if not number.digits and not (label in WHOLE and _whole(tail, sentence)):
            continue
        if label == "α" and number.value in LEVELS and "cronbach" not in name[0].casefold():
            continue
        yield label, sentence[name.start() : _end(number)], number
        last = tail.end()
        while (more := ANOTHER.match(sentence, last, end)) is not None and number.digits:
            other = read_number(more["value"], more.start("value"))
            if not other.digits:
                break
            yield label, sentence[name.start() : _end(other)], other
            last = more.end()


def _means(sentence: str) -> Iterator[tuple[str, str, Number]]:
    for pattern in MEANS:
        for match in pattern.finditer(sentence):
            number = read_number(match["value"], match.start("value"))
            if number.digits:
                yield "M", match[0].strip(), number


def _counts(sentence: str) -> Iterator[tuple[str, str, Number]]:
    for match in COUNT.finditer(sentence):
        for part in ("value", "whole"):
            before = sentence[: match.start(part)] if match[part] else ""
            year = match[part] and YEAR.match(match[part]) and IN_A_YEAR.search(before)
            if match[part] and not (year or ORDINAL.search(before) or ROUGH.search(before)):
                yield "count", match[0], read_number(match[part], match.start(part))


def _end(number: Number) -> int:
    return number.start + len(number.text)


def _loose(tail: re.Match[str]) -> bool:
    return tail["verb"] is not None and tail["verb"].casefold() in ("of", "at", "von", "zu")


def _whole(tail: re.Match[str], sentence: str) -> bool:
    """Tell whether a whole number ends its statement ("the median was 3."), so that it counts nothing else."""
    finite = tail["verb"] is not None and not _loose(tail)
    return finite and WHOLE_END.match(sentence, tail.end()) is not None
