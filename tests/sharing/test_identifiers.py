"""Direct identifiers are found by name and by pattern; questions of the shelf are not taken for them."""

from __future__ import annotations

import pytest

from osa_survey.instruments import load_library
from osa_survey.sharing.identifiers import identifying_columns, identifying_name, identifying_values

NAMES = [
    "e-mail", "email", "Email_Address", "RecipientEmail", "IPAddress", "ip", "ip_addr", "firstName", "last_name",
    "Vorname", "nachname", "user_name", "phone", "Telefonnummer", "LocationLatitude", "LocationLongitude", "plz",
    "ZIP code", "street", "PROLIFIC_PID", "prolificId", "panel_id", "workerId", "ResponseId", "token",
    "ExternalReference", "date_of_birth", "Geburtsdatum", "IBAN", "instagram",
]  # fmt: skip
VALUES = [
    "jo@example.org", "192.0.2.17", "2001:db8:85a3:8d3:1319:8a2e:370:7348", "+49 170 1234567", "0170 1234567",
    "52.52001, 13.40495", "5f2b9c1d8e4a7b6c5d3e2f1a", "R_1a2B3c4D5e6F7g8", "A1B2C3D4E5F6G7",
    "123e4567-e89b-12d3-a456-426614174000", "1987-04-12", "12.4.1987", "DE89370400440532013000", "@some_one",
]  # fmt: skip
HARMLESS = ["1", "18", "2026", "18–24", "woman", "2–3 times a month", "3.75", "Germany", "never", "12:30", "100000"]


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    assert identifying_name(name)


@pytest.mark.parametrize("value", VALUES)
def test_values(value: str) -> None:
    assert identifying_values(["none", value])[1] == 1


def test_harmless_values() -> None:
    assert identifying_values(HARMLESS) == ("", 0)


def test_numbers_that_differ_for_almost_everyone() -> None:
    numbers = [str(10_000_000 + 7 * number) for number in range(50)]
    assert identifying_values(numbers, records=52)[1] == 50
    assert identifying_values(numbers, records=500) == ("", 0)


def test_nothing_on_the_shelf_is_taken_for_an_identifier() -> None:
    library = load_library()
    words = [(name, entry.title) for name, entry in library.variables.items()]
    words += [(item.id, item.tag) for one in library.instruments.values() for item in one.items]
    assert [pair for pair in words if identifying_name(*pair)] == []


def test_the_study_file_may_excuse_a_column() -> None:
    columns = {"email_use": ["1", "2"], "q3": ["x@example.org"], "age": ["33"]}
    found = identifying_columns(columns, {"email_use": ("use of e-mail",)}, (), 3)
    assert [(one.column, one.by) for one in found] == [("email_use", "name"), ("q3", "values")]
    assert [one.column for one in identifying_columns(columns, {}, ("email_use",), 3)] == ["q3"]
