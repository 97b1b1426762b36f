"""A twin as a study of its own: the table, its codebook, and the study file with the same plan."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from typing import Any

import numpy as np
import tomlkit

from osa_survey.codebooks import Codebook
from osa_survey.dataset import Responses
from osa_survey.dataset.decoding import category_codes
from osa_survey.instruments.model import item_id
from osa_survey.instruments.reasons import REASONS
from osa_survey.sharing.twins import Twin

TABLE, CODEBOOK, STUDY = "twin.csv", "codebook.toml", "study.toml"
HEAD = "Synthetic twin: drawn from a model of the answers. No respondent stands behind any record."
TITLE = "{title} (synthetic twin)"
OF_REAL_RECORDS = ("exclude", "sharing", "data_protection")
"""Tables of a study file that speak of the real records only."""


def twin_files(twin: Twin, responses: Responses, study_text: str) -> dict[str, str]:
    """Return the files of a twin: name → text.

    Parameters
    ----------
    twin : Twin
        Synthetic answers.
    responses : Responses
        The answers behind it, for the codebook.
    study_text : str
        The study file, as text.
    """
    return {
        TABLE: _table(twin, responses),
        CODEBOOK: _toml(_codebook(responses.codebook, responses)),
        STUDY: _toml(_study(tomllib.loads(study_text))),
    }


def _table(twin: Twin, responses: Responses) -> str:
    """Return the answers as CSV: codes of items, export values of categories, the words of the reasons for gaps."""
    words = np.array(["", *REASONS], dtype=object)
    columns = []
    for name in map(str, twin.codes.columns):
        codes = twin.codes[name].to_numpy(dtype=np.float64)
        entry = responses.codebook.variables.get(name)
        by_code = {} if entry is None else {code: key for key, code in category_codes(entry.labels).items()}
        reasons = words[twin.reasons[name].to_numpy()]
        columns.append(
            [
                reason if np.isnan(code) else by_code.get(code, _number(code))
                for code, reason in zip(codes, reasons, strict=True)
            ]
        )
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(twin.codes.columns)
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue()


def _codebook(codebook: Codebook, responses: Responses) -> dict[str, Any]:
    """Return the codebook of the twin's table: one column for each item and variable, nothing restricted."""
    content: dict[str, Any] = codebook.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    content = {"format": 1, **content, "title": TITLE.format(title=codebook.title), "simulated": True}
    for name in ("ignored", "paradata", "attention", "file"):
        content.pop(name, None)
    content["file"] = {"platform": "table", "delimiter": ",", "decimal": "."}
    content["missing"] = {reason: [reason] for reason in REASONS}
    content.get("eligibility", {}).pop("consent", None)
    for name, block in content.get("blocks", {}).items():
        items = responses.instruments[block["instrument"]].items
        block["columns"] = [item_id(name, n) for n in range(1, len(items) + 1)]
        block.pop("missing", None)
        if block.get("codes"):
            block["codes"] = {_number(code): code for code in sorted(set(map(float, block["codes"].values())))}
    content["variables"] = {
        name: _entry(name, entry, codebook)
        for name, entry in content.get("variables", {}).items()
        if not codebook.variables[name].is_restricted
    }
    return content


def _entry(name: str, entry: Mapping[str, Any], codebook: Codebook) -> dict[str, Any]:
    own = {key: value for key, value in entry.items() if key not in ("missing", "column", "columns", "ticked")}
    if codebook.variables[name].type == "multiple":
        return {"columns": {option: f"{name}_{option}" for option in entry["columns"]}, **own}
    return {"column": name, **own}


def _study(content: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in content.items() if key not in OF_REAL_RECORDS}
    title = TITLE.format(title=content["title"])
    if "report" in kept:
        kept["report"] = {key: value for key, value in kept["report"].items() if key != "previous"}
    return {**kept, "title": title, "data": [{"export": TABLE, "codebook": CODEBOOK}]}


def _toml(content: Mapping[str, Any]) -> str:
    return f"# {HEAD}\n{tomlkit.dumps(content)}"


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else repr(float(value))
