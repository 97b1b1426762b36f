"""What a draft maps to harmonised variables, and that it compares no groups where a filter left only one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np

from osa_survey.codebooks import Codebook, load_codebook
from osa_survey.drafting import Draft, draft_study
from osa_survey.plan import run_study

N = 120
RELIGIOUS = ["Not religious", "a little religious", "fairly  religious", "very religious"]


def drafted(folder: Path, columns: dict[str, list[object]]) -> tuple[Draft, Codebook]:
    path = folder / "answers.csv"
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    draft = draft_study(path, folder / "study")
    return draft, load_codebook(draft.codebook)


def scale(prefix: str, high: int, k: int, seed: int = 5) -> dict[str, list[object]]:
    random = np.random.default_rng(seed)
    cause = random.normal(size=(N, 1))
    position = (cause + random.normal(scale=0.6, size=(N, k)) + 2) / 4
    codes = np.clip(np.floor(position * high) + 1, 1, high).astype(int)
    return {f"{prefix}{item + 1}": codes[:, item].tolist() for item in range(k)}


def people() -> dict[str, list[object]]:
    return {"age": [20 + n % 50 for n in range(N)], "gender": [1 + n % 2 for n in range(N)]}


def test_a_scale_shown_to_one_group_is_not_compared_and_the_study_runs(tmp_path: Path) -> None:
    columns = people()
    for name, codes in scale("ras_", 5, 7).items():
        columns[name] = [code if columns["gender"][n] == 1 else "" for n, code in enumerate(codes)]
    columns |= scale("swls_", 7, 5)
    draft, codebook = drafted(tmp_path, columns)
    assert set(codebook.blocks) == {"ras", "swls"}
    study = tomllib.loads(draft.study.read_text(encoding="utf-8"))
    compared = {entry["outcome"] for entry in study["analyses"] if entry["do"] == "compare_groups"}
    assert {name.partition("_")[0] for name in compared} == {"swls"}
    models = {entry["outcome"].partition("_")[0]: entry["blocks"] for entry in study["analyses"] if "blocks" in entry}
    assert models == {"ras": [["age"]], "swls": [["age"], ["gender"]]}
    assert len(run_study(draft.study.parent).analyses) == len(study["analyses"])


def test_a_group_of_one_is_no_group(tmp_path: Path) -> None:
    """One woman answered, by an error of the filter; a comparison needs two members."""
    columns = people()
    for name, codes in scale("swls_", 7, 5).items():
        columns[name] = [code if columns["gender"][n] == 1 or n == 1 else -77 for n, code in enumerate(codes)]
    draft, _ = drafted(tmp_path, columns)
    study = tomllib.loads(draft.study.read_text(encoding="utf-8"))
    assert "compare_groups" not in {entry["do"] for entry in study["analyses"]}


def test_age_is_mapped_and_coded_gender_once_its_codes_are_known(tmp_path: Path) -> None:
    """Which code is which was guessed here: a mapping would make it an error to correct the labels."""
    draft, codebook = drafted(tmp_path, people())
    assert (codebook.variables["age"].maps_to, codebook.variables["gender"].maps_to) == ("age", "")
    text = draft.codebook.read_text(encoding="utf-8")
    assert '# check: which code is which; where they are right, add maps_to = "gender"' in text


def test_categories_of_one_harmonised_variable_are_mapped_in_its_words_and_order(tmp_path: Path) -> None:
    columns = people() | {"faith": [RELIGIOUS[3 - n % 4] for n in range(N)]}
    draft, codebook = drafted(tmp_path, columns)
    faith = codebook.variables["faith"]
    assert (faith.maps_to, faith.type) == ("religiosity", "ordinal")
    assert list(faith.labels.values()) == [
        "not religious",
        "a little religious",
        "fairly religious",
        "very religious",
    ]
    assert 'maps_to = "religiosity" # check: ' in draft.codebook.read_text(encoding="utf-8")
    assert run_study(draft.study.parent).prepared.records == N


def test_words_that_many_variables_use_are_not_mapped(tmp_path: Path) -> None:
    columns = people() | {
        "ever": [["yes", "no", "unsure"][n % 3] for n in range(N)],
        "often": [["knows", "does not know", "unsure"][n % 3] for n in range(N)],
    }
    _, codebook = drafted(tmp_path, columns)
    assert {codebook.variables[name].maps_to for name in ("ever", "often")} == {""}


def test_two_columns_with_the_same_categories_are_left_to_the_researcher(tmp_path: Path) -> None:
    columns = people() | {
        "own": [RELIGIOUS[n % 4] for n in range(N)],
        "partner": [RELIGIOUS[n % 3 if n % 5 else 3] for n in range(N)],
    }
    _, codebook = drafted(tmp_path, columns)
    assert {codebook.variables[name].maps_to for name in ("own", "partner")} == {""}
