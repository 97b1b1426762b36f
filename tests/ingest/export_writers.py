"""Exports of random surveys as other platforms and programs write them, after the platforms' descriptions.

Nothing here uses the readers: what a layout should give back is said beside what is written.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from tests.ingest import coded_writers
from tests.ingest.random_surveys import Columns, Survey, Written, coded, delimited, moments, rows_of, workbook


def sosci(survey: Survey) -> Written:
    """UTF-16LE with tabs and a decimal comma; check-alls 1 = not ticked, 2 = ticked; −9 = no answer."""
    n = len(survey.records)
    named = {question.name: f"AB{number:02d}" for number, question in enumerate(survey.questions, start=1)}
    columns, _, _ = coded(survey, tick="2", blank="1", gap="-9")
    kinds = {question.name: question.kind for question in survey.questions}
    sets: dict[str, dict[str, list[bool | None]]] = {}
    own: Columns = {}
    for name, cells in columns.items():
        question, _, code = name.partition("_")
        kind = kinds[question]
        target = named[question] + {"single": "", "number": "_01", "text": "_01", "multiple": f"_0{code}"}[kind]
        if kind == "multiple":
            if named[question] not in own:
                own[named[question]] = [str(len(answer)) for answer in (r[question] for r in survey.records)]  # type: ignore[arg-type]
            sets.setdefault(question, {})[target] = [cell == "2" for cell in cells]
        elif kind == "number":
            cells = [cell.replace(".", ",") for cell in cells]
        elif kind == "text":
            cells = ["" if cell == "-9" else cell for cell in cells]
        own[target] = cells
    head: Columns = {
        "CASE": [str(row + 1) for row in range(n)],
        "SERIAL": [""] * n,
        "REF": [""] * n,
        "QUESTNNR": ["base"] * n,
        "MODE": ["interview"] * n,
        "STARTED": moments(n),
    }
    tail: Columns = {
        "TIME001": ["12"] * n,
        "TIME_SUM": ["12"] * n,
        "MAILSENT": [""] * n,
        "LASTDATA": moments(n),
        "FINISHED": ["1"] * n,
        "Q_VIEWER": ["0"] * n,
        "LASTPAGE": ["1"] * n,
        "MAXPAGE": ["1"] * n,
        "MISSING": ["0"] * n,
        "MISSREL": ["0"] * n,
        "TIME_RSI": ["1,03"] * n,
    }
    columns = head | own | tail
    text = delimited([list(columns), *rows_of(columns)], "\t", quoting=csv.QUOTE_ALL)
    return Written(b"\xff\xfe" + text.encode("utf-16-le"), "sosci", 1, columns, sets=tuple(sets.values()))


def unipark(survey: Survey) -> Written:
    """Semicolons, v_1, v_2, …; −77 = no answer; disposition codes."""
    n = len(survey.records)
    columns, _, sets = coded(survey, blank="0", gap="-77")
    named = {name: f"v_{number}" for number, name in enumerate(columns, start=1)}
    columns = {named[name]: cells for name, cells in columns.items()}
    texts = [question.name for question in survey.questions if question.kind == "text"]
    for name in texts:
        columns[named[name]] = ["-99" if cell == "-77" else cell for cell in columns[named[name]]]
    sets = tuple({named[name]: marks for name, marks in one.items()} for one in sets)
    head: Columns = {
        "lfdn": [str(row + 1) for row in range(n)],
        "external_lfdn": ["0"] * n,
        "tester": ["0"] * n,
        "dispcode": ["31"] * n,
        "lastpage": ["4712"] * n,
        "quality": ["-77"] * n,
        "duration": ["321"] * n,
    }
    columns = head | columns | {"datetime": moments(n), "date_of_last_access": moments(n)}
    text = delimited([list(columns), *rows_of(columns)], ";", quoting=csv.QUOTE_ALL)
    return Written(text.encode(), "unipark", 1, columns, sets=sets)


def surveymonkey(survey: Survey) -> Written:
    """Two header rows, blanks in the first filled from the left; options as texts."""
    n = len(survey.records)
    head: Columns = {
        "Respondent ID": [str(10_000_000_000 + row) for row in range(n)],
        "Collector ID": ["400000000"] * n,
        "Start Date": moments(n, "03/%02d/2024 10:%02d:07 AM"),
        "End Date": moments(n, "03/%02d/2024 10:%02d:57 AM"),
        "IP Address": [""] * n,
        "Email Address": [""] * n,
        "First Name": [""] * n,
        "Last Name": [""] * n,
        "Custom Data 1": [""] * n,
    }
    first, second, body = list(head), [""] * len(head), list(head.values())
    sets = []
    texts: list[str] = []
    for question in survey.questions:
        answers = survey.answers(question)
        if question.kind == "multiple":
            own = [[label if code in answer else "" for answer in answers] for code, label in question.options.items()]  # type: ignore[operator]
            sets.append({f"#{len(first) + at}": [cell != "" for cell in cells] for at, cells in enumerate(own)})
            first += [question.text] + [""] * (len(own) - 1)
            second += list(question.options.values())
            texts += [question.text] * len(own)
            body += own
            continue
        first.append(question.text)
        second.append("Response" if question.kind == "single" else "Open-Ended Response")
        texts.append(question.text)
        body.append(["" if a is None else question.options.get(str(a), str(a)) for a in answers])
    columns = {f"#{position}": cells for position, cells in enumerate(body)}  # names are the reader's choice
    wording = {f"#{len(head) + position}": text for position, text in enumerate(texts)}
    rows = [first, second, *rows_of(columns)]
    return Written(delimited(rows).encode(), "surveymonkey", 2, columns, wording, sets=tuple(sets))


def google_forms(survey: Survey) -> Written:
    """A time stamp, question texts as headers, check-alls joined by a comma and a blank."""
    n = len(survey.records)
    columns: Columns = {"Timestamp": moments(n, "3/%d/2024 10:%02d:07")}
    for question in survey.questions:
        answers = survey.answers(question)
        if question.kind == "multiple":
            cells = [", ".join(question.options[code] for code in answer) for answer in answers]  # type: ignore[attr-defined]
        else:
            cells = ["" if a is None else question.options.get(str(a), str(a)) for a in answers]
        columns[question.text] = cells
    wording = {text: text for text in list(columns)[1:]}
    text = delimited([list(columns), *rows_of(columns)], quoting=csv.QUOTE_ALL)
    return Written(text.encode(), "google_forms", 1, columns, wording)


def spss(survey: Survey) -> Written:
    """Numbers, texts, variable labels and value labels."""
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
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.sav")
        heads = [wording[name] for name in columns]
        pyreadstat.write_sav(pd.DataFrame(frame), str(path), column_labels=heads, variable_value_labels=labels)
        data = path.read_bytes()
    told = {name: {f"{code:g}": label for code, label in own.items()} for name, own in labels.items()}
    return Written(data, "spss", 0, cells, wording, told, suffix=".sav")


def _table(survey: Survey) -> Columns:
    columns, _, _ = coded(survey)
    return {"person": [f"p{row}" for row in range(len(survey.records))]} | columns


def plain_text(delimiter: str, encoding: str, end: str = "\n") -> Callable[[Survey], Written]:
    """Return a writer of plain tables; characters that the encoding lacks become question marks."""

    def write(survey: Survey) -> Written:
        columns = _table(survey)
        text = delimited([list(columns), *rows_of(columns)], delimiter, end)
        data = text.encode(encoding, errors="replace")
        held = {
            name: [cell.encode(encoding, errors="replace").decode(encoding) for cell in cells]
            for name, cells in columns.items()
        }
        if encoding in ("utf-16", "utf-8-sig"):
            held = columns
        return Written(data, "table", 1, held)

    return write


def xlsx(survey: Survey) -> Written:
    """A workbook of texts; a carriage return before a line feed is XML's to drop."""
    columns = _table(survey)
    cells = {name: [cell.replace("\r\n", "\n") for cell in own] for name, own in columns.items()}
    rows = [list(cells), *rows_of(cells)]
    return Written(workbook(rows), "table", 1, cells, suffix=".xlsx")


WRITERS: dict[str, Callable[[Survey], Written]] = {
    "qualtrics_current": coded_writers.qualtrics_current,
    "qualtrics_2016": coded_writers.qualtrics_2016,
    "qualtrics_legacy": coded_writers.qualtrics_legacy,
    "qualtrics_one_row": coded_writers.qualtrics_one_row,
    "limesurvey_codes": coded_writers.limesurvey_codes,
    "limesurvey_texts": coded_writers.limesurvey_texts,
    "redcap_raw": coded_writers.redcap_raw,
    "sosci": sosci,
    "unipark": unipark,
    "surveymonkey": surveymonkey,
    "google_forms": google_forms,
    "spss": spss,
    "xlsx": xlsx,
    "comma_utf8": plain_text(",", "utf-8"),
    "comma_utf8_mark": plain_text(",", "utf-8-sig", "\r\n"),
    "semicolon_windows": plain_text(";", "cp1252", "\r\n"),
    "tab_utf16": plain_text("\t", "utf-16"),
    "bar_utf8": plain_text("|", "utf-8"),
}
"""Every layout that can be written."""
