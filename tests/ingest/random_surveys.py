"""Random small surveys, and their exports in the layout of each platform, written from the platforms' descriptions.

Nothing here uses the readers: what a layout should give back is said beside what is written.
"""

from __future__ import annotations

import csv
import html
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat

KINDS = ("single", "number", "text", "multiple")
STEMS = ("How often", "In the last month", "Wie häufig", "Überhaupt", "¿Con qué frecuencia", "过去一个月", "How “much”")
TAILS = ("did this happen?", "alone, or with others?", "– ohne Bild?", "(check all that apply)", "at <home>?", "Größe?")
LABELS = (
    "never",
    "rarely",
    "often, but not daily",
    "täglich",
    "每天",
    "don't know",
    'the "usual"',
    "> 5 times",
    "a; b",
)
PIECES = (
    "word",
    "Übung",
    "ß",
    "日本語",
    "한국",
    "ñandú",
    ",",
    ";",
    '"quoted"',
    "'",
    "5'11\"",
    "=1+1",
    "-",
    "@x",
    "😀",
    "né",
)
BREAKS = ("\n", "\n\n", "\t", "\r\n")


@dataclass(frozen=True)
class Question:
    """A question: a name, its text, its kind, and for choices code → label."""

    name: str
    text: str
    kind: str
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Survey:
    """Questions, and for each record question → a code, a number, a text, a list of ticked codes, or None."""

    questions: tuple[Question, ...]
    records: tuple[dict[str, object], ...]

    def answers(self, question: Question) -> list[object]:
        return [record[question.name] for record in self.records]


@dataclass(frozen=True)
class Written:
    """An export as bytes, and what a reader must find in it.

    ``sets`` has for each check-all question: column → which records ticked it, None where nobody can say.
    """

    data: bytes
    platform: str
    header_rows: int
    cells: dict[str, list[str]]
    wording: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    sets: tuple[dict[str, list[bool | None]], ...] = ()
    suffix: str = ".csv"


def random_survey(seed: int, *, records: int | None = None, breaks: bool = True) -> Survey:
    """Return a survey of four to nine questions, at least one of each kind, and 12 to 30 records with gaps."""
    generator = np.random.default_rng(seed)
    kinds = [*KINDS, *generator.choice(KINDS, int(generator.integers(0, 6)))]
    generator.shuffle(kinds)
    questions = []
    for number, kind in enumerate(kinds, start=1):
        options = generator.choice(LABELS, int(generator.integers(3, 6)), replace=False)
        choice = {str(code): str(label) for code, label in enumerate(options, start=1)}
        text = f"{generator.choice(STEMS)} {generator.choice(TAILS)} ({number})"
        questions.append(Question(f"q{number}", text, str(kind), choice if kind in ("single", "multiple") else {}))
    number = records or int(generator.integers(12, 31))
    rows = [{question.name: _answer(generator, question, breaks) for question in questions} for _ in range(number)]
    for question in questions:  # every option of a check-all is ticked by somebody, and somebody ticks none
        if question.kind == "multiple":
            rows[0][question.name] = list(question.options)
            rows[1][question.name] = []
        elif question.kind == "single":
            rows[0][question.name] = "1"
        elif question.kind == "text":
            rows[0][question.name] = "a text"
    return Survey(tuple(questions), tuple(rows))


def _answer(generator: np.random.Generator, question: Question, breaks: bool) -> object:
    if generator.random() < 0.15 and question.kind != "multiple":
        return None
    if question.kind == "single":
        return str(generator.choice(list(question.options)))
    if question.kind == "multiple":
        return [code for code in question.options if generator.random() < 0.4]
    if question.kind == "number":
        return str(generator.integers(0, 100)) if generator.random() < 0.5 else f"{generator.uniform(0, 9):.2f}"
    between = [" ", *(BREAKS if breaks else ())]
    parts = [str(generator.choice(PIECES)) for _ in range(int(generator.integers(1, 7)))]
    return "".join(part + str(generator.choice(between)) for part in parts).strip()


