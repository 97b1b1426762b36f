"""The scoring sheet of an instrument: everything a colleague needs to score a paper form by hand."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from osa_survey.instruments.model import Evidence, Instrument
from osa_survey.instruments.scales import Cutoff, Scale
from osa_survey.instruments.scoring_steps import missing_rule, position, scoring_steps

WIDTH = 100
NO_DIAGNOSIS = "Screening scores are not diagnoses."
NO_WORDING = "Items are named by content tags; their wording is in the source and is not shipped."
NO_KEY = "This definition has no scoring key, so nothing is scored. What is missing stands in the note above."
NO_ACTIVITY = (
    "means that there was no sexual activity: it is scored as published, counted apart, and no cut-off is applied to "
    "whoever gave it"
)


def scoring_sheet(instrument: Instrument) -> str:
    """Return the scoring sheet of an instrument as text.

    Parameters
    ----------
    instrument : Instrument
        A definition, for example of :func:`load_instrument`.

    Returns
    -------
    str
        What is measured, answers with their codes, items by position, how each score is made by hand, cut-offs with
        their sources, evidence, pitfalls, licence and citation. It ends in a line break.

    Examples
    --------
    >>> from osa_survey.instruments import load_instrument
    >>> [line for line in scoring_sheet(load_instrument("rses")).splitlines() if "3 − x" in line][0]
    '  1. Turn round items 3, 5, 8, 9, 10: new code = 3 − x.'
    """
    lines = [f"{instrument.title} ({instrument.short_title})", "=" * WIDTH]
    for heading, section in SECTIONS:
        content = section(instrument)
        if content:
            lines += ["", heading, "-" * len(heading), *content]
    return "\n".join(lines) + "\n"


def wrapped(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """Return a text as lines of the width of the sheet."""
    follow = indent if hanging is None else hanging
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=follow, break_on_hyphens=False)


def _facts(instrument: Instrument) -> list[str]:
    named = (
        ("id", f"{instrument.id}, version {instrument.version} of the definition"),
        ("measures", instrument.construct_measured),
        ("time frame", instrument.time_frame),
        ("items", str(len(instrument.items)) if instrument.items else "not read"),
        ("structure", instrument.factor_model),
        ("languages", ", ".join(instrument.languages)),
    )
    return [line for name, text in named if text for line in wrapped(text, f"{name + ':':<12}", " " * 12)]


def _verification(instrument: Instrument) -> list[str]:
    return wrapped(f"The scoring key is marked '{instrument.verified}': {instrument.verification_note}")


def _answers(instrument: Instrument) -> list[str]:
    lines: list[str] = []
    for name, options in instrument.response_options.items():
        codes = [
            f"{code:g}" + (f" = {options.labels[code]}" if code in options.labels else "") for code in options.codes
        ]
        lines += wrapped(f"{name}: {'; '.join(codes)}", "", "  ")
        if options.not_scored:
            kept = "; ".join(f"{code:g} = {label}" for code, label in options.not_scored.items())
            lines += wrapped(f"can be ticked and is never scored: {kept}", "  ", "  ")
        if options.no_activity:
            codes = [f"{code:g}" for code in options.no_activity]
            lines += wrapped(f"{', '.join(codes)} {NO_ACTIVITY}", "  ", "  ")
    if instrument.ask_polarity:
        warning = "Exports in both directions exist: make sure which end of the answers has the lowest code."
        lines += wrapped(warning)
    return lines


def _items(instrument: Instrument) -> list[str]:
    if not instrument.items:
        return wrapped("No item of this entry was read in a source.")
    several = len(instrument.response_options) > 1
    width = len(str(len(instrument.items)))
    lines = wrapped(NO_WORDING)
    for number, item in enumerate(instrument.items, start=1):
        scales = [
            scale.id + (" (reversed)" if f"-{item.id}" in scale.items else "")
            for scale in instrument.scales
            if item.id in scale.item_ids
        ]
        answers = f"; answers: {item.options}" if several else ""
        where = f" [{', '.join(scales)}]" if scales else " [in no score]"
        lines += wrapped(f"{item.tag}{answers}{where}", f"{number:>{width + 2}}. ", " " * (width + 4))
    return lines


def _scores(instrument: Instrument) -> list[str]:
    if not instrument.scales:
        return wrapped(NO_KEY)
    lines: list[str] = []
    for scale in instrument.scales:
        lines += ["", *_scale(instrument, scale)] if lines else _scale(instrument, scale)
    return lines


def _scale(instrument: Instrument, scale: Scale) -> list[str]:
    steps = scoring_steps(instrument, scale)
    title = f"{scale.id}: {scale.title}; key marked '{scale.verified}'"
    lines = wrapped(title, "", "  ")
    for number, step in enumerate(steps, start=1):
        lines += wrapped(step, f"  {number}. ", "     ")
    low, high = scale.range
    lines += wrapped(f"Possible scores: {low:g} to {high:g}; higher means {scale.higher_means}.", "  ", "  ")
    lines += wrapped(missing_rule(scale), "  ", "  ")
    return [*lines, *(wrapped(f"Note: {scale.note}", "  ", "  ") if scale.note else [])]


def _cutoffs(instrument: Instrument) -> list[str]:
    if not instrument.cutoffs:
        return ["none in this definition", NO_DIAGNOSIS]
    lines: list[str] = []
    for cut in instrument.cutoffs:
        lines += wrapped(cutoff_in_words(cut), "- ", "  ")
    return [*lines, NO_DIAGNOSIS]


def cutoff_in_words(cut: Cutoff) -> str:
    """Return a cut-off with its meaning, its source, its mark, and whether it is applied."""
    state = "applied" if cut.default else f"off by default: {cut.reason}"
    group = cut.applies_to
    only = f" (only where {group.variable} is {group.category})" if group else ""
    text = f"{cut.name}{only}: {cut.meaning.rstrip('.')}; source: {cut.source.rstrip('.')} ({cut.verified}); {state}"
    return f"{text.rstrip('.')}. {cut.everyone_else}" if group else text


def _alerts(instrument: Instrument) -> list[str]:
    return [
        line
        for alert in instrument.alerts
        for line in wrapped(f"item {position(instrument, alert.item)}: {alert.note}", "- ", "  ")
    ]


def _beside(instrument: Instrument) -> list[str]:
    if not instrument.beside:
        return []
    return wrapped(f"The score is read together with these variables: {', '.join(instrument.beside)}.")


def _evidence(instrument: Instrument) -> list[str]:
    return [line for entry in instrument.evidence for line in wrapped(evidence_in_words(entry), "- ", "  ")]


def evidence_in_words(entry: Evidence) -> str:
    """Return a piece of evidence with its numbers, its population, its source and its mark."""
    numbers = [
        f"{name} {number:g}"
        for name, number in (("n", entry.n), ("mean", entry.mean), ("SD", entry.sd), ("alpha", entry.alpha))
        if number is not None
    ]
    where = f"{entry.scale}: " if entry.scale else ""
    text = f"{where}{entry.statement.rstrip('.')}"
    text += f" ({', '.join(numbers)})" if numbers else ""
    text += f"; {entry.population}" if entry.population else ""
    text += "; the sample includes people under 18, so its numbers are not used" if entry.includes_minors else ""
    return f"{text}; source: {entry.source.rstrip('.')} ({entry.verified})"


def _pitfalls(instrument: Instrument) -> list[str]:
    return [line for text in instrument.pitfalls for line in wrapped(text, "- ", "  ")]


def _licence(instrument: Instrument) -> list[str]:
    licence = instrument.licence
    free = {"yes": "may be passed on", "no": "may not be passed on", "unclear": "may perhaps not be passed on"}
    wording = free[licence.wording_redistributable]
    return wrapped(f"{licence.status.rstrip('.')}. The wording {wording} ({licence.verified}).")


def _citation(instrument: Instrument) -> list[str]:
    cited = instrument.citation
    address = f"https://doi.org/{cited.doi}" if cited.doi else cited.url
    return [*wrapped(cited.text), *([address] if address else [])]


Section = Callable[[Instrument], list[str]]
SECTIONS: tuple[tuple[str, Section], ...] = (
    ("What it is", _facts),
    ("How sure this key is", _verification),
    ("Answers and their codes", _answers),
    ("Items", _items),
    ("Scores by hand", _scores),
    ("Cut-offs", _cutoffs),
    ("To be prepared for", _alerts),
    ("Beside the score", _beside),
    ("Evidence", _evidence),
    ("Pitfalls", _pitfalls),
    ("Licence", _licence),
    ("Citation", _citation),
)
"""The sheet from top to bottom; a section that returns nothing is left out."""
