"""Random surveys written in the layout of each platform and read back: nothing is lost that the layout can hold.

What a layout cannot hold, so that it is not asked back, is listed in ``CANNOT_HOLD``:

- blanks at the ends of a cell and the way a number was typed (1.0 for 1) are no content;
- a table in a single-byte encoding holds only that encoding's characters;
- a plain table, and every layout with codes as its header, holds no question texts and does not say which columns
  belong to one check-all question unless the names do;
- XLSX turns a carriage return with line feed inside a cell into a line feed;
- SPSS has no check-all sets unless somebody defined them, and an empty text is a gap;
- Google Forms joins the options of a check-all in one cell: an option with a comma in its text is learnt only from
  many records;
- Qualtrics without ImportIds (one header row, legacy) does not tell a check-all from other columns with a 1;
- LimeSurvey's headers of question texts and SurveyMonkey have no names of columns, and legacy Qualtrics calls its own
  V1, V2, …: the reader's names are used, and the order of the columns is compared.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from osa_survey.dataset import Export
from osa_survey.dataset.exports import canonical
from osa_survey.ingest import read_export
from tests.ingest.export_writers import WRITERS
from tests.ingest.more_writers import MORE_WRITERS
from tests.ingest.random_surveys import Written, random_survey

SEEDS = range(12)
ALL_WRITERS = WRITERS | MORE_WRITERS
CANNOT_HOLD: dict[str, tuple[str, ...]] = {
    "qualtrics_one_row": ("wording", "value labels", "sets"),
    "qualtrics_current": ("value labels",),
    "qualtrics_2016": ("value labels",),
    "qualtrics_legacy": ("value labels", "sets"),
    "limesurvey_codes": ("wording", "value labels"),
    "limesurvey_texts": ("value labels", "names of questions"),
    "redcap_raw": ("wording", "value labels"),
    "sosci": ("wording", "value labels"),
    "unipark": ("wording", "value labels", "sets"),
    "surveymonkey": ("names of questions", "codes"),
    "google_forms": ("names of questions", "codes", "sets with commas in their options"),
    "spss": ("sets", "empty texts"),
    "microsoft_forms": ("names of questions", "codes", "sets", "carriage returns"),
    "formr_csv": ("wording", "value labels", "sets"),
    "formr_json": ("wording", "value labels", "sets"),
    "redcap_labelled": ("names of questions", "codes"),
    "qualtrics_texts": ("codes",),
    "stata": ("sets", "empty texts"),
    "sas_transport": ("value labels", "sets", "empty texts"),
    "parquet": ("wording", "value labels", "sets"),
    "xlsx": ("wording", "value labels", "sets", "carriage returns"),
    "comma_utf8": ("wording", "value labels", "sets"),
    "comma_utf8_mark": ("wording", "value labels", "sets"),
    "semicolon_windows": ("wording", "value labels", "sets", "characters outside Windows-1252"),
    "tab_utf16": ("wording", "value labels", "sets"),
    "bar_utf8": ("wording", "value labels", "sets"),
}


def read(written: Written, tmp_path: Path) -> Export:
    path = tmp_path / "export"
    path.write_bytes(written.data)
    return read_export(path)


def names_of(written: Written, export: Export) -> dict[str, str]:
    """Return name as written → name as read; "#3" is the fourth column of the file, whatever it is called."""
    return {name: export.names[int(name[1:])] if name.startswith("#") else name for name in written.cells}


def cells_of(export: Export, name: str) -> list[str]:
    column = export.columns[name].to_pylist()
    return ["" if cell is None else cell.strip() if isinstance(cell, str) else canonical(cell) for cell in column]


def test_every_layout_says_what_it_cannot_hold() -> None:
    assert set(CANNOT_HOLD) == set(ALL_WRITERS)


@pytest.mark.parametrize("layout", sorted(ALL_WRITERS))
def test_nothing_is_lost_that_the_layout_can_hold(layout: str, tmp_path: Path) -> None:
    for seed in SEEDS:
        survey = random_survey(seed)
        written = ALL_WRITERS[layout](survey)
        export = read(written, tmp_path)
        assert export.platform == written.platform, seed
        assert export.n_records == len(survey.records), seed
        assert export.rows.tolist() == [written.header_rows + row for row in range(1, len(survey.records) + 1)], seed
        names = names_of(written, export)
        assert set(names.values()) <= set(export.names), seed
        for name, cells in written.cells.items():
            assert cells_of(export, names[name]) == [cell.strip() for cell in cells], (seed, name)
        for name, text in written.wording.items():
            assert text.strip() in export.wording.get(names[name], ""), (seed, name)
        for name, labels in written.labels.items():
            assert export.value_labels[names[name]] == labels, (seed, name)
        if "sets" not in CANNOT_HOLD[layout]:
            compare_sets(written, export, names, seed)


def compare_sets(written: Written, export: Export, names: dict[str, str], seed: int) -> None:
    found = {frozenset(one.options): one for one in export.facts.sets}
    for one in written.sets:
        options = frozenset(names[name] for name in one)
        assert options in found, (seed, sorted(options))
        own = found[options]
        for name, ticks in one.items():
            values, which = export.values(names[name])
            read = [values[position] in own.ticked for position in which]
            assert read == ticks, (seed, name)
            others = {values[position] for position in which} - {*own.ticked, *own.not_ticked, ""}
            assert not others, (seed, name)


def test_joined_check_alls_of_google_forms_are_taken_apart(tmp_path: Path) -> None:
    """With 400 records the options are learnt, those with commas in their texts too."""
    for seed in SEEDS:
        survey = random_survey(seed, records=400, breaks=False)
        export = read(WRITERS["google_forms"](survey), tmp_path)
        by_name = {one.name: one for one in export.facts.sets}
        for question in survey.questions:
            if question.kind != "multiple":
                continue
            own = next(one for name, one in by_name.items() if name == question.text)
            labels = {label: column for column, label in own.options.items()}
            for code, label in question.options.items():
                values, which = export.values(labels[label])
                ticked = [values[position] in own.ticked for position in which]
                assert ticked == [code in answer for answer in survey.answers(question)], (seed, label)