def delimited(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n", quoting: int = 0) -> str:
    """Return rows as text."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return buffer.getvalue()


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows of texts as XLSX; what looks like a formula is written as text."""
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate(rows, start=1):
        for position, text in enumerate(row, start=1):
            if text:
                sheet.cell(number, position).value = text
                sheet.cell(number, position).data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


Columns = dict[str, list[str]]


def _plain(
    survey: Survey, tick: str = "1", blank: str = "", gap: str = "", mark: Callable[[str, str], str] | None = None
):
    """Return columns of codes, wording, sets: one column for each option of a check-all."""
    name_of = mark or (lambda name, code: f"{name}_{code}")
    columns: Columns = {}
    wording: dict[str, str] = {}
    sets: list[dict[str, list[bool | None]]] = []
    for question in survey.questions:
        answers = survey.answers(question)
        if question.kind != "multiple":
            columns[question.name] = [gap if answer is None else str(answer) for answer in answers]
            wording[question.name] = question.text
            continue
        own: dict[str, list[bool | None]] = {}
        for code, label in question.options.items():
            name = name_of(question.name, code)
            columns[name] = [tick if code in answer else blank for answer in answers]  # type: ignore[operator]
            wording[name] = f"{question.text} - Selected Choice - {label}"
            own[name] = [code in answer for answer in answers]  # type: ignore[operator]
        sets.append(own)
    return columns, wording, tuple(sets)


def _rows(columns: Columns) -> list[list[str]]:
    return [list(row) for row in zip(*columns.values(), strict=True)]


def _moments(number: int, form: str = "2024-03-%02d 10:%02d:07") -> list[str]:
    return [form % (row % 28 + 1, row % 60) for row in range(number)]


QUALTRICS = ("StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished", "RecordedDate")
QUALTRICS_IDS = ("startDate", "endDate", "status", "progress", "duration", "finished", "recordedDate")


def _qualtrics_columns(survey: Survey) -> tuple[Columns, dict[str, str], tuple[dict[str, list[bool | None]], ...]]:
    n = len(survey.records)
    columns, wording, sets = _plain(survey)
    head = dict(
        zip(
            QUALTRICS,
            (_moments(n), _moments(n), ["0"] * n, ["100"] * n, ["321"] * n, ["1"] * n, _moments(n)),
            strict=True,
        )
    )
    head |= {"ResponseId": [f"R_{row:015d}" for row in range(n)], "DistributionChannel": ["anonymous"] * n}
    head |= {"UserLanguage": ["EN"] * n}
    return head | columns, {name: name for name in head} | wording, sets


def _qualtrics(survey: Survey, form: Callable[[str], str]) -> Written:
    columns, wording, sets = _qualtrics_columns(survey)
    known = dict(zip(QUALTRICS, QUALTRICS_IDS, strict=True))
    known |= {"ResponseId": "_recordId", "DistributionChannel": "distributionChannel", "UserLanguage": "userLanguage"}
    ids = [form(known.get(name, "QID" + name.removeprefix("q"))) for name in columns]
    rows = [list(columns), [wording[name] for name in columns], ids, *_rows(columns)]
    return Written(delimited(rows, end="\n").encode(), "qualtrics", 3, columns, wording, sets=sets)


def qualtrics_current(survey: Survey) -> Written:
    """Three header rows; the third holds JSON."""
    return _qualtrics(survey, lambda name: json.dumps({"ImportId": name}, separators=(",", ":")))


def qualtrics_2016(survey: Survey) -> Written:
    """Three header rows; the third holds a Python dictionary."""
    return _qualtrics(survey, lambda name: f"{{'ImportId': '{name}'}}")


def qualtrics_legacy(survey: Survey) -> Written:
    """Two header rows; the platform's own columns are V1, V2, … with their meaning in row 2."""
    n = len(survey.records)
    columns, wording, sets = _plain(survey)
    texts = ["ResponseID", "ResponseSet", "Name", "ExternalDataReference", "EmailAddress", "IPAddress", "Status"]
    texts += ["StartDate", "EndDate", "Finished"]
    contents = [[f"R_{row:015d}" for row in range(n)], ["Default Response Set"] * n, ["Anonymous"] * n, [""] * n]
    contents += [[""] * n, ["192.0.2.1"] * n, ["0"] * n, _moments(n), _moments(n), ["1"] * n]
    head = {f"V{number}": column for number, column in enumerate(contents, start=1)}
    rows = [[*head, *columns], [*texts, *(wording[name] for name in columns)], *_rows(head | columns)]
    columns = {f"#{number}": column for number, column in enumerate(contents)} | columns  # the reader may name V1 …
    return Written(delimited(rows, end="\n").encode(), "qualtrics", 2, columns, wording, sets=sets)


def qualtrics_one_row(survey: Survey) -> Written:
    """One header row: a person deleted the others."""
    columns, _, sets = _qualtrics_columns(survey)
    return Written(delimited([list(columns), *_rows(columns)]).encode(), "qualtrics", 1, columns, sets=sets)


def _limesurvey_head(n: int) -> Columns:
    return {
        "id": [str(row + 1) for row in range(n)],
        "submitdate": _moments(n),
        "lastpage": ["3"] * n,
        "startlanguage": ["de"] * n,
        "seed": [str(123456789 + row) for row in range(n)],
    }


def limesurvey_codes(survey: Survey) -> Written:
    """Question codes as headers, answers as codes, a byte order mark, every cell in quotes."""
    columns, _, sets = _plain(survey, tick="Y", mark=lambda name, code: f"{name}[SQ00{code}]")
    columns = _limesurvey_head(len(survey.records)) | columns
    text = delimited([list(columns), *_rows(columns)], end="\n", quoting=csv.QUOTE_ALL)
    return Written(b"\xef\xbb\xbf" + text.encode(), "limesurvey", 1, columns, sets=sets)


def limesurvey_texts(survey: Survey) -> Written:
    """Question texts as headers."""
    columns, _, sets = _plain(survey, tick="Y")
    own = {name: question for question in survey.questions for name in columns if name.split("_")[0] == question.name}
    texts = {}
    for name, question in own.items():
        option = question.options[name.split("_")[1]] if question.kind == "multiple" else ""
        texts[name] = html.escape(f"{question.text} [{option}]" if option else question.text, quote=False)
    head = _limesurvey_head(len(survey.records))
    words = ("Response ID", "Date submitted", "Last page", "Start language", "Seed")
    header = [*words, *texts.values()]
    place = {name: f"#{position}" for position, name in enumerate(columns, start=len(words))}
    cells = {f"#{position}": own for position, own in enumerate([*head.values(), *columns.values()])}
    sets = tuple({place[name]: marks for name, marks in one.items()} for one in sets)
    text = delimited([header, *_rows(cells)], end="\n", quoting=csv.QUOTE_ALL)
    wording = {place[name]: html.unescape(text) for name, text in texts.items()}
    return Written(b"\xef\xbb\xbf" + text.encode(), "limesurvey", 1, cells, wording, sets=sets)


def redcap_raw(survey: Survey) -> Written:
    """Check boxes as field___code with 0 and 1, a form with its status."""
    n = len(survey.records)
    columns, _, sets = _plain(survey, blank="0", mark=lambda name, code: f"{name}___{code}")
    columns = {"record_id": [str(row + 1) for row in range(n)]} | columns | {"survey_complete": ["2"] * n}
    return Written(delimited([list(columns), *_rows(columns)]).encode(), "redcap", 1, columns, sets=sets)


def sosci(survey: Survey) -> Written:
    """UTF-16LE with tabs and a decimal comma; check-alls 1 = not ticked, 2 = ticked; −9 = no answer."""
    n = len(survey.records)
    named = {question.name: f"AB{number:02d}" for number, question in enumerate(survey.questions, start=1)}
    columns, _, _ = _plain(survey, tick="2", blank="1", gap="-9")
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
        "STARTED": _moments(n),
    }
    tail: Columns = {
        "TIME001": ["12"] * n,
        "TIME_SUM": ["12"] * n,
        "MAILSENT": [""] * n,
        "LASTDATA": _moments(n),
        "FINISHED": ["1"] * n,
        "Q_VIEWER": ["0"] * n,
        "LASTPAGE": ["1"] * n,
        "MAXPAGE": ["1"] * n,
        "MISSING": ["0"] * n,
        "MISSREL": ["0"] * n,
        "TIME_RSI": ["1,03"] * n,
    }
    columns = head | own | tail
    text = delimited([list(columns), *_rows(columns)], "\t", quoting=csv.QUOTE_ALL)
    return Written(b"\xff\xfe" + text.encode("utf-16-le"), "sosci", 1, columns, sets=tuple(sets.values()))


