"""Drafting a study from an export: what is proposed, what is marked, and that it runs."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

from osa_survey.codebooks import Codebook, load_codebook
from osa_survey.dataset import admit
from osa_survey.drafting import Draft, draft_study
from osa_survey.drafting.file_texts import coefficient_for
from osa_survey.errors import OutputError
from osa_survey.ingest import read_export
from osa_survey.instruments import load_instrument

N = 60


def write_table(folder: Path, columns: dict[str, list[object]]) -> Path:
    path = folder / "my_data.csv"
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def drafted(folder: Path, columns: dict[str, list[object]]) -> tuple[Draft, Codebook]:
    draft = draft_study(write_table(folder, columns), folder / "study")
    return draft, load_codebook(draft.codebook)


def people(**more: list[object]) -> dict[str, list[object]]:
    return {"age": [20 + n % 50 for n in range(N)], **more}


def items(prefix: str, k: int, high: int, *, reverse: tuple[int, ...] = (), low: int = 1) -> dict[str, list[object]]:
    """Return answers to k items that share one cause; those of ``reverse`` run the other way."""
    random = np.random.default_rng(11)
    cause = random.normal(size=N)
    columns: dict[str, list[object]] = {}
    for n in range(1, k + 1):
        position = (cause + random.normal(scale=0.5, size=N) + 2) / 4
        codes = np.clip(np.floor(position * (high - low + 1)) + low, low, high).astype(int)
        columns[f"{prefix}{n}"] = [int(low + high - code) if n in reverse else int(code) for code in codes]
    return columns


def test_scs_draft_by_hand(shared: Path, tmp_path: Path) -> None:
    shutil.copy(shared / "data" / "scs" / "data.csv", tmp_path / "data.csv")
    draft = draft_study(tmp_path / "data.csv", tmp_path / "study")
    codebook = load_codebook(draft.codebook)
    block = codebook.blocks["scs"]
    assert (block.instrument, block.columns, block.missing) == ("scs", "Q{n}", {"not_answered": (0.0,)})
    assert codebook.eligibility.age == "age"
    assert codebook.variables["age"].maximum == 99
    gender = codebook.variables["gender"]
    assert gender.labels == {"1": "man", "2": "woman", "3": "another gender"}
    assert (gender.missing, gender.reference, gender.maps_to) == ({"not_answered": (0.0,)}, "man", "")
    assert codebook.ignored == ("score",)
    study = tomllib.loads(draft.study.read_text(encoding="utf-8"))
    assert study["data"] == [{"export": "../data.csv", "codebook": "codebook.toml"}]
    assert study["fieldwork"] == {"sample": "opt-in"}
    assert [entry["do"] for entry in study["analyses"]] == ["describe", "reliability", "compare_groups", "regress"]
    assert study["analyses"][0]["variables"] == ["age", "gender", "scs_total"]
    summary = draft.summary()
    assert "3242 records, 13 columns" in summary
    assert "Sexual Compulsivity Scale (scs) in Q1 … Q10" in summary


@pytest.mark.parametrize(
    ("identifier", "expected"),
    # ten items with four answers; eight with eleven, too many for categories; two items have no factor model
    [("scs", "omega_categorical"), ("eleven", "omega"), ("pair", "alpha")],
)
def test_the_coefficient_of_reliability_is_written_down(identifier: str, expected: str) -> None:
    shipped = load_instrument("scs")
    options = {
        name: each.model_copy(update={"codes": tuple(range(11))}) for name, each in shipped.response_options.items()
    }
    scale = shipped.scales[0]
    made = {
        "scs": shipped,
        "eleven": shipped.model_copy(update={"response_options": options}),
        "pair": shipped.model_copy(update={"scales": (scale.model_copy(update={"items": scale.items[:2]}),)}),
    }
    assert coefficient_for(made[identifier]) == expected


def test_every_guess_is_a_marked_line(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, people(**items("q", 5, 7), gender=[1 + n % 2 for n in range(N)]))
    for path in (draft.codebook, draft.study):
        lines = path.read_text(encoding="utf-8").splitlines()
        marked = [f"{path.name}, line {n}: " for n, line in enumerate(lines, 1) if "# check: " in line]
        assert marked == [line[: len(start)] for start, line in zip(marked, _own(draft, path), strict=True)]
    text = draft.codebook.read_text(encoding="utf-8")
    for key in ("instrument", "labels", "maximum", "age = "):
        assert any("# check: " in line for line in text.splitlines() if line.startswith(key)), key


def _own(draft: Draft, path: Path) -> list[str]:
    return [line for line in draft.guesses if line.startswith(path.name)]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, people())
    draft.study.unlink()
    before = draft.codebook.read_bytes()
    with pytest.raises(OutputError) as caught:
        draft_study(tmp_path / "my_data.csv", tmp_path / "study")
    assert [problem.code for problem in caught.value.problems] == ["file_exists"]
    assert draft.codebook.read_bytes() == before
    assert not draft.study.exists()


def test_an_unwritable_place_leaves_nothing(tmp_path: Path) -> None:
    path = write_table(tmp_path, people())
    with pytest.raises(OutputError):
        draft_study(path, path / "study")
    assert [entry.name for entry in tmp_path.iterdir()] == ["my_data.csv"]


def test_the_key_tells_instruments_of_the_same_form_apart(tmp_path: Path) -> None:
    """Ten items from 1 to 4 are scs by its answers; from 0 to 3 they can only be rses."""
    _, codebook = drafted(tmp_path, people(**items("v", 10, 3, low=0, reverse=(3, 5, 8, 9, 10))))
    assert codebook.blocks["rses"].columns == "v{n}"
    (tmp_path / "other").mkdir()
    _, other = drafted(tmp_path / "other", people(**items("v", 10, 4)))
    assert list(other.blocks) == ["scs"]


def test_names_decide_between_instruments_and_others_are_named(tmp_path: Path) -> None:
    draft, codebook = drafted(tmp_path, people(**items("gmsex_", 5, 7), **items("life", 5, 7)))
    assert codebook.blocks["gmsex"].columns == "gmsex_{n}"
    assert codebook.blocks["gmsex"].codes == {str(n): float(n) for n in range(1, 8)}
    assert codebook.blocks["swls"].columns == "life{n}"
    text = draft.codebook.read_text(encoding="utf-8")
    assert "# check: direction: the definition has 1 = negative pole, 7 = positive pole" in text
    assert re.search(r"these fit too: [^\n]*gmsex", text)


def test_the_same_scale_twice_is_two_blocks(tmp_path: Path) -> None:
    draft, codebook = drafted(tmp_path, people(**items("own_ppcs_0", 6, 7), **items("partner_ppcs_0", 6, 7)))
    assert {name: block.columns for name, block in codebook.blocks.items()} == {
        "ppcs6": "own_ppcs_{n:02d}",
        "ppcs6_2": "partner_ppcs_{n:02d}",
    }
    assert len(draft.scales) == 2


def test_answers_that_carry_their_code(tmp_path: Path) -> None:
    words = {1: "1 = never", 2: "2 = rarely", 3: "3 = at times", 4: "4 = often", 5: "5", 6: "6", 7: "7 = always"}
    texts = {name: [words[code] for code in codes] for name, codes in items("swls", 5, 7).items()}  # type: ignore[index]
    draft, codebook = drafted(tmp_path, people(**texts))
    seen = {code for codes in items("swls", 5, 7).values() for code in codes}
    assert set(codebook.blocks["swls"].codes.values()) == {float(code) for code in seen}  # type: ignore[arg-type]
    admitted = admit(read_export(tmp_path / "my_data.csv"), codebook)
    assert admitted.items("swls").tolist() == np.array(list(items("swls", 5, 7).values()), dtype=float).T.tolist()
    assert draft.shows_adulthood


def test_codes_far_from_the_answers_fit_no_instrument(tmp_path: Path) -> None:
    draft, codebook = drafted(tmp_path, people(**items("q", 10, 6)))
    assert not codebook.blocks
    (told,) = [remark for remark in draft.remarks if "q1 … q10 look like one scale of 10 items" in remark]
    assert 'instrument = "NAME", columns = "q{n}"' in told
    assert "docs/guide/own_scale.md" in told and "osa-survey instruments draft" in told
    assert (Path(__file__).parents[2] / "docs" / "guide" / "own_scale.md").is_file()
    assert told in draft.codebook.read_text(encoding="utf-8")
    assert codebook.variables["q1"].type == "nominal"


def test_rare_texts_are_never_written_out(tmp_path: Path) -> None:
    town = ["Northtown"] * 40 + ["Southtown"] * 16 + ["Hiddenville"] * 4
    story = [f"a secret story, number {n} of many that were told here" for n in range(N)]
    draft, codebook = drafted(tmp_path, people(town=town, story=story))  # type: ignore[arg-type]
    assert codebook.variables["town"].labels == {"Northtown": "Northtown", "Southtown": "Southtown"}
    assert codebook.variables["story"].type in ("text", "identifier")
    written = draft.codebook.read_text(encoding="utf-8") + draft.study.read_text(encoding="utf-8") + draft.summary()
    assert "Hiddenville" not in written
    assert "secret" not in written
    assert "1 rarer value is not written out" in written


def test_shipped_totals_are_ignored(tmp_path: Path) -> None:
    """A keyed mean rounded to two places, and a plain sum; a column of other numbers is kept."""
    answers = items("r", 10, 3, low=0, reverse=(3, 5, 8, 9, 10))
    table = np.array(list(answers.values()), dtype=float).T
    turned = np.where(np.isin(np.arange(1, 11), (3, 5, 8, 9, 10)), 3 - table, table)
    more: dict[str, list[object]] = {
        "average": [round(float(value), 2) for value in turned.mean(axis=1)],
        "plain": [int(value) for value in table.sum(axis=1)],
        "steps": [n * 37 % 53 for n in range(N)],
    }
    _, codebook = drafted(tmp_path, people(**answers, **more))
    assert set(codebook.ignored) == {"average", "plain"}
    assert codebook.variables["steps"].type == "number"


def test_ages_in_bands_and_the_band_below_18(tmp_path: Path) -> None:
    bands: list[object] = [["under 18", "18-29", "30-44", "> 44"][n % 4] for n in range(N)]
    _, codebook = drafted(tmp_path, {"Alter": bands})
    assert codebook.eligibility.age_band == "age"
    assert codebook.eligibility.band_from == {1.0: 0, 2.0: 18, 3.0: 30, 4.0: 45}
    admitted = admit(read_export(tmp_path / "my_data.csv"), codebook)
    assert len(admitted) == N * 3 // 4


def test_consent_and_birth_year_and_a_missing_way_to_show_adulthood(tmp_path: Path) -> None:
    consent: list[object] = ["I agree"] * 50 + ["I do not agree"] * 10
    born: list[object] = [1950 + n % 40 for n in range(N)]
    started: list[object] = ["2024-05-01 10:00:00"] * N
    _, codebook = drafted(tmp_path, {"StartDate": started, "birth_year": born, "Consent": consent})
    assert (codebook.eligibility.birth_year, codebook.eligibility.interview_year) == ("birth_year", 2024)
    assert codebook.eligibility.consent is not None
    assert codebook.eligibility.consent.agreed == ("I agree",)
    assert codebook.paradata.started == "StartDate"
    assert len(admit(read_export(tmp_path / "my_data.csv"), codebook)) == 50
    (tmp_path / "other").mkdir()
    draft, other = drafted(tmp_path / "other", {"x": [n % 3 for n in range(N)]})
    assert other.eligibility.way == ""
    assert not draft.shows_adulthood
    assert "fill in [eligibility]" in draft.summary()


def test_options_to_tick_and_platform_columns(tmp_path: Path) -> None:
    columns = people(
        used_1=[1 if n % 2 else "" for n in range(N)],
        used_2=[1 if n % 3 else "" for n in range(N)],
        ResponseId=[f"R_{n:05d}" for n in range(N)],
        IPAddress=[f"10.0.0.{n}" for n in range(N)],
        DistributionChannel=["anonymous"] * N,
        Progress=[100 if n % 5 else 60 for n in range(N)],
        nothing=[""] * N,
    )
    columns["Duration (in seconds)"] = [100 + n for n in range(N)]
    draft, codebook = drafted(tmp_path, columns)
    assert codebook.variables["used"].columns == {"1": "used_1", "2": "used_2"}
    assert codebook.variables["responseid"].type == "identifier"
    assert codebook.variables["ipaddress"].type == "identifier"
    assert codebook.file.respondent_id == "ResponseId"
    assert (codebook.paradata.duration, codebook.paradata.progress) == ("Duration (in seconds)", "Progress")
    assert set(codebook.ignored) == {"DistributionChannel", "nothing"}
    admitted = admit(read_export(tmp_path / "my_data.csv"), codebook)
    assert not admitted.findings
    assert admitted.paradata["duration"].tolist() == [100 + n for n in range(N)]
    assert "10.0.0." not in draft.codebook.read_text(encoding="utf-8")


def test_gender_named_by_the_file_maps_to_the_harmonised_variable(tmp_path: Path) -> None:
    _, codebook = drafted(tmp_path, people(Geschlecht=[["weiblich", "männlich", "divers"][n % 3] for n in range(N)]))
    gender = codebook.variables["gender"]
    assert gender.labels == {"männlich": "man", "weiblich": "woman", "divers": "another gender"}
    assert (gender.reference, gender.maps_to) == ("man", "gender")


def test_a_code_far_above_is_a_gap_and_names_are_valid(tmp_path: Path) -> None:
    columns = people(children=[99 if n == 3 else n % 4 for n in range(N)])
    columns["1. Größe (cm)"] = [150 + n % 45 for n in range(N)]
    columns["class"] = [1 + n % 2 for n in range(N)]
    _, codebook = drafted(tmp_path, columns)
    assert codebook.variables["children"].missing == {"not_answered": (99.0,)}
    assert list(codebook.variables["children"].labels) == ["0", "1", "2", "3"]
    assert {"v1_groesse_cm", "vclass"} <= set(codebook.variables)


def test_codes_and_texts_of_gaps_beside_words_are_no_answers(tmp_path: Path) -> None:
    """-9, 99 and "k.A." beside yes and no are drafted as gaps with a mark; numbers among numbers and ages are not."""
    more: dict[str, list[object]] = {
        "asked": ["Ja"] * 30 + ["Nein"] * 20 + ["-9"] * 8 + ["-99"] * 2,
        "seen": ["Ja"] * 30 + ["Nein"] * 20 + ["999"] * 3 + ["k. A."] * 7,
        "often": ["nie", "oft", "mehr als 98"] * 19 + ["99"] * 3,
        "mood": ["gut", "schlecht"] * 28 + ["keine Angabe"] * 4,
        "hours": [n % 7 for n in range(57)] + ["k.A."] * 3,
        "count": [98 + n % 30 for n in range(N)],
    }
    draft, codebook = drafted(tmp_path, people(**more))
    found = {name: (entry.type, dict(entry.missing), set(entry.labels)) for name, entry in codebook.variables.items()}
    assert found["asked"] == ("nominal", {"not_answered": (-9.0, -99.0)}, {"Ja", "Nein"})
    assert found["seen"] == ("nominal", {"not_answered": (999.0, "k. A.")}, {"Ja", "Nein"})
    assert found["often"] == ("nominal", {"not_answered": (99.0,)}, {"nie", "oft", "mehr als 98"})
    assert found["mood"] == ("nominal", {"not_answered": ("keine Angabe",)}, {"gut", "schlecht"})
    assert found["hours"][1] == {"not_answered": ("k.A.",)}
    assert found["count"] == ("number", {}, set())
    lines = [line for line in draft.codebook.read_text(encoding="utf-8").splitlines() if line.startswith("missing = ")]
    assert len(lines) == 5
    assert all("# check: " in line and "that was not given?" in line for line in lines)
    _, reasons = admit(read_export(tmp_path / "my_data.csv"), codebook).answers("asked")
    assert ((reasons == 0).sum(), len(reasons)) == (50, N)


def test_free_text_keeps_its_numbers(tmp_path: Path) -> None:
    story = [f"story number {n} of the town" for n in range(N - 1)] + ["99"]
    _, codebook = drafted(tmp_path, people(story=story))  # type: ignore[arg-type]
    assert codebook.variables["story"].missing == {}


def test_codes_of_gaps_of_age_and_gender(tmp_path: Path) -> None:
    columns = {"age": [20 + n % 50 for n in range(N - 2)] + [-9, -9], "gender": [1, 2, 3] * 19 + [-9, 0, 2]}
    _, codebook = drafted(tmp_path, columns)
    assert codebook.variables["age"].missing == {"not_answered": (-9.0,)}
    gender = codebook.variables["gender"]
    assert gender.labels == {"1": "man", "2": "woman", "3": "another gender"}
    assert gender.missing == {"not_answered": (-9.0, 0.0)}
