"""Reading a codebook and holding it against the shelf of instruments."""

from __future__ import annotations

from pathlib import Path

from osa_survey.codebooks.mappings import mapping_problems
from osa_survey.codebooks.model import Codebook
from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.instruments import Library, load_library, read_definition


def load_codebook(path: Path | str, library: Library | None = None) -> Codebook:
    """Return a codebook whose instruments, columns and harmonised variables exist.

    Parameters
    ----------
    path : Path or str
        ``codebook.toml``.
    library : Library, optional
        The definitions; by default those that ship and those beside the codebook.

    Returns
    -------
    Codebook
        The validated codebook.

    Raises
    ------
    DefinitionError
        With all problems, each located by file and key.
    """
    path = Path(path)
    codebook = read_definition(path, Codebook)
    problems = codebook_problems(codebook, library or load_library(path.parent), path.name)
    if problems:
        raise DefinitionError(problems)
    return codebook


OWN_DEFINITIONS = (
    "a definition of your own stands in instruments/ beside the codebook, and in Python the folder is named: "
    "admit(export, codebook, load_library(FOLDER))"
)


def codebook_problems(codebook: Codebook, library: Library, file: str) -> list[Problem]:
    """Return what is wrong between a codebook and the definitions it names."""
    return [*_block_problems(codebook, library, file), *mapping_problems(codebook, library, file)]


def _block_problems(codebook: Codebook, library: Library, file: str) -> list[Problem]:
    problems = []
    for name, block in codebook.blocks.items():
        key = f"blocks.{name}"
        if block.instrument not in library.instruments:
            message = f"there is no instrument '{block.instrument}'"
            near = nearest(block.instrument, library.ids, all_in="osa-survey instruments list")
            hint = f"{near}; {OWN_DEFINITIONS}"
            problems.append(Problem("unknown_instrument", message, file, key=f"{key}.instrument", hint=hint))
            continue
        instrument = library.instruments[block.instrument]
        if not instrument.items:
            message = f"'{instrument.id}' has no items to name columns for: {instrument.verification_note}"
            problems.append(Problem("no_items", message, file, key=f"{key}.instrument"))
            continue
        try:
            block.column_names(tuple(item.id for item in instrument.items))
        except (ValueError, KeyError, IndexError) as error:
            problems.append(Problem("wrong_columns", str(error), file, key=f"{key}.columns"))
        if instrument.ask_polarity and not block.codes:
            message = f"exports of '{instrument.id}' in both directions exist, so the direction must be stated"
            direction = f"; {instrument.scales[0].higher_means}" if instrument.scales else ""
            hint = f'write codes = {{ "export value" = instrument code, … }}{direction}'
            problems.append(Problem("polarity_not_stated", message, file, key=f"{key}.codes", hint=hint))
        allowed = {code for options in instrument.response_options.values() for code in options.codes}
        for value, code in block.codes.items():
            if code not in allowed:
                message = f"'{value}' is mapped to {code:g}, which is no code of '{instrument.id}'"
                problems.append(Problem("unknown_code", message, file, key=f"{key}.codes"))
    return problems
