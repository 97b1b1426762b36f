"""The file of published numbers: what it refuses, and how printed numbers are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from osa_survey.errors import DefinitionError
from osa_survey.instruments.files import validated
from osa_survey.simulation import PublishedNumbers, load_published

CLAIM: dict[str, Any] = {
    "id": "any",
    "quantity": "proportion",
    "what": "Any",
    "value": "68.0",
    "unit": "percent",
    "source": "page",
    "verified": "seen",
    "result": "p/main/proportion/any///",
}
CONTENT: dict[str, Any] = {
    "format": 1,
    "id": "made_up",
    "version": 1,
    "title": "Made up",
    "population": "made-up adults",
    "n": 50,
    "read": "all",
    "citation": {"text": "Example, A. (2020). Made up."},
    "adults": {"minimum_age": 18, "how": "said so", "verified": "seen"},
    "sources": {"page": {"what": "a page", "url": "https://example.org"}},
    "claims": [CLAIM],
}


def read(**changes: Any) -> PublishedNumbers:
    return validated({**CONTENT, **changes}, PublishedNumbers, "made_up.toml")


def test_numbers_keep_their_decimals_and_their_people() -> None:
    published = read(claims=[CLAIM, {**CLAIM, "id": "men", "group": "men"}])
    claim = published.claim("any")
    assert (claim.number, claim.half_unit, claim.decimals) == (pytest.approx(0.68), pytest.approx(0.0005), 1)
    assert published.people(claim) == 50
    assert published.people(published.claim("men")) is None
    with pytest.raises(KeyError):
        published.claim("none")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"adults": {"minimum_age": 16, "how": "said so", "verified": "seen"}}, "adults.minimum_age"),
        ({"claims": [{**CLAIM, "value": "about 68"}]}, "not a number as printed"),
        ({"claims": [{**CLAIM, "quantity": "share"}]}, "no quantity of results/columns.py"),
        ({"claims": [{**CLAIM, "quantity": "direction", "value": "more"}]}, "a direction is one of"),
        ({"claims": [{**CLAIM, "low": "60.0"}]}, "two printed numbers"),
        ({"claims": [{**CLAIM, "result": ""}]}, "no reason under 'not_reproduced'"),
        ({"claims": [{**CLAIM, "not_reproduced": "why"}]}, "give either"),
        ({"claims": [{**CLAIM, "source": "book"}]}, "no source 'book'"),
        ({"claims": [CLAIM, CLAIM]}, "two claims have the id 'any'"),
        ({"relations": [{"kind": "sum", "whole": "any", "parts": ["any", "none"]}]}, "no claim 'none'"),
        ({"assumed": [{"name": "a", "value": 1, "why": ""}]}, "assumed"),
        ({"quotes": ["copied"]}, "unknown_key"),
    ],
)
def test_what_breaks_the_format_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        read(**changes)


def test_an_unknown_study_and_a_file_under_another_name(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="did you mean 'iran_2024'"):
        load_published("iran_2023")
    (tmp_path / "published").mkdir()
    shipped = Path(__file__).resolve().parents[2] / "data_dictionary" / "published" / "grov_2011.toml"
    (tmp_path / "published" / "other.toml").write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(DefinitionError, match="wrong_id"):
        load_published("other", tmp_path)
