"""``osa-survey start``: the first ten minutes, by question and answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from osa_survey.cli.choices import Language

if TYPE_CHECKING:
    from osa_survey.dataset import Export
    from osa_survey.plan.starting import Counted

MOST_TRIES = 20
WAYS = {"1": "age", "2": "birth_year", "3": "age_band", "4": "attested"}
EARLIEST, LATEST = 1990, 2100


def command(
    file: Annotated[Path | None, typer.Argument(help="The file with the answers; asked for if absent.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where to put everything; by default a new folder beside the file.")
    ] = None,
    companions: Annotated[
        list[Path] | None,
        typer.Option("--with", help="Survey structure, dictionary or value list of the platform; may be repeated."),
    ] = None,
    language: Annotated[Language, typer.Option("--language", help="English or German.")] = Language.en,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take every guess as it is.")] = False,
) -> int:
    """Go from a downloaded file to a first report, by question and answer.

    In Python: osa_survey.draft_study("export.csv", "my_study"), osa_survey.report_study("my_study", "report")
    """
    from osa_survey.cli.progress import working
    from osa_survey.drafting import draft_study
    from osa_survey.ingest import read_export
    from osa_survey.plan import starting
    from osa_survey.plan.codebook_spreadsheets import write_codebook_spreadsheet
    from osa_survey.plan.starting_words import platform_title, said

    spoken = language.value
    file = file or Path(typer.prompt(said("which_file", spoken)).strip().strip("'\""))
    folder = folder or starting.free_folder(file)
    with working(file.name):
        draft = draft_study(file, folder, language=spoken, companions=companions or ())
    platform = platform_title(draft.platform, spoken)
    counts = {"records": draft.records, "questions": draft.questions, "scales": len(draft.scales)}
    typer.echo(said("found", spoken, platform=platform, unsure=draft.unsure, **counts))
    if not draft.shows_adulthood:
        if yes:
            typer.echo(said("not_shown", spoken), err=True)
            return 2
        _ask_for_adulthood(draft.codebook, read_export(file, companions=companions or ()), spoken)
    spreadsheet = write_codebook_spreadsheet(folder, folder / "codebook.xlsx")
    typer.echo(said("spreadsheet", spoken, path=spreadsheet))
    if not yes:
        _say_undeclared("to_decide", starting.count_adults(folder), spoken)
        _let_correct(folder, spreadsheet, spoken)
    left_out = starting.drop_impossible_analyses(folder)
    counted = starting.count_adults(folder)
    typer.echo(_counted_line(counted, spoken))
    if not counted.adults:
        typer.echo(said("nobody", spoken), err=True)
        return 2
    if counted.undeclared:
        starting.take_undeclared_as_missing(folder)
        _say_undeclared("unknown_values", counted, spoken)
    with working(folder.name):
        written, impossible = starting.write_first_report(folder, folder / "report")
    if left_out + impossible:
        typer.echo(said("left_out", spoken, n=left_out + impossible))
    typer.echo(said("next", spoken, path=written[0]))
    return 0


def _ask_for_adulthood(codebook: Path, export: Export, language: str) -> None:
    """Ask how it is known that the respondents are adults until there is an answer that fits."""
    from osa_survey.errors import DefinitionError
    from osa_survey.plan import starting
    from osa_survey.plan.starting_words import said

    for _ in range(MOST_TRIES):
        typer.echo(said("no_age", language))
        way = WAYS.get(typer.prompt(said("number", language)).strip(), "")
        if not way:
            continue
        answers: dict[str, object] = {}
        held = starting.age_column(export) if way == "attested" else ""
        if held:
            typer.echo(said("age_in_file", language, column=held))
            way, answers = "age", {"column": held}
        elif way == "attested":
            answers = {key: _required(said(key, language)) for key in ("how", "by", "documented")}
        else:
            asked = typer.prompt(said("which_column", language))
            try:
                answers["column"] = starting.column_of(export, asked)
            except DefinitionError as error:
                typer.echo(said("no_column", language, column=asked, hint=error.problems[0].hint))
                continue
            if way == "birth_year":
                answers["interview_year"] = _year(language)
        if starting.show_adulthood(codebook, export, way, answers):
            return
        if held:
            typer.echo(said("age_empty", language, column=held))
            raise typer.Abort
        typer.echo(said("no_ages", language))
    raise typer.Abort


def _required(question: str) -> str:
    answer = ""
    while not answer:
        answer = str(typer.prompt(question)).strip()
    return answer


def _year(language: str) -> int:
    from osa_survey.plan.starting_words import said

    for _ in range(MOST_TRIES):
        answer = str(typer.prompt(said("which_year", language))).strip()
        if answer.isdecimal() and EARLIEST <= int(answer) <= LATEST:
            return int(answer)
        typer.echo(said("a_year", language))
    raise typer.Abort


def _let_correct(folder: Path, spreadsheet: Path, language: str) -> None:
    """Wait until the spreadsheet is corrected and can be read."""
    from osa_survey.errors import DefinitionError
    from osa_survey.plan.codebook_spreadsheets import read_codebook_spreadsheet
    from osa_survey.plan.starting_words import said

    if sys.stdin.isatty() and typer.confirm(said("open", language), default=True):
        typer.launch(str(spreadsheet))
    for _ in range(MOST_TRIES):
        typer.prompt(said("done", language), default="", show_default=False)
        try:
            read_codebook_spreadsheet(folder, spreadsheet)
        except DefinitionError as error:
            typer.echo(str(error))
            typer.echo(said("wrong", language))
        else:
            return
    raise typer.Abort


def _say_undeclared(head: str, counted: Counted, language: str) -> None:
    """Name each value that is no declared answer, with its column and its records."""
    from osa_survey.plan.starting_words import said

    if counted.undeclared:
        typer.echo(said(head, language))
    for one in counted.undeclared:
        n = said("record" if one.records == 1 else "records", language, n=one.records)
        typer.echo(said("unknown_value", language, value=one.text, column=one.column, n=n, row=one.row))


def _counted_line(counted: Counted, language: str) -> str:
    from osa_survey.plan.starting_words import said

    line = said("adults", language, adults=counted.adults, under=counted.under, unknown=counted.unknown)
    for key in ("no_consent", "withdrawn"):
        number = getattr(counted, key)
        line += f", {said(key, language, n=number)}" if number else ""
    return line
