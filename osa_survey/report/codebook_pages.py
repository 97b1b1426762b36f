"""The codebook for people: every question with its options, counts, bars and gaps, as one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from jinja2 import Environment, PackageLoader, StrictUndefined

from osa_survey import formatting
from osa_survey._version import __version__
from osa_survey.codebooks.model import AskedIf, Codebook, VariableEntry
from osa_survey.dataset import Responses
from osa_survey.disclosure import JOURNAL, Profile
from osa_survey.instruments import Instrument
from osa_survey.languages import in_language
from osa_survey.report.codebook_counts import Beside, ColumnCounts, Counted, count_closed, count_columns
from osa_survey.report.codebook_words import word
from osa_survey.report.messages import LANGUAGE_TAGS
from osa_survey.report.printed import HIDDEN

MOST_MATRIX_OPTIONS = 11


@dataclass(frozen=True)
class Line:
    """One option of a check-all question, or one item: what it is, and its counts."""

    title: str
    column: str
    question: str
    counts: ColumnCounts
    belongs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One block or variable of the page.

    Attributes
    ----------
    name, title, kind : str
        Its name in the study, what is printed, and how it is drawn: ``matrix items set options closed``.
    details : tuple of (str, str)
        Heads and texts below the title.
    question : str
        Its wording.
    lines : tuple of Line
        Its columns.
    reasons : tuple of str
        Reasons that occur in any of them.
    filled : str
        Of closed columns: how many filled it in.
    """

    name: str
    title: str
    kind: str
    details: tuple[tuple[str, str], ...]
    question: str
    lines: tuple[Line, ...]
    reasons: tuple[str, ...] = ()
    filled: str = ""


