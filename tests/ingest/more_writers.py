"""Exports of random surveys as further platforms and statistical programs write them, after their descriptions."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from tests.ingest.random_surveys import Columns, Survey, Written, coded, delimited, moments, rows_of, workbook


def microsoft_forms(survey: Survey) -> Written:
    """XLSX; id, times, e-mail and name, then question texts; every option of a check-all ends with a semicolon."""
    n = len(survey.records)
    columns: Columns = {
        "ID": [str(row + 1) for row in range(n)],
        "Start time": moments(n),
        "Completion time": moments(n, "2024-03-%02d 11:%02d:09"),
        "Email": ["anonymous"] * n,
        "Name": [""] * n,
    }
    for question in survey.questions:
        answers = survey.answers(question)
        if question.kind == "multiple":
            cells = ["".join(question.options[code] + ";" for code in answer) for answer in answers]  # type: ignore[attr-defined]
        else:
            cells = ["" if a is None else question.options.get(str(a), str(a)) for a in answers]
        columns[question.text] = [cell.replace("\r\n", "\n") for cell in cells]
    wording = {text: text for text in list(columns)[5:]}
    data = workbook([list(columns), *rows_of(columns)])
    return Written(data, "microsoft_forms", 1, columns, wording, suffix=".xlsx")


def _formr_columns(survey: Survey) -> Columns:
    n = len(survey.records)
    columns, _, _ = coded(survey)
    head: Columns = {"session": [f"s{row:05d}" for row in range(n)], "created": moments(n)}
    return head | {"modified": moments(n), "ended": moments(n, "2024-03-%02d 11:%02d:09")} | columns


def formr_csv(survey: Survey) -> Written:
    """One row of names of items."""
    columns = _formr_columns(survey)
    text = delimited([list(columns), *rows_of(columns)], quoting=csv.QUOTE_ALL)
    return Written(text.encode(), "formr", 1, columns)


def formr_json(survey: Survey) -> Written:
    """An array of records; an empty answer is null; rows are counted as in a table with one row of names."""
    columns = _formr_columns(survey)
    records = [{name: cell or None for name, cell in zip(columns, row, strict=True)} for row in rows_of(columns)]
    return Written(json.dumps(records, ensure_ascii=False, indent=1).encode(), "formr", 1, columns, suffix=".json")


def redcap_labelled(survey: Survey) -> Written:
    """Labels as header; check boxes as "question (choice=option)" with Checked and Unchecked."""
    n = len(survey.records)
    columns: Columns = {"Record ID": [str(row + 1) for row in range(n)]}
    sets = []
    for question in survey.questions:
        answers = survey.answers(question)
        if question.kind != "multiple":
            columns[question.text] = ["" if a is None else question.options.get(str(a), str(a)) for a in answers]
            continue
        own: dict[str, list[bool | None]] = {}
        for code, label in question.options.items():
            name = f"{question.text} (choice={label})"
            own[name] = [code in answer for answer in answers]  # type: ignore[operator]
            columns[name] = ["Checked" if ticked else "Unchecked" for ticked in own[name]]
        sets.append(own)
    columns["Complete?"] = ["Complete"] * n
    text = delimited([list(columns), *rows_of(columns)])
    wording = {name: name for name in list(columns)[1:-1]}
    return Written(text.encode(), "redcap", 1, columns, wording, sets=tuple(sets))


def qualtrics_texts(survey: Survey) -> Written:
    """Choice texts instead of values, tabs, UTF-16 with a mark: Qualtrics' TSV."""
    n = len(survey.records)
    names = ("StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished", "RecordedDate")
    ids = ["startDate", "endDate", "status", "progress", "duration", "finished", "recordedDate", "_recordId"]
    heads = [moments(n), moments(n), ["IP Address"] * n, ["100"] * n, ["321"] * n, ["True"] * n, moments(n)]
    columns: Columns = dict(zip(names, heads, strict=True)) | {"ResponseId": [f"R_{row:015d}" for row in range(n)]}
    wording = {name: name for name in columns}
    sets = []
    for number, question in enumerate(survey.questions, start=1):
        answers = survey.answers(question)
        if question.kind != "multiple":
            columns[question.name] = ["" if a is None else question.options.get(str(a), str(a)) for a in answers]
            wording[question.name] = question.text
            ids.append(f"QID{number}" + ("_TEXT" if question.kind != "single" else ""))
            continue
        own: dict[str, list[bool | None]] = {}
        for code, label in question.options.items():
            name = f"{question.name}_{code}"
            own[name] = [code in answer for answer in answers]  # type: ignore[operator]
            columns[name] = [label if ticked else "" for ticked in own[name]]
            wording[name] = f"{question.text} - Selected Choice - {label}"
            ids.append(f"QID{number}_{code}")
        sets.append(own)
    third = [json.dumps({"ImportId": name}) for name in ids]
    rows = [list(columns), [wording[name] for name in columns], third, *rows_of(columns)]
    text = delimited(rows, "\t", "\n")
    return Written(text.encode("utf-16"), "qualtrics", 3, columns, wording, sets=tuple(sets), suffix=".tsv")


def _typed(survey: Survey) -> tuple[pd.DataFrame, Columns, dict[str, str], dict[str, dict[float, str]]]:
    """Return a frame of numbers and texts, the cells to be read, wording, and labels."""
    columns, wording, _ = coded(survey)
    kinds = {question.name: question for question in survey.questions}
    frame: dict[str, object] = {}
    labels: dict[str, dict[float, str]] = {}
    cells: Columns = {}
    for name, own in columns.items():
        question = kinds[name.split("_")[0]]
        if question.kind == "text":
            frame[name], cells[name] = own, own
            continue
        frame[name] = [float(cell) if cell else np.nan for cell in own]
        cells[name] = [f"{float(cell):g}" if cell else "" for cell in own]
        if question.kind == "single":
            labels[name] = {float(code): label for code, label in question.options.items()}
    return pd.DataFrame(frame), cells, wording, labels


Writer = Callable[[Survey], Written]


def statistical(platform: str, write: Callable[..., None], suffix: str, *, labelled: bool) -> Writer:
    """Return a writer through the library's own writer of a format."""

    def written(survey: Survey) -> Written:
        frame, cells, wording, labels = _typed(survey)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"export{suffix}")
            heads = [wording[name][:40] for name in frame.columns]
            options = {"variable_value_labels": {k: {int(c): t for c, t in v.items()} for k, v in labels.items()}}
            write(frame, str(path), column_labels=heads, **(options if labelled else {}))
            data = path.read_bytes()
        told = {name: {f"{code:g}": label for code, label in own.items()} for name, own in labels.items()}
        short = {name: text[:12] for name, text in wording.items()}
        return Written(data, platform, 0, cells, short, told if labelled else {}, suffix=suffix)

    return written


def parquet(survey: Survey) -> Written:
    """Columns of texts and numbers."""
    frame, cells, _, _ = _typed(survey)
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), buffer)
    return Written(buffer.getvalue(), "table", 0, cells, suffix=".parquet")


MORE_WRITERS: dict[str, Writer] = {
    "microsoft_forms": microsoft_forms,
    "formr_csv": formr_csv,
    "formr_json": formr_json,
    "redcap_labelled": redcap_labelled,
    "qualtrics_texts": qualtrics_texts,
    "stata": statistical("stata", pyreadstat.write_dta, ".dta", labelled=True),
    "sas_transport": statistical("sas", pyreadstat.write_xport, ".xpt", labelled=False),
    "parquet": parquet,
}
"""What is not in ``export_writers``."""
