"""Exports of random surveys as Qualtrics, LimeSurvey and REDCap write them, after the platforms' descriptions.

Nothing here uses the readers: what a layout should give back is said beside what is written.
"""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Callable

from tests.ingest.random_surveys import Columns, Sets, Survey, Written, coded, delimited, moments, rows_of

QUALTRICS = ("StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished", "RecordedDate")
QUALTRICS_IDS = ("startDate", "endDate", "status", "progress", "duration", "finished", "recordedDate")


def _qualtrics_columns(survey: Survey) -> tuple[Columns, dict[str, str], Sets]:
    n = len(survey.records)
    columns, wording, sets = coded(survey)
    head = dict(
        zip(
            QUALTRICS,
            (moments(n), moments(n), ["0"] * n, ["100"] * n, ["321"] * n, ["1"] * n, moments(n)),
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
    rows = [list(columns), [wording[name] for name in columns], ids, *rows_of(columns)]
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
    columns, wording, sets = coded(survey)
    texts = ["ResponseID", "ResponseSet", "Name", "ExternalDataReference", "EmailAddress", "IPAddress", "Status"]
    texts += ["StartDate", "EndDate", "Finished"]
    contents = [[f"R_{row:015d}" for row in range(n)], ["Default Response Set"] * n, ["Anonymous"] * n, [""] * n]
    contents += [[""] * n, ["192.0.2.1"] * n, ["0"] * n, moments(n), moments(n), ["1"] * n]
    head = {f"V{number}": column for number, column in enumerate(contents, start=1)}
    rows = [[*head, *columns], [*texts, *(wording[name] for name in columns)], *rows_of(head | columns)]
    columns = {f"#{number}": column for number, column in enumerate(contents)} | columns  # the reader may name V1 …
    return Written(delimited(rows, end="\n").encode(), "qualtrics", 2, columns, wording, sets=sets)


def qualtrics_one_row(survey: Survey) -> Written:
    """One header row: a person deleted the others."""
    columns, _, sets = _qualtrics_columns(survey)
    return Written(delimited([list(columns), *rows_of(columns)]).encode(), "qualtrics", 1, columns, sets=sets)


def _limesurvey_head(n: int) -> Columns:
    return {
        "id": [str(row + 1) for row in range(n)],
        "submitdate": moments(n),
        "lastpage": ["3"] * n,
        "startlanguage": ["de"] * n,
        "seed": [str(123456789 + row) for row in range(n)],
    }


def limesurvey_codes(survey: Survey) -> Written:
    """Question codes as headers, answers as codes, a byte order mark, every cell in quotes."""
    columns, _, sets = coded(survey, tick="Y", mark=lambda name, code: f"{name}[SQ00{code}]")
    columns = _limesurvey_head(len(survey.records)) | columns
    text = delimited([list(columns), *rows_of(columns)], end="\n", quoting=csv.QUOTE_ALL)
    return Written(b"\xef\xbb\xbf" + text.encode(), "limesurvey", 1, columns, sets=sets)


def limesurvey_texts(survey: Survey) -> Written:
    """Question texts as headers."""
    columns, _, sets = coded(survey, tick="Y")
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
    text = delimited([header, *rows_of(cells)], end="\n", quoting=csv.QUOTE_ALL)
    wording = {place[name]: html.unescape(text) for name, text in texts.items()}
    return Written(b"\xef\xbb\xbf" + text.encode(), "limesurvey", 1, cells, wording, sets=sets)


def redcap_raw(survey: Survey) -> Written:
    """Check boxes as field___code with 0 and 1, a form with its status."""
    n = len(survey.records)
    columns, _, sets = coded(survey, blank="0", mark=lambda name, code: f"{name}___{code}")
    columns = {"record_id": [str(row + 1) for row in range(n)]} | columns | {"survey_complete": ["2"] * n}
    return Written(delimited([list(columns), *rows_of(columns)]).encode(), "redcap", 1, columns, sets=sets)
