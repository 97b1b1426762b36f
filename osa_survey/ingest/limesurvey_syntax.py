"""The syntax files LimeSurvey writes beside data for R and SPSS: names and labels are read from the text, never run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from osa_survey.dataset import Export
from osa_survey.dataset.exports import canonical
from osa_survey.errors import Problem, ResponseError
from osa_survey.ingest.column_names import make_unique
from osa_survey.ingest.limesurvey_headers import readable
from osa_survey.ingest.renamed_exports import with_names

if TYPE_CHECKING:
    from osa_survey.ingest.companion_files import Companion

HEAD = 1 << 14
LARGEST = 1 << 26
TEXT = r'"((?:[^"\\]|\\.|"")*)"'
R_MARK = re.compile(rb"(?m)^(# LimeSurvey Field type:|attributes\(data\)\$variable\.labels\[\d)")
SPSS_MARK = re.compile(rb'(?im)^(GET DATA\s+/TYPE\s*=\s*TXT\b|VARIABLE LABELS +\w+ +")')
R_NAME = re.compile(r"(?m)^\s*names\(data\)\[(\d{1,6})\]\s*<-\s*" + TEXT)
R_TEXT = re.compile(r"(?m)^\s*attributes\(data\)\$variable\.labels\[(\d{1,6})\]\s*<-\s*" + TEXT)
R_FACTOR = re.compile(
    r"(?m)^\s*data\[, ?(\d{1,6})\]\s*<-\s*factor\(data\[, ?\d{1,6}\],\s*levels=c\(([^\n]*?)\),\s*labels=c\(([^\n]*)\)\)"
)
VALUE = re.compile(TEXT + r"|(-?\d+(?:\.\d+)?)")
SPSS_NAME = re.compile(r"(?im)^\s*RENAME\s+VARIABLES?\s*\(\s*(\w+)\s*=\s*([\w.@#$]+)\s*\)")
SPSS_TEXT = re.compile(r"(?im)^\s*VARIABLE\s+LABELS\s+(\w+)\s+" + TEXT)
SPSS_LABELS = re.compile(r"(?im)^\s*VALUE\s+LABELS\s+(\w+)\s*\n")
SPSS_PAIR = re.compile(r"""\s*/?\s*(?:"([^"\n]*)"|'([^'\n]*)'|(-?\d+(?:\.\d+)?))\s+"([^"\n]*(?:""[^"\n]*)*)"\s*(\.)?""")


@dataclass
class Variable:
    """What a syntax file says of one column."""

    name: str = ""
    text: str = ""
    labels: dict[str, str] = field(default_factory=dict)


def is_limesurvey_syntax(companion: Companion) -> bool:
    """Tell whether a file is a syntax file for R or SPSS by its first statements."""
    return companion.kind == "text" and is_syntax_text(companion.data)


def is_syntax_text(data: bytes) -> bool:
    """Tell the same from the first bytes of a file."""
    head = data[:HEAD]
    return bool(R_MARK.search(head)) or (bool(SPSS_MARK.search(head)) and b"\n" in head)


def join_limesurvey_syntax(export: Export, companion: Companion) -> Export:
    """Return the export with the names, texts and labels that a syntax file gives its columns.

    Notes
    -----
    A syntax file for R counts columns by position, so it must belong to this very data file: half of its texts have to
    stand in the headers. The columns then get their question codes as names.

    Raises
    ------
    ResponseError
        ``syntax_does_not_fit`` if the file belongs to other data.
    """
    text, file = companion.text, companion.path.name
    if len(text) > LARGEST:
        raise ResponseError(Problem("too_large", "the syntax file is refused for its size", file))
    if R_MARK.search(companion.data[:HEAD]):
        named, by_name = _named(export, _r_variables(text), file)
        return _with_variables(named, by_name)
    variables = _spss_variables(text)
    known = {name: variable for name, variable in variables.items() if name in set(export.names)}
    if not known:
        raise _does_not_fit(file, "no variable of the syntax file is a column of the export")
    return _with_variables(export, known)


def _does_not_fit(file: str, message: str) -> ResponseError:
    hint = "use the data file that was exported with it; SPSS data without a row of names: export CSV instead"
    return ResponseError(Problem("syntax_does_not_fit", message, file, hint=hint))


def _r_variables(text: str) -> dict[int, Variable]:
    """Return position from 0 → what the R syntax says of the column."""
    found: dict[int, Variable] = {}
    for match in R_NAME.finditer(text):
        found.setdefault(int(match.group(1)) - 1, Variable()).name = _plain(match.group(2))
    for match in R_TEXT.finditer(text):
        found.setdefault(int(match.group(1)) - 1, Variable()).text = readable(_plain(match.group(2)))
    for match in R_FACTOR.finditer(text):
        levels, labels = list(_values(match.group(2))), list(_values(match.group(3)))
        if len(levels) == len(labels):
            variable = found.setdefault(int(match.group(1)) - 1, Variable())
            variable.labels = {canonical(level): label for level, label in zip(levels, labels, strict=True)}
    return found


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _values(text: str) -> Iterator[str]:
    for match in VALUE.finditer(text):
        yield match.group(2) or _plain(match.group(1) or "")


def _named(export: Export, variables: dict[int, Variable], file: str) -> tuple[Export, dict[str, Variable]]:
    """Return the export with question codes as names, and name → variable, if the file belongs to it."""
    names = list(export.names)
    if not variables or max(variables) >= len(names) or min(variables) < 0:
        raise _does_not_fit(file, "the syntax file describes more columns than the export has")
    fitting = sum(
        names[position] == variable.name or readable(export.wording.get(names[position], "")) == variable.text
        for position, variable in variables.items()
    )
    if 2 * fitting < len(variables):
        raise _does_not_fit(file, "the texts in the syntax file are not the headers of the export")
    for position, variable in variables.items():
        names[position] = variable.name or names[position]
    unique = make_unique(names)[0]
    return with_names(export, unique), {unique[position]: variable for position, variable in variables.items()}


def _spss_variables(text: str) -> dict[str, Variable]:
    """Return name → what the SPSS syntax says of the variable; renamed ones under their new name."""
    renamed = {match.group(1): match.group(2) for match in SPSS_NAME.finditer(text)}
    found: dict[str, Variable] = {}
    for match in SPSS_TEXT.finditer(text):
        name = renamed.get(match.group(1), match.group(1))
        found.setdefault(name, Variable(name)).text = readable(match.group(2).replace('""', '"'))
    for match in SPSS_LABELS.finditer(text):
        name = renamed.get(match.group(1), match.group(1))
        variable, position = found.setdefault(name, Variable(name)), match.end()
        while pair := SPSS_PAIR.match(text, position):
            value = next(part for part in pair.groups()[:3] if part is not None)
            variable.labels[canonical(value)] = pair.group(4).replace('""', '"')
            position = pair.end()
            if pair.group(5):
                break
    return found


def _with_variables(export: Export, variables: dict[str, Variable]) -> Export:
    wording = {name: one.text for name, one in variables.items() if one.text}
    labels = {name: one.labels for name, one in variables.items() if one.labels}
    return replace(
        export,
        wording={**export.wording, **wording},
        value_labels={**export.value_labels, **labels},
    )
