"""A study in which one made-up adult bears marks, and looking for them in what the command line says and writes."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import numpy as np

from osa_survey.cli.main import main
from tests.written_studies import AGE, SCS, write_files

N, SMALL, THRESHOLD = 90, 3, 5
CANARIES = {
    "free text": "zebra-quagga-told",
    "undeclared answer": "okapi-typed",
    "e-mail": "marmot@lynx.example",
    "identifier": "R_9wombat8numbat7",
    "telephone": "+49 151 70707070",
    "IP address": "203.0.113.77",
    "day": "1987-02-19",
    "network address of a place": "48.208810",
    "amount": "98765.25",
}
"""Planted in restricted columns, in an item, or as the one largest value of a number."""
STRINGS = [text for kind, text in CANARIES.items() if kind != "amount"]
STUDY = """
format = 1
title = "Made up"
seed = 1

[[data]]
export = "data.csv"
{undeclared}

[fieldwork]
sample = "opt-in"

[[analyses]]
id = "sample"
do = "describe"
variables = ["gender", "income", "scs_total"]

[[analyses]]
id = "by_gender"
do = "crosstab"
row = "gender"
column = "chat"

[[analyses]]
id = "gap"
do = "compare_groups"
outcome = "income"
by = "gender"

[[analyses]]
id = "model"
do = "regress"
outcome = "scs_total"
blocks = [["gender"], ["income"]]

[[analyses]]
id = "how_many"
do = "prevalence"
activities = ["chat"]
by = "gender"
base = "answered"

[report]
formats = ["html", "docx"]
"""
CODEBOOK = (
    AGE
    + SCS
    + """
[variables.income]
column = "income"
type = "number"

[variables.gender]
column = "gender"
type = "nominal"
labels = { 1 = "man", 2 = "woman", 3 = "another gender" }

[variables.chat]
column = "chat"
type = "nominal"
labels = { 1 = "yes", 2 = "no" }

[variables.comment]
column = "comment"
type = "text"

[variables.mail]
column = "mail"
type = "identifier"

[variables.response]
column = "response"
type = "identifier"

[variables.phone]
column = "phone"
type = "identifier"

[variables.ip]
column = "ip"
type = "identifier"

[variables.born]
column = "born"
type = "date"

[variables.place]
column = "place"
type = "text"
"""
)


def write_study(folder: Path, *, undeclared: str = 'undeclared = "invalid"', codebook: str = CODEBOOK) -> Path:
    """Write a study of 90 made-up adults, of whom one bears every canary and three have another gender."""
    generator = np.random.default_rng(3)
    header = [*(f"Q{n}" for n in range(1, 11)), "age", "income", "gender", "chat"]
    header += ["comment", "mail", "response", "phone", "ip", "born", "place"]
    lines = [",".join(header)]
    for person in range(N):
        gender = 3 if person < SMALL else 1 + person % 2
        chat = 1 if person == 0 else int(generator.integers(1, 3))
        row = [*generator.integers(1, 5, 10).astype(str), "31", f"{1000 + 17 * person % 700}", str(gender), str(chat)]
        row += [f"remark {person}", f"p{person}@x.example", f"R_{person:015d}", f"0{person:03d} 555", "", "", ""]
        if person == 0:
            row[3] = CANARIES["undeclared answer"]
            row[11] = CANARIES["amount"]
            keys = ("free text", "e-mail", "identifier", "telephone", "IP address", "day")
            row[14:] = [*(CANARIES[key] for key in keys), CANARIES["network address of a place"]]
        lines.append(",".join(row))
    return write_files(folder, study=STUDY.format(undeclared=undeclared), codebook=codebook, data=lines)


def osa(*arguments: object) -> tuple[int, str]:
    """Run the command line in this process; return the exit code and all that it said."""
    out, err = io.StringIO(), io.StringIO()
    command = ["osa-survey", *map(str, arguments)]
    with mock.patch.object(sys, "argv", command), redirect_stdout(out), redirect_stderr(err):
        code = main()
    return code, out.getvalue() + err.getvalue()


def bytes_below(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the content of a file, or of every file of a folder; of archives also what is packed in them."""
    for file in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()):
        content = file.read_bytes()
        yield file.name, content
        yield f"name of {file.name}", file.name.encode()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                yield from ((f"{file.name}/{name}", archive.read(name)) for name in archive.namelist())


def leaks(content: bytes, canaries: list[str]) -> list[str]:
    text = content.replace(b"&#43;", b"+").replace(b"\\u002b", b"+")
    coded = [(canary, canary.encode(code)) for canary in canaries for code in ("utf-8", "utf-16-le")]
    return [canary for canary, raw in coded if raw in text]


def assert_clean(said: str, *paths: Path, canaries: list[str] = STRINGS) -> None:
    found = [("message", canary) for canary in leaks(said.encode(), canaries)]
    for path in paths:
        found += [(name, canary) for name, content in bytes_below(path) for canary in leaks(content, canaries)]
    assert not found
