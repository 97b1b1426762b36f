"""Checking one definition: its format, what its marks promise, and a trial on made-up answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from osa_survey.errors import DefinitionError, Problem
from osa_survey.instruments import Instrument, data_dictionary, load_library, read_definition
from osa_survey.instruments.definition_checks import definition_problems
from osa_survey.scoring.self_tests import self_test, self_test_problems

CHECK_MARK = "# check:"


@dataclass(frozen=True)
class DefinitionCheck:
    """What was found in one definition.

    Attributes
    ----------
    file : str
        The name of the file.
    findings : tuple of Problem
        What to decide on, each located by file and key.
    readable : bool
        Whether the file keeps the format, so that more than its format could be looked at.
    trials : tuple of str
        One line for each scale: what made-up answers give. An author compares them with the paper.
    """

    file: str
    findings: tuple[Problem, ...]
    readable: bool
    trials: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 nothing to decide, 1 findings, 2 the file does not keep the format."""
        return 2 if not self.readable else 1 if self.findings else 0

    def as_dict(self) -> dict[str, Any]:
        """Return the check for programs."""
        findings = [asdict(finding) for finding in self.findings]
        return {"file": self.file, "readable": self.readable, "findings": findings, "trials": list(self.trials)}

    def as_text(self) -> str:
        """Return the check for people."""
        lines = [str(finding) for finding in self.findings]
        if self.trials:
            lines += ["made-up answers, to be compared with the paper:", *(f"  {trial}" for trial in self.trials)]
        elif self.readable:
            lines.append("there is no scoring key, so nothing was tried on made-up answers")
        number = len(self.findings)
        state = f"{number} finding{'' if number == 1 else 's'}" if number else "nothing to decide"
        return "\n".join([*lines, f"{self.file}: {state}"])


def check_definition(path: Path | str) -> DefinitionCheck:
    """Return what an author of an instrument should know about the new file.

    Parameters
    ----------
    path : Path or str
        One TOML file of an instrument.

    Returns
    -------
    DefinitionCheck
        Everything that is wrong with the format at once; or, where the format is kept, tags, marks, cut-offs and
        sources, and the scores of made-up answers: everybody lowest, everybody highest, one item raised.

    Raises
    ------
    DefinitionError
        If the file is absent, not UTF-8 or not TOML.

    Examples
    --------
    >>> check_definition(data_dictionary() / "instruments" / "scs.toml").exit_code
    0
    """
    path = Path(path)
    try:
        instrument = read_definition(path, Instrument)
    except DefinitionError as error:
        if any(problem.code in UNREADABLE for problem in error.problems):
            raise
        return DefinitionCheck(path.name, error.problems, readable=False)
    findings = [
        *_names(instrument, path),
        *definition_problems(instrument, path.name),
        *self_test_problems(instrument, path.name),
        *_marks(path),
    ]
    return DefinitionCheck(path.name, tuple(findings), True, tuple(test.in_words() for test in self_test(instrument)))


UNREADABLE = ("file_not_found", "not_utf8", "not_toml", "unreadable")


def _names(instrument: Instrument, path: Path) -> list[Problem]:
    problems = []
    if instrument.id != path.stem:
        hint = f"call the file {instrument.id}.toml, or change the id and the ids of the items"
        problems.append(Problem("id_and_file_differ", f"the id is '{instrument.id}'", path.name, key="id", hint=hint))
    shipped = data_dictionary() / "instruments"
    if path.resolve().parent != shipped.resolve() and instrument.id in load_library().instruments:
        hint = f"give it another id; osa-survey instruments compare {instrument.id} FILE shows the differences"
        problems.append(Problem("repeated_id", f"'{instrument.id}' ships already", path.name, key="id", hint=hint))
    return problems


def _marks(path: Path) -> list[Problem]:
    number = path.read_text(encoding="utf-8-sig").count(CHECK_MARK)
    if not number:
        return []
    hint = "correct each guess, then delete its mark"
    return [Problem("unconfirmed", "guesses of a draft bear their mark", path.name, hint=hint, count=number)]
