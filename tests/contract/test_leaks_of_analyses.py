"""Every analysis of a study file, where one respondent bears marks: no byte of any output or message holds one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from osa_survey.plan.verbs import STUDY_VERBS, VERBS
from tests.contract.planted_answers import CANARIES, STRINGS, assert_clean, bytes_below, osa
from tests.contract.test_analyses import ARGUMENTS
from tests.written_studies import write_files

N, SMALL = 160, 3
GENDERS = 'labels = { 1 = "man", 2 = "woman", 3 = "another gender" }'
YES_NO = 'labels = { 0 = "no", 1 = "yes" }'
NUMBERS = ("score", "positive", "negative", "site", "amount", "odd", "income")
DICHOTOMIES = ("osa", "sexting", "paid")
RESTRICTED = {"comment": "text", "mail": "identifier", "response": "identifier", "phone": "identifier", "born": "date"}
ITEMS = [f"scs_0{n}" for n in range(1, 5)]
SCS = "trait =~ " + " + ".join(ITEMS)
OF_ITEMS: dict[str, dict[str, Any]] = {
    "reliability": {"scale": "scs_total", "by": "gender", "draws": 100},
    "polychoric": {"scale": "scs_total"},
    "dimensionality": {"scales": "scs_total", "draws": 20},
    "efa": {"scales": "scs_total", "factors": 1},
    "graded_response": {"scale": "scs_total"},
    "item_bias": {"scale": "scs_total", "by": "gender"},
    "cfa": {"model": SCS},
    "invariance": {"model": SCS, "by": "gender"},
    "alignment": {"model": SCS, "by": "gender"},
    "longitudinal_invariance": {"waves": [ITEMS[:3], ["scs_05", "scs_06", "scs_07"]]},
    "latent_classes": {"variables": ["osa", "sexting", "paid"], "classes": [1, 2], "starts": 3},
    "latent_profiles": {"variables": ["score", "positive", "negative"], "classes": [1, 2], "starts": 3},
    "screening_shares": {"scales": "ppcs6_total"},
    "attrition": {"variables": ["score", "age", "gender"], "later": "amount"},
}
"""Arguments that the answers of a study need in place of those of a plain table."""


def entries() -> dict[str, dict[str, Any]]:
    return {name: OF_ITEMS.get(name, ARGUMENTS[name]) for name in VERBS}


def write_study(folder: Path, analyses: dict[str, dict[str, Any]]) -> Path:
    """Write 160 made-up adults; the first bears every canary, three have another gender, one answered ``odd``."""
    generator = np.random.default_rng(12)
    trait = generator.normal(size=N)
    columns: dict[str, list[str]] = {"age": generator.integers(18, 70, N).astype(str).tolist()}
    for n in range(1, 11):
        columns[f"Q{n}"] = (
            np.clip(np.round(2.5 + trait + generator.normal(size=N)), 1, 4).astype(int).astype(str).tolist()
        )
    for n in range(1, 7):
        columns[f"P{n}"] = (
            np.clip(np.round(3 + trait + generator.normal(size=N)), 1, 7).astype(int).astype(str).tolist()
        )
    columns["gender"] = ["3"] * SMALL + [str(1 + n % 2) for n in range(N - SMALL)]
    for name, share in zip(DICHOTOMIES, (0.6, 0.4, 0.3), strict=True):
        columns[name] = (generator.random(N) < share).astype(int).astype(str).tolist()
    columns["score"] = np.round(20 + 4 * trait + generator.normal(size=N), 2).astype(str).tolist()
    columns["positive"] = generator.integers(0, 5, N).astype(str).tolist()
    columns["negative"] = generator.integers(0, 3, N).astype(str).tolist()
    columns["site"] = [str(n % 16) for n in range(N)]
    columns["amount"] = [str(1000 + 7 * n) if n % 4 else "" for n in range(N)]
    columns["income"] = [CANARIES["amount"], *(str(1000 + 17 * n) for n in range(1, N))]
    columns["odd"] = [CANARIES["amount"], *[""] * (N - 1)]
    marks = {"comment": "free text", "mail": "e-mail", "response": "identifier", "phone": "telephone", "born": "day"}
    for name, mark in marks.items():
        columns[name] = [CANARIES[mark], *[f"{name}{n}" if name != "born" else "" for n in range(1, N)]]
    columns["positive"][5] = CANARIES["undeclared answer"]
    book = ["format = 1", 'title = "Made up"', "[eligibility]", 'age = "age"']
    book += ["[blocks.scs]", 'instrument = "scs"', 'columns = "Q{n}"']
    book += ["[blocks.ppcs6]", 'instrument = "ppcs6"', 'columns = "P{n}"']
    types = {"age": "number", **dict.fromkeys(NUMBERS, "number"), **RESTRICTED}
    for name, kind in types.items():
        book += [f"[variables.{name}]", f'column = "{name}"', f'type = "{kind}"']
    for name, labels in {"gender": GENDERS, **dict.fromkeys(DICHOTOMIES, YES_NO)}.items():
        book += [f"[variables.{name}]", f'column = "{name}"', 'type = "nominal"', labels]
    study = ["format = 1", 'title = "Made up"', "seed = 3", "[[data]]", 'export = "data.csv"']
    study += ['undeclared = "invalid"', "[fieldwork]", 'sample = "opt-in"']
    for name, arguments in analyses.items():
        study += ["[[analyses]]", f'id = "{name}"', f'do = "{name.partition("-")[0]}"']
        study += [f"{key} = {as_toml(value)}" for key, value in arguments.items()]
    study += ["[report]", 'formats = ["html"]']
    lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    return write_files(folder, study="\n".join(study) + "\n", codebook="\n".join(book) + "\n", data=lines)


def as_toml(value: Any) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {as_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value)


def swapped(value: Any, known: dict[str, str]) -> Any:
    """Return arguments with the variables replaced: numbers by one that a single person answered, and so on."""
    if isinstance(value, str):
        return known.get(value, value)
    if isinstance(value, dict):
        return {key: swapped(part, known) for key, part in value.items()}
    return [swapped(part, known) for part in value] if isinstance(value, list | tuple) else value


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("every_analysis") / "study", entries())


def test_every_analysis_is_tried() -> None:
    assert set(entries()) == set(VERBS)
    assert set(STUDY_VERBS) == {"convergence", "delta_sensitivity"}  # of imputed sets: in the test below


def test_a_report_of_every_analysis_holds_no_mark(study: Path, tmp_path: Path) -> None:
    code, said = osa("report", study, "--out", tmp_path / "report")
    assert code == 0, said
    assert_clean(said, tmp_path / "report", canaries=list(CANARIES.values()))
    assert sum(name.endswith(".csv") for name, _ in bytes_below(tmp_path / "report")) > len(VERBS)
    code, said = osa("diff", tmp_path / "report", tmp_path / "report")
    assert code == 0, said
    assert_clean(said, canaries=list(CANARIES.values()))


FAULTS = {
    "what one person answered": dict.fromkeys(("score", "positive", "age", "amount"), "odd"),
    "categories as numbers": dict.fromkeys(("score", "positive", "negative", "age"), "gender"),
    "numbers as categories": dict.fromkeys(("gender", "osa", "sexting", "paid"), "income"),
    "free text": dict.fromkeys(("score", "gender", "osa", "age", "scs_total"), "comment"),
    "identifiers": dict.fromkeys(("score", "gender", "osa", "positive", "ppcs6_total"), "mail"),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_what_fails_quotes_nobody(fault: str, tmp_path: Path) -> None:
    analyses = {name: swapped(arguments, FAULTS[fault]) for name, arguments in entries().items()}
    analyses = {name: arguments for name, arguments in analyses.items() if arguments != entries()[name]}
    assert len(analyses) > 15
    folder = write_study(tmp_path / "study", analyses)
    for command in ("run", "report"):
        code, said = osa(command, folder, "--out", tmp_path / "out")
        assert code == 2, said
        assert "Traceback" not in said
        assert_clean(said, canaries=list(CANARIES.values()))
    assert not (tmp_path / "out").exists()
    assert STRINGS