def unipark(survey: Survey) -> Written:
    """Semicolons, v_1, v_2, …; −77 = no answer; disposition codes."""
    n = len(survey.records)
    columns, _, sets = _plain(survey, blank="0", gap="-77")
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
    columns = head | columns | {"datetime": _moments(n), "date_of_last_access": _moments(n)}
    text = delimited([list(columns), *_rows(columns)], ";", quoting=csv.QUOTE_ALL)
    return Written(text.encode(), "unipark", 1, columns, sets=sets)


def surveymonkey(survey: Survey) -> Written:
    """Two header rows, blanks in the first filled from the left; options as texts."""
    n = len(survey.records)
    head: Columns = {
        "Respondent ID": [str(10_000_000_000 + row) for row in range(n)],
        "Collector ID": ["400000000"] * n,
        "Start Date": _moments(n, "03/%02d/2024 10:%02d:07 AM"),
        "End Date": _moments(n, "03/%02d/2024 10:%02d:57 AM"),
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
    rows = [first, second, *_rows(columns)]
    return Written(delimited(rows).encode(), "surveymonkey", 2, columns, wording, sets=tuple(sets))


def google_forms(survey: Survey) -> Written:
    """A time stamp, question texts as headers, check-alls joined by a comma and a blank."""
    n = len(survey.records)
    columns: Columns = {"Timestamp": _moments(n, "3/%d/2024 10:%02d:07")}
    for question in survey.questions:
        answers = survey.answers(question)
        if question.kind == "multiple":
            cells = [", ".join(question.options[code] for code in answer) for answer in answers]  # type: ignore[attr-defined]
        else:
            cells = ["" if a is None else question.options.get(str(a), str(a)) for a in answers]
        columns[question.text] = cells
    wording = {text: text for text in list(columns)[1:]}
    text = delimited([list(columns), *_rows(columns)], quoting=csv.QUOTE_ALL)
    return Written(text.encode(), "google_forms", 1, columns, wording)


def spss(survey: Survey) -> Written:
    """Numbers, texts, variable labels and value labels."""
    columns, wording, _ = _plain(survey)
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
    columns, _, _ = _plain(survey)
    return {"person": [f"p{row}" for row in range(len(survey.records))]} | columns


def plain_text(delimiter: str, encoding: str, end: str = "\n") -> Callable[[Survey], Written]:
    """Return a writer of plain tables; characters that the encoding lacks become question marks."""

    def write(survey: Survey) -> Written:
        columns = _table(survey)
        text = delimited([list(columns), *_rows(columns)], delimiter, end)
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
    rows = [list(cells), *_rows(cells)]
    return Written(workbook(rows), "table", 1, cells, suffix=".xlsx")


WRITERS: dict[str, Callable[[Survey], Written]] = {
    "qualtrics_current": qualtrics_current,
    "qualtrics_2016": qualtrics_2016,
    "qualtrics_legacy": qualtrics_legacy,
    "qualtrics_one_row": qualtrics_one_row,
    "limesurvey_codes": limesurvey_codes,
    "limesurvey_texts": limesurvey_texts,
    "redcap_raw": redcap_raw,
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
