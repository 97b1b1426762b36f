"""SPSS, Stata and SAS files: what the notes on real files say, and made-up files for every kind of declaration."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from osa_survey.dataset import Export, OptionSet, admit
from osa_survey.errors import ResponseError
from osa_survey.ingest import read_export
from osa_survey.ingest import sas as sas_files
from osa_survey.ingest.companion_files import Companion
from osa_survey.ingest.reason_labels import reason_of_label
from osa_survey.ingest.spss_portable import without_declarations
from osa_survey.instruments.reasons import REASON_CODES
from tests.made_up_studies import codebook

DATES = ["2018-05-06", "1880-05-06", "1960-01-01", "1583-01-01", None]
MOMENTS = ["2018-05-06T10:10:10", "1880-05-06T10:10:10", "1960-01-01T00:00:00", "1583-01-01T00:00:00", None]
CLOCKS = ["10:10:10", "23:10:10", "00:00:00", "16:10:10", None]


def real(shared: Path, name: str) -> Export:
    return read_export(shared / "data" / "spss_stata_sas" / name)


def codes(export: Export) -> list[str]:
    return [problem.code for problem in export.findings]


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("sample.sav", "spss"),
        ("sample.zsav", "spss"),
        ("sample.dta", "stata"),
        ("sample.sas7bdat", "sas"),
        ("sample.xpt", "sas"),
    ],
)
def test_one_table_in_five_formats(shared: Path, name: str, platform: str) -> None:
    export = real(shared, name)
    assert export.platform == platform
    assert export.rows.tolist() == [1, 2, 3, 4, 5]
    columns = {column.lower(): export.columns[column].to_pylist() for column in export.names}
    assert columns == {
        "mychar": ["a", "b", "c", "d", "e"],
        "mynum": [1.1, 1.2, -1000.3, -1.4, 1000.3],
        "mydate": DATES,
        "dtime": MOMENTS,
        "mylabl": [1.0, 2.0, 1.0, 2.0, 1.0],
        "myord": [1.0, 2.0, 3.0, 1.0, 1.0],
        "mytime": CLOCKS,
    }
    assert export.names[0].isupper() == name.endswith(".xpt")
    if platform != "sas":
        assert export.value_labels["mylabl"] == {"1": "Male", "2": "Female"}
        assert export.value_labels["myord"] == {"1": "low", "2": "medium", "3": "high"}


def test_user_missing_of_spss(shared: Path) -> None:
    export = real(shared, "sample_missing.sav")
    assert export.missing_values == {"mynum": ("-1", "2500"), "mylabl": ("-1",), "myord": ("-1", "-2", "-3")}
    assert export.reading["missing_ranges"]["mynum"] == ((2000.0, 3000.0), (-1.0, -1.0))
    assert export.columns["mychar"][5].as_py() == "Z"
    assert export.reading["encoding"].lower() == "windows-1252"
    assert real(shared, "missing_char.sav").missing_values == {"mychar": ("Z",)}


def test_sets_ranges_and_dates_of_spss(shared: Path) -> None:
    export = real(shared, "simple_alltypes.sav")
    options = {"bool1": "Response #1", "bool2": "Response #2", "bool3": "Response #3"}
    assert export.facts.sets == (OptionSet("mymrset", options, ("1",), ("0",)),)
    assert export.reading["category_sets"] == {"categorical_array": ("ca_subvar_1", "ca_subvar_2", "ca_subvar_3")}
    assert export.missing_values == {"x": ("7", "8", "99"), "z": ("999", "-9")}
    assert export.value_labels["x"] == {"1": "red", "2": "green", "3": "blue"}
    assert export.columns["quarter"][0].as_py() == "2014-10-01"
    assert export.facts.reasons == {}  # "skipped" names no single reason
    assert codes(export) == ["category_set"]
    assert export.reading["measures"]["x"] == "nominal"


def test_a_real_study(shared: Path) -> None:
    export = real(shared, "electric.sav")
    assert (export.n_records, len(export.names), len(export.value_labels)) == (240, 13, 4)
    assert export.missing_values == {"DAYOFWK": ("9",)}
    assert export.facts.reasons == {"DAYOFWK": {"9": "not_answered"}}


@pytest.mark.parametrize(("name", "letters"), [("missing_test.dta", "abcxyz"), ("missing_test.sas7bdat", "ABCXYZ_")])
def test_special_missing_values(shared: Path, name: str, letters: str) -> None:
    export = real(shared, name)
    for position, letter in enumerate(letters, start=1):
        assert export.columns[f"var{position}"].to_pylist() == [f".{letter}"]
        assert export.missing_values[f"var{position}"] == (f".{letter}",)
    assert export.columns["var8"].to_pylist() == [None]
    assert export.columns["var9"].to_pylist() == [1.0]
    if name.endswith(".dta"):
        assert export.value_labels["var1"] == {".a": "missing"}


# --- made-up files ---------------------------------------------------------------------------------------------------


def test_reasons_come_from_labels_and_are_told(tmp_path: Path) -> None:
    """Refused and not asked are said by labels; 99 has none, so it stays not answered; 7 is no reason and no answer."""
    frame = pd.DataFrame({"age": [30.0] * 6, "x": [1.0, -1, -2, 99, 7, np.nan]})
    labels = {"x": {1.0: "yes", -1.0: "Verweigert", -2.0: "nicht gefragt"}}
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        frame, str(path), variable_value_labels=labels, missing_ranges={"x": [{"lo": -99, "hi": -1}, 99]}
    )
    export = read_export(path)
    assert export.facts.reasons == {"x": {"-1": "refused", "-2": "not_shown"}}
    assert codes(export) == ["reason_from_label"] * 2
    assert export.findings[0].column == "x"
    assert "Verweigert" in export.findings[0].message
    variables = {
        "age": {"column": "age", "type": "number", "maximum": 99},
        "x": {"column": "x", "type": "nominal", "labels": {"1": "yes", "7": "no"}},
    }
    reasons = admit(export, codebook(variables=variables)).reasons["x"].tolist()
    expected = [None, "refused", "not_shown", "not_answered", None, "not_answered"]
    assert reasons == [0 if reason is None else REASON_CODES[reason] for reason in expected]


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Prefer not to say", "refused"),
        ("REFUSED", "refused"),
        ("Don’t know", "dont_know"),
        ("WEISS NICHT", "dont_know"),
        ("Trifft nicht zu", "not_applicable"),
        ("N/A", "not_applicable"),
        ("Keine Angabe", "not_answered"),
        ("k.A.", "not_answered"),
        ("Not asked in this version", "not_shown"),
        ("Abgebrochen", "broke_off"),
        ("refused / don't know", None),
        ("skipped", None),
        ("other", None),
        ("national", None),
    ],
)
def test_labels_in_plain_words(label: str, reason: str | None) -> None:
    assert reason_of_label(label) == reason


def test_open_ranges_and_impossible_dates(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": [-5.0, 0.0, 3.0], "d": [86400.0 * 150000, 1e15, np.nan]})
    path = tmp_path / "a.sav"
    ranges = {"x": [{"lo": -np.inf, "hi": 0.0}]}
    pyreadstat.write_sav(frame, str(path), missing_ranges=ranges, variable_format={"d": "DATE11"})
    export = read_export(path)
    assert export.missing_values == {"x": ("-5", "0")}
    assert export.reading["missing_ranges"]["x"] == ((-np.inf, 0.0),)
    cells = export.columns["d"].to_pylist()
    assert (cells[0], cells[2]) == ("1993-06-21", None)  # 150,000 days after 14 October 1582
    assert float(cells[1]) == 1e15
    assert codes(export) == ["impossible_date"]


def test_long_texts_and_declared_texts(tmp_path: Path) -> None:
    frame = pd.DataFrame({"long": ["ü" * 700, "b"], "short": ["NA", "x"]})
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(frame, str(path), missing_ranges={"short": ["NA"]})
    export = read_export(path)
    assert export.columns["long"].to_pylist() == ["ü" * 700, "b"]
    assert export.missing_values == {"short": ("NA",)}


def test_stata_labels_of_letters_that_do_not_occur(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": pd.Series([1.0, "a", 2.5, None], dtype=object)})
    path = tmp_path / "a.dta"
    labels = {"x": {1: "one", "a": "refused", "b": "weiß nicht"}}
    pyreadstat.write_dta(frame, str(path), variable_value_labels=labels, missing_user_values={"x": ["a", "b"]})
    export = read_export(path)
    assert export.columns["x"].to_pylist() == ["1", ".a", "2.5", None]
    assert export.value_labels["x"] == {"1": "one", ".a": "refused", ".b": "weiß nicht"}
    assert export.missing_values["x"] == (".a", ".b")
    assert export.facts.reasons["x"] == {".a": "refused", ".b": "dont_know"}


def test_stata_dates_beyond_the_calendar_do_not_stop_the_reading(tmp_path: Path) -> None:
    frame = pd.DataFrame({"d": [0.0, 1e9, 366.0]})
    path = tmp_path / "a.dta"
    pyreadstat.write_dta(frame, str(path), variable_format={"d": "%td"})
    export = read_export(path)
    assert export.columns["d"].to_pylist()[::2] == ["1960-01-01", "1961-01-01"]
    assert codes(export) == ["impossible_date"]


def test_stata_labels_in_languages(tmp_path: Path) -> None:
    path = tmp_path / "a.dta"
    pyreadstat.write_dta(pd.DataFrame({"x": [1.0]}), str(path), version=14, column_labels={"x": "age"})
    assert "languages" not in read_export(path).reading

    def entry(column: str, name: str, text: str) -> bytes:
        body = column.encode().ljust(129, b"\0") + name.encode().ljust(129, b"\0") + text.encode() + b"\0"
        return b"<ch>" + struct.pack("<I", len(body)) + body + b"</ch>"

    added = entry("_dta", "_lang_list", "en de") + entry("_dta", "_lang_c", "en") + entry("x", "_lang_v_de", "Größe")
    data = path.read_bytes().replace(b"<characteristics>", b"<characteristics>" + added)
    path.write_bytes(_moved(data, len(added)))
    export = read_export(path)
    assert export.reading["languages"] == ("en", "de")
    assert export.reading["wording_by_language"] == {"de": {"x": "Größe"}}
    assert export.wording == {"x": "age"}


def _moved(data: bytes, shift: int) -> bytes:
    """Return a Stata file whose map of sections tells the places after the characteristics grew."""
    start = data.index(b"<map>") + 5
    places = list(struct.unpack("<14Q", data[start : start + 112]))
    behind = data.index(b"<characteristics>")
    places = [place + shift if place > behind else place for place in places]
    return data[:start] + struct.pack("<14Q", *places) + data[start + 112 :]


@pytest.mark.parametrize("version", [5, 8])
def test_special_missing_values_of_transport_files(tmp_path: Path, version: int) -> None:
    """A missing number of a transport file is a letter and zeros; the 9 of row 2 becomes .A, that of row 3 ._ ."""
    path = tmp_path / "a.xpt"
    frame = pd.DataFrame({"T": ["A", "b", "c"], "X": [1.0, 9.0, 9.0], "Y": [np.nan, 2.0, 3.0]})
    pyreadstat.write_xport(frame, str(path), file_format_version=version)
    nine = b"\x41\x90" + b"\0" * 6
    path.write_bytes(path.read_bytes().replace(nine, b"A" + b"\0" * 7, 1).replace(nine, b"_" + b"\0" * 7, 1))
    export = read_export(path)
    assert export.columns["X"].to_pylist() == ["1", ".A", "._"]
    assert export.missing_values == {"X": (".A", "._")}
    assert export.columns["Y"].to_pylist() == [None, 2.0, 3.0]
    assert export.columns["T"].to_pylist() == ["A", "b", "c"]


class Catalog:
    """What pyreadstat says of a formats catalog."""

    value_labels = {"BEST": {1.0: "one", "A": "refused"}, "OTHER": {1.0: "no"}}


def test_a_formats_catalog_brings_labels(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "formats"
    path.write_bytes(sas_files.CATALOG + b"\0" * 100)
    monkeypatch.setattr(pyreadstat, "read_sas7bcat", lambda _: (None, Catalog()))
    source = shared / "data" / "spss_stata_sas" / "sample.sas7bdat"
    export = read_export(source, companions=[path])
    assert export.value_labels == {name: {"1": "one", ".A": "refused"} for name in ("mynum", "mylabl", "myord")}
    assert sas_files.is_sas_catalog(Companion(path, path.read_bytes()))
    with pytest.raises(ResponseError, match="no_formats"):
        read_export(shared / "data" / "spss_stata_sas" / "sample.sav", companions=[path])
    with pytest.raises(ResponseError, match="unsupported_format"):
        read_export(path)


def portable(path: Path, records: str = "") -> Path:
    """Write a portable file of two columns; ``records`` go behind the first variable of its dictionary."""
    frame = pd.DataFrame({"X": [1.0, -3.0, 9.0], "S": ["a", "NA", "c"]})
    pyreadstat.write_por(frame, str(path), column_labels={"X": "a number"})
    text = path.read_text(encoding="ascii").replace("\n", "")
    behind = text.index("C8/a number")
    text = text[:behind] + records + text[behind:]
    path.write_text("\n".join(text[at : at + 80] for at in range(0, len(text), 80)) + "\n", encoding="ascii")
    return path


@pytest.mark.parametrize(
    ("records", "missing"),
    [("", ()), ("89/", ("9",)), ("9-1/", ("-3",)), ("A5/", ("9",)), ("B-5/0/89/", ("9", "-3"))],
)
def test_user_missing_of_portable_files(tmp_path: Path, records: str, missing: tuple[str, ...]) -> None:
    export = read_export(portable(tmp_path / "a.por", records))
    assert export.platform == "spss"
    assert export.reading["format"] == "SPSS portable"
    assert export.columns.to_pydict() == {"X": [1.0, -3.0, 9.0], "S": ["a", "NA", "c"]}
    assert export.wording == {"X": "a number"}
    assert export.missing_values == ({"X": missing} if missing else {})
    assert codes(export) == []


def test_a_portable_file_beyond_the_grammar(tmp_path: Path) -> None:
    path = portable(tmp_path / "a.por")
    assert without_declarations(path.read_bytes().replace(b"SPSSPORT", b"SPSSPART")) is None
    assert without_declarations(path.read_bytes()[:560]) is None
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(ResponseError):
        read_export(path)


def test_a_table_that_speaks_of_portable_files_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\nASCII SPSS PORT FILE,SPSSPORT\n", encoding="utf-8")
    assert read_export(tmp_path / "a.csv").platform == "table"


def test_a_header_that_claims_too_many_records_is_refused(shared: Path, tmp_path: Path) -> None:
    """The number of records stands in bytes 80 to 83 of an SPSS file; room for 10^9 would take 56 GB."""
    data = bytearray((shared / "data" / "spss_stata_sas" / "sample.sav").read_bytes())
    data[80:84] = struct.pack("<i", 10**9)
    (tmp_path / "a.sav").write_bytes(data)
    with pytest.raises(ResponseError, match="more records than it has room for"):
        read_export(tmp_path / "a.sav")


@pytest.mark.parametrize("name", ["sample.sav", "sample.zsav", "sample.dta", "sample.sas7bdat", "sample.xpt"])
def test_damaged_files_end_in_a_located_error(shared: Path, tmp_path: Path, name: str) -> None:
    data = (shared / "data" / "spss_stata_sas" / name).read_bytes()
    generator = np.random.default_rng(7)
    path = tmp_path / "damaged"
    outcomes: list[Any] = []
    for trial in range(30):
        broken = bytearray(data if trial % 2 else data[: int(generator.integers(100, len(data)))])
        for place in generator.integers(0, len(broken), size=8):
            broken[place] = int(generator.integers(0, 256))
        path.write_bytes(broken)
        try:
            outcomes.append(read_export(path))
        except ResponseError as error:
            assert error.problems[0].file == "damaged"
            outcomes.append(error)
    assert any(isinstance(outcome, ResponseError) for outcome in outcomes)