def codebook_page(
    responses: Responses,
    *,
    wording: Mapping[str, str] | None = None,
    order: tuple[str, ...] = (),
    profile: Profile = JOURNAL,
    language: str = "en",
    beside: Beside | None = None,
    harmonised: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the codebook as a page for people.

    Parameters
    ----------
    responses : Responses
        Admitted answers; only counts of them are used, after the gate.
    wording : mapping of str to str, optional
        Column of the export → question text; without it the content tag of an item stands for it.
    order : tuple of str
        The columns of the export in the order of the questionnaire.
    profile : Profile
        The disclosure rules; those of journals by default.
    language : {"en", "de"}
        The language of the page.
    beside : Beside, optional
        The report of the same people: what page and report would give back together is hidden on the page.
    harmonised : mapping of str to str
        Harmonised variable → its title.

    Returns
    -------
    str
        HTML with its style inside. It has no script and loads nothing. Free text, dates and identifiers are closed.
    """
    environment = Environment(
        loader=PackageLoader("osa_survey.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def text(key: str, **values: object) -> str:
        return word(key, language, **values)

    environment.filters["said"] = lambda label: in_language(label, language, "words")
    environment.filters["n"] = lambda counted: HIDDEN if counted.n is None else formatting.count(counted.n)
    environment.filters["share"] = _share
    environment.filters["width"] = _width
    with formatting.numerals_of(language):
        blocks, variables = _entries(responses, wording or {}, order, profile, language, beside)
        variables = tuple(_harmonised(entry, responses.codebook, harmonised, language) for entry in variables)
        page = environment.get_template("codebook.html.j2").render(
            book=responses.codebook,
            lead=text(
                "lead",
                records=formatting.count(responses.n_records),
                file=responses.source.get("file", ""),
                adults=formatting.count(len(responses)),
            ),
            banners=_banners(responses, profile, language),
            gate=text("gate", most=profile.threshold - 1) if profile.threshold > 1 else "",
            sections=tuple(part for part in ((text("blocks"), blocks), (text("variables"), variables)) if part[1]),
            text=text,
            hidden=HIDDEN,
            language_tag=LANGUAGE_TAGS[language],
            version=__version__,
        )
    return "\n".join(line.rstrip() for line in page.splitlines() if line.strip()) + "\n"


def _banners(responses: Responses, profile: Profile, language: str) -> tuple[str, ...]:
    simulated = (word("simulated", language),) if responses.simulated else ()
    return simulated if profile.for_release else (word("open", language), *simulated)


def _share(counted: Counted) -> str:
    return formatting.percent(counted.share, 1) if counted.share == counted.share else ""


def _width(counted: Counted) -> str:
    """Return the length of a bar in per cent, for a style."""
    return f"{100 * counted.share:.1f}" if counted.share == counted.share else "0"


def _entries(
    responses: Responses,
    wording: Mapping[str, str],
    order: tuple[str, ...],
    profile: Profile,
    language: str,
    beside: Beside | None,
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    counts = count_columns(responses, profile, beside)
    place = {name: position for position, name in enumerate(order)}
    blocks = []
    for name, block in responses.codebook.blocks.items():
        instrument = responses.instruments[block.instrument]
        columns = block.column_names(tuple(item.id for item in instrument.items))
        entry = _block(responses, name, instrument, columns, counts, wording, language)
        blocks.append((place.get(columns[0], len(place)), entry))
    variables = []
    for name, variable in responses.codebook.variables.items():
        first = next(iter(variable.columns.values()), variable.column)
        entry = _variable(responses, name, variable, counts, wording, profile, language)
        variables.append((place.get(first, len(place)), entry))
    return tuple(e for _, e in sorted(blocks, key=_first)), tuple(e for _, e in sorted(variables, key=_first))


def _harmonised(entry: Entry, codebook: Codebook, titles: Mapping[str, str], language: str) -> Entry:
    """Return an entry that says which harmonised variable it maps to, after its type."""
    target = codebook.variables[entry.name].maps_to
    if not target:
        return entry
    title = in_language(titles.get(target, target), language, "names")
    detail = (word("maps_to", language), target if title == target else f"{title} ({target})")
    place = next(place for place, (head, _) in enumerate(entry.details, start=1) if head == word("type", language))
    return replace(entry, details=(*entry.details[:place], detail, *entry.details[place:]))


def _first(pair: tuple[int, Entry]) -> int:
    return pair[0]


def _block(
    responses: Responses,
    name: str,
    instrument: Instrument,
    columns: tuple[str, ...],
    counts: Mapping[str, ColumnCounts],
    wording: Mapping[str, str],
    language: str,
) -> Entry:
    lines = []
    for item, column, own in zip(instrument.items, columns, responses.item_columns(name), strict=True):
        belongs = tuple(
            f"{name}_{scale.id}"
            + (f" ({word('reversed', language)})" if instrument.reverses(scale.id, item.id) else "")
            for scale in instrument.scales
            if item.id in instrument.items_behind(scale.id)
        )
        lines.append(Line(item.tag, column, _question(wording, column), counts[own], belongs))
    alike = len({item.options for item in instrument.items}) == 1
    is_matrix = alike and len(lines[0].counts.options) <= MOST_MATRIX_OPTIONS
    block = responses.codebook.blocks[name]
    details = [
        (
            f"{name}_{scale.id}",
            word(
                "of_scales" if scale.of else "of_items",
                language,
                score=word(scale.score, language),
                k=len(scale.of or scale.items),
                times=f" × {formatting.shortest(scale.times)}" if scale.times != 1 else "",
                low=formatting.shortest(scale.range[0]),
                high=formatting.shortest(scale.range[1]),
            )
            + f"; {scale.higher_means}",
        )
        for scale in instrument.scales
    ]
    details += _asked(responses, block.asked_if, language)
    title = block.title or instrument.title
    kind = "matrix" if is_matrix else "items"
    return Entry(name, title, kind, tuple(details), "", tuple(lines), _reasons(lines))


def _variable(
    responses: Responses,
    name: str,
    variable: VariableEntry,
    counts: Mapping[str, ColumnCounts],
    wording: Mapping[str, str],
    profile: Profile,
    language: str,
) -> Entry:
    title = variable.title or name.replace("_", " ")
    details = [(word("column", language), variable.column)] if variable.column else []
    details.append((word("type", language), word(f"type_{variable.type}", language)))
    if variable.unit:
        details[-1] = (details[-1][0], f"{details[-1][1]} ({in_language(variable.unit, language, 'words')})")
    if variable.merge:
        details.append((word("merge", language), "; ".join(f"{own} → {new}" for own, new in variable.merge.items())))
    details += _asked(responses, variable.asked_if, language)
    if variable.is_restricted:
        filled = int((responses.restricted[name].astype(str).str.strip() != "").sum())
        shown = count_closed(filled, len(responses), profile)
        text = word("closed", language, kind=word(f"kind_{variable.type}", language))
        number = HIDDEN if shown is None else formatting.count(shown)
        text += " " + word("closed_filled", language, n=number)
        return Entry(name, title, "closed", tuple(details), _question(wording, variable.column), (), (), text)
    if variable.type == "multiple":
        lines = [
            Line(option.replace("_", " "), source, _question(wording, source), counts[f"{name}_{option}"])
            for option, source in variable.columns.items()
        ]
        return Entry(name, title, "set", tuple(details), "", tuple(lines), _reasons(lines))
    line = Line(title, variable.column, _question(wording, variable.column), counts[name])
    return Entry(name, title, "options", tuple(details), line.question, (line,), _reasons([line]))


def _asked(responses: Responses, rule: AskedIf | None, language: str) -> list[tuple[str, str]]:
    if rule is None:
        return []
    entry = responses.codebook.variables[rule.variable]
    info = responses.variables.get(rule.variable)
    labels = dict(zip(info.codes, info.labels, strict=True)) if info else {}
    codes = ", ".join(in_language(labels.get(code, f"{code:g}"), language, "words") for code in rule.codes)
    title = entry.title or rule.variable.replace("_", " ")
    return [("", word("asked_if", language, codes=codes, variable=title))]


def _reasons(lines: list[Line]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason.label for line in lines for reason in line.counts.reasons))


def _question(wording: Mapping[str, str], column: str) -> str:
    """Return the wording of a column, unless it only repeats the column's name."""
    text = " ".join(wording.get(column, "").split())
    return "" if text == column else text
