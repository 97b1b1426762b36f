"""What the author wrote, looked through before it leaves: no text may point at a respondent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from osa_survey.dataset import Export
from osa_survey.disclosure.identifying_texts import PATTERNS
from osa_survey.errors import OutputError, Problem
from osa_survey.instruments.library import KINDS
from osa_survey.plan.report_texts import report_text
from osa_survey.plan.running import StudyRun
from osa_survey.plan.study_folder import Study

DECLARED = ("data_protection.contact", "data_protection.controller")
"""Where the researchers' own addresses stand; they may stand in every other text too."""
FEWEST_CHARACTERS = 6
"""Shorter identifiers, such as running numbers, stand in any text by chance."""
HINT = (
    "take it out; the researchers' own address belongs in [data_protection] contact; if it points at nobody, say why "
    "under its key in [sharing] not_identifying"
)


def text_problems(study: Study, export: Export | None = None) -> tuple[Problem, ...]:
    """Return a problem for each text of the author that holds an address or number of a person.

    Parameters
    ----------
    study : Study
        Every text of the study file is looked through, and the text that opens the report.
    export : Export, optional
        With it, also what a codebook and a twin repeat: titles, labels and notes of the codebook, the wording of the
        questions, and the study's own definitions.

    Returns
    -------
    tuple of Problem
        With the key of each text and the kind of what was found; nothing is quoted.
    """
    file = study.file.model_dump()
    told = "\n".join(text for key, text in _texts(file) if key in DECLARED)
    declared = {found.group() for pattern in PATTERNS.values() for found in pattern.finditer(told)}
    texts = [(study.name, key, text) for key, text in _texts(file) if key not in DECLARED]
    texts += [(study.file.report.text, "", report_text(study))] if study.file.report.text else []
    if export is not None:
        book = study.file.data[0].codebook
        texts += [(book, key, text) for key, text in _texts(study.codebook.model_dump())]
        texts += [(export.file, f"question {column}", text) for column, text in export.wording.items()]
        texts += [
            (path.relative_to(study.folder).as_posix(), "", path.read_text(encoding="utf-8-sig"))
            for kind in KINDS
            for path in sorted((study.folder / kind).glob("*.toml"))
        ]
    excused = study.file.sharing.not_identifying
    return tuple(
        Problem("identifier_in_text", f"the text holds what looks like: {kind}", name, key=key, hint=HINT)
        for name, key, text in texts
        if not _is_excused(key, excused)
        for kind, pattern in PATTERNS.items()
        if any(found.group() not in declared for found in pattern.finditer(text))
    )


def refuse_identifying_texts(study: Study, export: Export | None = None) -> None:
    """Refuse to let texts leave that hold an address or number of a person.

    Raises
    ------
    OutputError
        ``identifier_in_text``, all texts together.
    """
    problems = text_problems(study, export)
    if problems:
        raise OutputError(problems)


def refuse_texts_of_respondents(run: StudyRun) -> None:
    """Refuse to let texts leave that hold what an identifying column holds for one of the respondents.

    Raises
    ------
    OutputError
        ``respondent_in_text``, all texts together.
    """
    study, admitted = run.prepared.study, run.prepared.admitted
    names = [name for name, entry in study.codebook.variables.items() if entry.type == "identifier"]
    values = {
        text.casefold()
        for name in names
        if name in admitted.restricted.columns
        for text in admitted.restricted[name].astype(str).str.strip().unique()
        if len(text) >= FEWEST_CHARACTERS
    }
    texts = [(study.name, key, text) for key, text in _texts(study.file.model_dump()) if key not in DECLARED]
    texts += [(study.file.report.text, "", report_text(study))] if study.file.report.text else []
    hint = "take it out: it names somebody who answered"
    problems = [
        Problem("respondent_in_text", "the text holds the identifier of a respondent", name, key=key, hint=hint)
        for name, key, text in texts
        if _holds(text.casefold(), values)
    ]
    if problems:
        raise OutputError(problems)


def _holds(text: str, values: set[str]) -> bool:
    return any(value in text and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) for value in values)


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text below a value with its key path."""
    if isinstance(value, str):
        if value:
            yield key, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _texts(part, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list | tuple):
        for position, part in enumerate(value, start=1):
            yield from _texts(part, f"{key}[{position}]")


def _is_excused(key: str, excused: Mapping[str, str]) -> bool:
    return key in excused or not set(re.split(r"[.\[ ]", key)).isdisjoint(excused)
