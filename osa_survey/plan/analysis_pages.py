"""The page of all analyses of a study file, written from their functions: ``docs/guide/analyses.md``."""

from __future__ import annotations

import re
from pathlib import Path

from osa_survey.export.files import write_text
from osa_survey.plan.analysis_arguments import Argument
from osa_survey.plan.analysis_sheets import COMMON, AnalysisSheet, list_analyses

PAGE = Path("docs") / "guide" / "analyses.md"
LEAD = (
    "What `do` can be in a study file, and what each analysis takes there. An argument without a default is required; "
    "`osa-survey analyses show NAME` prints one of these, and finds it by the name other programs give it. In Python "
    "each is the function of the same name. A number or a name stands as it is, several in brackets: "
    '`["age", "gender"]`; a table in braces: `{ gender = "man" }`. A score is called `<block>_<scale>`; an interaction '
    '`"age:gender"`.'
)
PYTHON = """import osa_survey as osa

sheet = osa.analysis_sheet("regress")
assert sheet.arguments[0].name == "outcome"
print(sheet.as_text())"""
MADE = "This page is made from the code: `python -m osa_survey.plan.analysis_pages`."


def analyses_page() -> str:
    """Return the page as Markdown."""
    sheets = list_analyses().sheets
    head = ["# Analyses of a study file", "", LEAD, "", COMMON, "", "```python", PYTHON, "```", "", MADE, ""]
    return "\n".join([*head, " · ".join(f"`{one.name}`" for one in sheets), *map(_section, sheets)])


def _section(sheet: AnalysisSheet) -> str:
    lines = ["", f"## {sheet.name}", "", _marked(sheet.summary), "", "```toml", sheet.example, "```", ""]
    if sheet.arguments:
        lines += ["| argument | takes | default | |", "|---|---|---|---|", *map(_row, sheet.arguments), ""]
    return "\n".join(lines)


def _row(one: Argument) -> str:
    default = "required" if one.default == "required" else f"`{one.default}`" if one.default else ""
    cells = (f"`{one.name}`", one.takes, default, _marked(one.text))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _marked(text: str) -> str:
    return re.sub(r"``([^`]*)``", r"`\1`", text)


if __name__ == "__main__":
    write_text(PAGE, analyses_page())
