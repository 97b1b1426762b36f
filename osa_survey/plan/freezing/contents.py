"""What of a study is its plan, in a canonical form whose hash ignores comments, layout and order of keys."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel

from osa_survey.plan.study_folder import Study

PLANNED_FIELDWORK = ("sample", "frame", "recruitment", "incentive", "languages")
"""What of ``[fieldwork]`` can be known beforehand; dates, visitors and approvals are filled in later."""
Content = dict[str, Any]


def plan_content(study: Study) -> Content:
    """Return everything the numbers of a study rest on, as plain values.

    Parameters
    ----------
    study : Study
        A study.

    Returns
    -------
    dict
        ``study`` (analyses and hypotheses by their id), ``codebook``, ``definitions`` (id → version and hash).
        Left out: the names of the exports, what only fieldwork can tell, ``[report]`` and ``[simulation]``, which
        move no number of it.
        A key that is written with its default value is the same as a key that is not written.
    """
    file = _plain(study.file)
    file.pop("report", None)
    file.pop("simulation", None)
    file.pop("format", None)
    file["data"] = [{key: value for key, value in entry.items() if key != "export"} for entry in file.pop("data")]
    file["fieldwork"] = {key: value for key, value in file["fieldwork"].items() if key in PLANNED_FIELDWORK}
    for name in ("analyses", "hypotheses"):
        file[name] = {
            entry["id"]: {key: value for key, value in entry.items() if key != "id"} for entry in file.get(name, [])
        }
    codebook = _plain(study.codebook)
    codebook.pop("format", None)
    return {"study": file, "codebook": codebook, "definitions": _definitions(study)}


def _plain(model: BaseModel) -> Content:
    return model.model_dump(mode="json", exclude_defaults=True)


def _definitions(study: Study) -> Content:
    """Return version and hash of each instrument, and the hash of each harmonised variable and set of answers."""
    library = study.library
    found: Content = {}
    for name in study.definition_hashes:
        kind, _, identifier = name.partition("/")
        if kind == "instruments":
            instrument = library.instruments[identifier]
            found[name] = {"version": instrument.version, "sha256": content_hash(_plain(instrument))}
        elif kind == "variables":
            found[name] = {"sha256": content_hash(_plain(library.variables[identifier]))}
        elif kind == "answers":
            found[name] = {"sha256": content_hash(_plain(library.answers[identifier]))}
    return found


def canonical(content: Any) -> str:
    """Return plain values as one JSON text: keys sorted, no spaces, letters as they are.

    Examples
    --------
    >>> canonical({"b": 1, "a": [True, None]})
    '{"a":[true,null],"b":1}'
    """
    return json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def content_hash(content: Any) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal.

    Examples
    --------
    >>> content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(canonical(content).encode("utf-8")).hexdigest()
