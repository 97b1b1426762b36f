"""What a draft makes of partners, waves, shifted codes and what the platform itself says."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from osa_survey.codebooks import Codebook, load_codebook
from osa_survey.dataset import Export, OptionSet, PlatformFacts
from osa_survey.drafting import Draft, draft_study
from osa_survey.drafting.claims import CodebookGuesses
from osa_survey.drafting.codebook_guesses import guess_codebook
from osa_survey.ingest import companions as companion_room
from osa_survey.ingest.companion_files import Companion
from osa_survey.instruments import load_library

N = 60


def answers(k: int, low: int, high: int, *, reverse: tuple[int, ...] = (), seed: int = 3) -> list[list[int]]:
    """Return the answers of N people to k items that share one cause."""
    random = np.random.default_rng(seed)
    cause = random.normal(size=N)
    items = []
    for n in range(1, k + 1):
        share = np.clip((cause + random.normal(scale=0.5, size=N) + 2) / 4, 0, 0.999)
        codes = np.floor(share * (high - low + 1)).astype(int) + low
        items.append([int(low + high - code) if n in reverse else int(code) for code in codes])
    return items


def drafted(folder: Path, columns: dict[str, list[object]]) -> tuple[Draft, Codebook, str]:
    table = {"age": [20 + n % 40 for n in range(N)], **columns}
    path = folder / "my_data.csv"
    rows = zip(*table.values(), strict=True)
    path.write_text("\n".join([",".join(table), *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
    draft = draft_study(path, folder / "study")
    return draft, load_codebook(draft.codebook), draft.codebook.read_text(encoding="utf-8")


def named(pattern: str, k: int, **keywords: object) -> dict[str, list[object]]:
    items = answers(k, 1, 7, **keywords)  # type: ignore[arg-type]
    return {pattern.format(n=n): list(item) for n, item in enumerate(items, 1)}


@pytest.mark.parametrize(
    ("first", "second", "blocks"),
    [
        ("gmsex{n}.1", "gmsex{n}.2", {"gmsex_1", "gmsex_2"}),
        ("gmsex{n}_f", "gmsex{n}_m", {"gmsex_f", "gmsex_m"}),
        ("gmsex_f_{n}", "gmsex_m_{n}", {"gmsex_f", "gmsex_m"}),
        ("gmsex_{n}_t1", "gmsex_{n}_t2", {"gmsex_t1", "gmsex_t2"}),
        ("w1_gmsex_{n}", "w2_gmsex_{n}", {"gmsex_w1", "gmsex_w2"}),
    ],
)
def test_partners_and_waves_are_blocks_of_their_own(first: str, second: str, blocks: set[str], tmp_path: Path) -> None:
    columns = {**named(first, 5), **named(second, 5, seed=8)}
    _, codebook, _ = drafted(tmp_path, columns)
    assert set(codebook.blocks) == blocks
    assert {block.columns for block in codebook.blocks.values()} == {first, second}


def test_partners_side_by_side_in_the_file(tmp_path: Path) -> None:
    """Item by item, both partners: the order of the columns does not matter."""
    one, two = named("gmsex{n}.1", 5), named("gmsex{n}.2", 5, seed=9)
    mixed = {name: column for pair in zip(one.items(), two.items(), strict=True) for name, column in pair}
    _, codebook, _ = drafted(tmp_path, mixed)
    assert {name: block.columns for name, block in codebook.blocks.items()} == {
        "gmsex_1": "gmsex{n}.1",
        "gmsex_2": "gmsex{n}.2",
    }


def test_matrices_are_not_taken_for_partners(tmp_path: Path) -> None:
    """Q1_1 … Q3_5 are three questions of five rows, not five scales of three items."""
    columns = {f"Q{q}_{n}": item for q in (1, 2, 3) for n, item in enumerate(answers(5, 1, 7, seed=q), 1)}
    _, codebook, _ = drafted(tmp_path, columns)  # type: ignore[arg-type]
    assert {block.columns for block in codebook.blocks.values()} == {f"Q{q}_{{n}}" for q in (1, 2, 3)}


def test_names_with_a_reversed_suffix_are_one_scale(tmp_path: Path) -> None:
    """Items 3, 5, 8, 9, 10 of rses are reversed; formr writes an R behind their number."""
    turned = (3, 5, 8, 9, 10)
    items = answers(10, 0, 3, reverse=turned)
    names = [f"rses_{n}R" if n in turned else f"rses_{n}" for n in range(1, 11)]
    _, codebook, text = drafted(tmp_path, dict(zip(names, items, strict=True)))  # type: ignore[arg-type]
    assert codebook.blocks["rses"].columns == tuple(names)
    assert "5 names end in R: are these answers turned round already?" in text


def test_codes_that_begin_elsewhere_are_offered_with_a_mapping(tmp_path: Path) -> None:
    items = answers(10, 1, 4, reverse=(3, 5, 8, 9, 10))
    _, codebook, text = drafted(tmp_path, {f"rses_{n}": item for n, item in enumerate(items, 1)})  # type: ignore[misc]
    assert codebook.blocks["rses"].codes == {"1": 0.0, "2": 1.0, "3": 2.0, "4": 3.0}
    assert "the definition begins at 0, the export at 1" in text


def test_the_alpha_of_the_comment_is_cronbachs(tmp_path: Path) -> None:
    """By hand: k / (k - 1) · (1 - sum of item variances / variance of the sum)."""
    items = answers(6, 1, 7)
    _, _, text = drafted(tmp_path, {f"ppcs_{n}": item for n, item in enumerate(items, 1)})  # type: ignore[misc]
    table = np.array(items, dtype=float)
    alpha = 6 / 5 * (1 - table.var(axis=1, ddof=1).sum() / table.sum(axis=0).var(ddof=1))
    assert f"confidence high; alpha of the keyed items {alpha:.2f}" in text


def test_answers_that_do_not_hang_together_are_no_scale(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    columns = {f"x{n}": random.integers(1, 8, size=N).tolist() for n in range(1, 7)}
    draft, codebook, _ = drafted(tmp_path, columns)
    assert not codebook.blocks
    assert draft.remarks


def export_with(facts: PlatformFacts, columns: dict[str, list[str]], **more: object) -> Export:
    plain = Export(pa.table(columns), np.arange(2, N + 2), "made_up.csv", "0" * 64, facts=facts)
    return dataclasses.replace(plain, **more)  # type: ignore[arg-type]


def guesses_of(facts: PlatformFacts, columns: dict[str, list[str]], **more: object) -> CodebookGuesses:
    return guess_codebook(export_with(facts, columns, **more), load_library())


def test_roles_sets_and_restricted_columns() -> None:
    facts = PlatformFacts(
        roles={"respondent_id": "nr", "duration": "secs", "status": "state", "started": "begin", "language": "lang"},
        duration_unit="milliseconds",
        sets=(OptionSet("used", {"u1": "at home", "u2": "elsewhere"}, ticked=("2",), not_ticked=("1",)),),
        restricted=("nickname", "age"),
    )
    columns = {
        "nr": [str(100 + n) for n in range(N)],
        "secs": [str(1000 + n) for n in range(N)],
        "state": ["done"] * N,
        "begin": ["2024-05-01"] * N,
        "lang": ["en", "de"] * (N // 2),
        "u1": ["1", "2"] * (N // 2),
        "u2": [""] * N,
        "nickname": ["some", "same"] * (N // 2),
        "age": [str(20 + n % 30) for n in range(N)],
    }
    result = guesses_of(facts, columns)
    assert [(line.key, line.value) for line in result.file] == [("respondent_id", "nr")]
    assert {line.key: line.value for line in result.paradata} == {
        "duration": "secs",
        "duration_unit": "milliseconds",
        "started": "begin",
    }
    used = result.variables["used"]
    assert (used.value("columns"), used.value("ticked")) == ({"at_home": "u1", "elsewhere": "u2"}, [2])
    assert result.variables["nickname"].type == "identifier"
    assert result.variables["lang"].type == "nominal"
    assert [column for column, _ in result.ignored] == ["state"]
    assert [line.value for line in result.eligibility] == ["age"]


def test_reasons_of_the_platform_for_the_file_and_for_a_column() -> None:
    general = {"-9": "not_answered", "-1": "dont_know"}
    reasons = {name: dict(general) for name in ("a", "b", "c")} | {"d": {"7": "refused"}}
    columns = {name: ["1", "2", "-9", "-1", "2", "1"] * (N // 6) for name in ("a", "b", "c")}
    columns |= {"d": ["1", "2", "7"] * (N // 3), "age": [str(20 + n) for n in range(N)]}
    result = guesses_of(PlatformFacts(reasons=reasons), columns)  # type: ignore[arg-type]
    assert {line.key: line.value for line in result.missing} == {"not_answered": [-9], "dont_know": [-1]}
    assert all(line.check for line in result.missing)
    assert result.variables["a"].value("missing") is None
    assert list(result.variables["a"].value("labels")) == ["1", "2"]
    assert result.variables["d"].value("missing") == {"refused": [7]}
    assert list(result.variables["d"].value("labels")) == ["1", "2"]


def test_a_code_that_is_an_answer_elsewhere_is_never_general() -> None:
    reasons = {name: {"9": "not_answered"} for name in ("a", "b", "c")}
    columns = {name: ["1", "2", "9"] * (N // 3) for name in ("a", "b", "c", "other")}
    result = guesses_of(PlatformFacts(reasons=reasons), columns)  # type: ignore[arg-type]
    assert not result.missing
    assert result.variables["a"].value("missing") == {"not_answered": [9]}
    assert "9" in result.variables["other"].value("labels")


def test_labels_of_the_file_also_where_the_cells_hold_them() -> None:
    columns = {"mood": ["good", "bad"] * (N // 2), "kind": ["1", "2"] * (N // 2)}
    labels = {"mood": {"1": "good", "2": "bad", "3": "none"}, "kind": {"1": "one", "2": "two"}}
    result = guesses_of(PlatformFacts(), columns, value_labels=labels)
    assert result.variables["mood"].value("labels") == {"good": "good", "bad": "bad", "none": "none"}
    assert result.variables["kind"].value("labels") == {"1": "one", "2": "two"}


def join_titles(export: Export, companion: Companion) -> Export:
    wording = dict(line.split("|") for line in companion.text.splitlines()[1:])
    known = {name: text for name, text in wording.items() if name in export.names}
    return dataclasses.replace(export, wording={**export.wording, **known})


def test_companions_are_used_when_named_and_proposed_when_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = (lambda companion: companion.data.startswith(b"#titles"), join_titles)
    monkeypatch.setitem(companion_room.COMPANIONS, "titles", own)
    (tmp_path / "notes.txt").write_text("#titles\nmood|How was your mood today?\n", encoding="utf-8")
    (tmp_path / "another.txt").write_text("#titles\nelse|Of another survey\n", encoding="utf-8")
    columns: dict[str, list[object]] = {"mood": [1 + n % 2 for n in range(N)]}
    draft, codebook, text = drafted(tmp_path, columns)
    assert "# check: ../notes.txt looks like a titles of this survey" in text
    assert "another.txt" not in text
    assert (codebook.file.companions, codebook.variables["mood"].title) == ((), "")
    draft = draft_study(tmp_path / "my_data.csv", tmp_path / "second", companions=[tmp_path / "notes.txt"])
    codebook = load_codebook(draft.codebook)
    assert codebook.file.companions == ("../notes.txt",)
    assert codebook.variables["mood"].title == "How was your mood today?"
