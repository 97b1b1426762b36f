"""The drafted files as text: every guess has a comment that says why it should be checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, get_args

import tomlkit
from tomlkit.items import Item, Table

from osa_survey.codebooks.model import Platform
from osa_survey.dataset import Export
from osa_survey.drafting.claims import CodebookGuesses
from osa_survey.drafting.variable_guesses import Field
from osa_survey.instruments import Instrument
from osa_survey.psychometrics.categorical_reliability import MOST_ORDINAL

CHECK = "check: "
HEAD = "Drafted by osa-survey init. Every line with a mark to check is a guess: correct it, then delete the mark."
SEED = 1
FEWEST_GROUPS = 2


def codebook_text(
    export: Export,
    guesses: CodebookGuesses,
    title: str,
    language: str,
    companions: Sequence[str] = (),
    proposed: Sequence[tuple[str, str]] = (),
    *,
    head: str = HEAD,
    sure: bool = False,
) -> str:
    """Return ``codebook.toml``.

    Parameters
    ----------
    export : Export
        The raw export.
    guesses : CodebookGuesses
        What its columns may be.
    title, language : str
        The title and the language of the questionnaire.
    companions : sequence of str
        Companion files in use, as seen from the study folder.
    proposed : sequence of (str, str)
        Files that look like companions, each with its kind.
    head : str
        The first line, a comment.
    sure : bool
        Whether title and language are known, so that they bear no mark.
    """
    document = tomlkit.document()
    document.add(tomlkit.comment(head))
    document.add("format", tomlkit.item(1))
    document.add("title", marked(title, "" if sure else "what the study is called"))
    document.add("language", marked(language, "" if sure else "the language of the questionnaire"))
    if guesses.ignored:
        ignored = tomlkit.array()
        for column, why in guesses.ignored:
            ignored.add_line(column, comment=f"{CHECK}{one_line(why)}")
        ignored.add_line(indent="")
        document.add("ignored", ignored)
    name = export.platform if export.platform in get_args(Platform) else "table"
    platform = Field("platform", name, export.recognised_by or "by the content of the file")
    sheet = (
        [Field("sheet", str(export.reading["sheet"]), "the sheet that was read")] if export.reading.get("sheet") else []
    )
    if companions:
        sheet.append(Field("companions", list(companions)))
    file = table_of([platform, *sheet, *guesses.file])
    for path, kind in proposed:
        text = f"{path} looks like a {kind} of this survey; to use it, add it to companions"
        file.add(tomlkit.comment(f"{CHECK}{one_line(text)}"))
    document.add("file", file)
    if guesses.missing:
        document.add("missing", table_of(guesses.missing))
    document.add("eligibility", _eligibility(guesses))
    if guesses.paradata:
        document.add("paradata", table_of(guesses.paradata))
    for remark in guesses.remarks:
        document.add(tomlkit.comment(f"{CHECK}{one_line(remark)}"))
    for kind, entries in (("blocks", guesses.blocks), ("variables", guesses.variables)):
        if entries:
            group = tomlkit.table(is_super_table=True)
            for name, guess in entries.items():
                group.add(name, table_of(guess.fields))
            document.add(kind, group)
    return _spaced(document)


def _eligibility(guesses: CodebookGuesses) -> Table:
    table = table_of(guesses.eligibility)
    if not any(line.key in ("age", "birth_year", "age_band") for line in guesses.eligibility):
        table.add(
            tomlkit.comment(f"{CHECK}nothing here shows that the respondents are adults, so nothing is read yet.")
        )
        table.add(tomlkit.comment('Name a variable: age = "…"; or birth_year = "…" with interview_year = …;'))
        table.add(tomlkit.comment('or age_band = "…" with band_from = { code = lowest age, … };'))
        table.add(tomlkit.comment('or, without any age: attested = { how = "…", by = "…", documented = "…" }'))
    return table


def study_text(guesses: CodebookGuesses, export_path: str, title: str, language: str) -> str:
    """Return ``study.toml``.

    Parameters
    ----------
    guesses : CodebookGuesses
        What the columns may be; the analyses follow from it.
    export_path : str
        The export as seen from the study folder.
    title, language : str
        The title, and the language of the report.
    """
    document = tomlkit.document()
    document.add(tomlkit.comment(HEAD))
    document.add("format", tomlkit.item(1))
    document.add("title", marked(title, "what the study is called"))
    document.add("seed", tomlkit.item(SEED))
    data = tomlkit.aot()
    data.append(table_of([Field("export", export_path), Field("codebook", "codebook.toml")]))
    document.add("data", data)
    sample = 'how people came into the sample: "probability", "quota" or "opt-in"'
    document.add("fieldwork", table_of([Field("sample", "opt-in", sample)]))
    entries = analyses(guesses)
    if entries:
        listed = tomlkit.aot()
        for entry in entries:
            listed.append(table_of(entry))
        document.add("analyses", listed)
    report = [Field("formats", ["html"]), Field("disclosure", "journal")]
    if language != "en":
        report.append(Field("language", language))
    document.add("report", table_of(report))
    return _spaced(document)


def coefficient_for(instrument: Instrument) -> str:
    """Return the coefficient named first for an instrument's first scale.

    Categorical omega where each item has at most seven answers, else omega; alpha for two items. It is written down,
    so that a later version of the program cannot change it silently.
    """
    items = instrument.items_behind(instrument.scales[0].id)
    if len(items) < 3:
        return "alpha"
    ordinal = all(len(instrument.options_of(item).codes) <= MOST_ORDINAL for item in items)
    return "omega_categorical" if ordinal else "omega"


def analyses(guesses: CodebookGuesses) -> list[list[Field]]:
    """Return the analyses that the guesses allow: sample, reliability, groups, predictors.

    Groups are compared only on scales that two of them answered: a filter may have shown a scale to one group alone.
    """
    block_of = {f"{block}_{guess.instrument.scales[0].id}": block for block, guess in guesses.blocks.items()}
    scores = {score: coefficient_for(guesses.blocks[block].instrument) for score, block in block_of.items()}
    age, gender = guesses.roles.get("age", ""), guesses.roles.get("gender", "")
    declared = len(guesses.variables[gender].value("labels")) if gender else 0
    described = [name for name in (age, gender, *scores) if name]
    entries = []
    if described:
        entries.append([Field("id", "sample"), Field("do", "describe"), Field("variables", described)])
    for score, coefficient in scores.items():
        groups = min(declared, guesses.compared.get(block_of[score], declared))
        predictors = [[name] for name in (age, gender if groups >= FEWEST_GROUPS else "") if name]
        items = [Field("do", "reliability"), Field("scale", score), Field("coefficient", coefficient)]
        entries.append([Field("id", f"{score}_reliability"), *items])
        if groups >= FEWEST_GROUPS:
            compared = [Field("do", "compare_groups"), Field("outcome", score), Field("by", gender)]
            entries.append([Field("id", f"{score}_by_{gender}"), *compared])
        if predictors:
            model = [Field("do", "regress"), Field("model", "linear"), Field("outcome", score)]
            blocks = Field("blocks", predictors)
            entries.append([Field("id", f"{score}_predictors"), *model, blocks])
    return entries


def table_of(lines: Iterable[Field]) -> Table:
    """Return lines as a table, guesses marked."""
    table = tomlkit.table()
    for line in lines:
        table.add(line.key, marked(line.value, line.check))
    return table


def marked(value: Any, check: str) -> Item:
    """Return a value with the comment that marks a guess.

    Examples
    --------
    >>> marked({"1": "man"}, "which code is which").as_string()
    '{ 1 = "man" }'
    """
    if isinstance(value, dict):
        content: Item = tomlkit.parse(f"x = {inline(value)}")["x"]
    else:
        content = tomlkit.item(value)
    return content.comment(f"{CHECK}{one_line(check)}") if check else content


def inline(value: Any) -> str:
    """Return a value as inline TOML, with a space inside the braces of a table."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{tomlkit.key(str(key)).as_string()} = {inline(part)}" for key, part in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list):
        return f"[{', '.join(inline(part) for part in value)}]"
    return str(tomlkit.item(value).as_string())


def one_line(text: str) -> str:
    """Return a text without line breaks and control characters, which a comment cannot hold."""
    return "".join(mark if mark.isprintable() else " " for mark in " ".join(text.split()))


def marked_lines(file: str, text: str) -> tuple[str, ...]:
    r"""Return every guess in a drafted file: file, line, and why to check.

    Examples
    --------
    >>> marked_lines("study.toml", 'seed = 1\nsample = "opt-in" # check: how people came\n')
    ('study.toml, line 2: how people came',)
    """
    mark = f"# {CHECK}"
    return tuple(
        f"{file}, line {number}: {line.partition(mark)[2]}"
        for number, line in enumerate(text.splitlines(), start=1)
        if mark in line
    )


def _spaced(document: tomlkit.TOMLDocument) -> str:
    """Return a document with an empty line before every table."""
    return re.sub(r"(?<!\n)\n(?=\[)", "\n\n", tomlkit.dumps(document))
