"""Small studies written to a folder, and the parts that most of them share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

OPT_IN = """
format = 1
title = "Made up"
seed = 1

[[data]]
export = "data.csv"

[fieldwork]
sample = "opt-in"
"""
"""Head of a study file."""
AGE = """
format = 1
title = "Made up"

[eligibility]
age = "age"

[variables.age]
column = "age"
type = "number"
maximum = 99
"""
"""Head of a codebook, with the age."""
SCS = """
[blocks.scs]
instrument = "scs"
columns = "Q{n}"
missing = { not_answered = [0] }
"""
"""Ten items in a codebook."""
DESCRIBED = """
[[analyses]]
id = "sample"
do = "describe"
variables = ["age", "scs_total"]
"""


def write_files(folder: Path, *, study: str, codebook: str, data: str | bytes | Iterable[str]) -> Path:
    """Write study file, codebook and export (text, bytes, or lines) into a folder, which is made, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(study, encoding="utf-8", newline="\n")
    (folder / "codebook.toml").write_text(codebook, encoding="utf-8", newline="\n")
    if not isinstance(data, str | bytes):
        data = "\n".join(data) + "\n"
    (folder / "data.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder
