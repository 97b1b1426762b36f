"""Nothing is lost when a study maps onto harmonised variables, and two studies side by side are judged rightly."""

from __future__ import annotations

from typing import Any

import pytest

from osa_survey.codebooks import Codebook, CrosswalkRow, codebook_crosswalk, mapped_variables
from osa_survey.codebooks.mappings import mapping_problems
from osa_survey.instruments import load_library
from tests.made_up_studies import codebook

LIBRARY = load_library()
GENDER = {"column": "g", "type": "nominal", "labels": {"1": "male", "2": "female"}, "maps_to": "gender"}
RECODE = {"male": "man", "female": "woman"}
EVER = {"column": "e", "type": "nominal", "labels": {"0": "no", "1": "yes", "2": "unsure"}}
OFTEN = ["never", "less than monthly", "about monthly"]


def book(**variables: Any) -> Codebook:
    return codebook(variables={"age": {"column": "age", "type": "number"}, **variables})


def problems(**change: Any) -> list[tuple[str, str]]:
    found = mapping_problems(book(g={**GENDER, **change}), LIBRARY, "codebook.toml")
    return [(problem.code, problem.key) for problem in found]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, [("not_in_recode", "variables.g.maps_to")] * 2),
        ({"recode": {"male": "man"}}, [("not_in_recode", "variables.g.maps_to")]),
        ({"recode": RECODE}, []),
        ({"recode": {"male": "man", "female": "dont_know"}}, []),
        ({"labels": {"1": "man", "2": "dont_know"}}, [("not_in_recode", "variables.g.maps_to")]),
        ({"recode": {"male": "man"}, "not_mapped": {"female": "printed wrongly"}}, []),
        ({"recode": {"male": "man"}, "not_mapped": {"female": ""}}, [("unclear_category", "variables.g.not_mapped")]),
        ({"recode": RECODE, "not_mapped": {"female": "x"}}, [("unclear_category", "variables.g.not_mapped")]),
        ({"recode": {**RECODE, "femal": "woman"}}, [("unknown_category", "variables.g.recode")]),
        ({"recode": RECODE, "not_mapped": {"other": "x"}}, [("unknown_category", "variables.g.not_mapped")]),
        ({"recode": RECODE, "facets": {"activity": "any"}}, [("unknown_facet", "variables.g.facets")]),
        ({"maps_to": "gendre"}, [("unknown_variable", "variables.g.maps_to")]),
    ],
)
def test_every_category_has_a_place_or_a_reason(change: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert problems(**change) == found


def test_options_of_a_check_all_set_need_a_place_too() -> None:
    entry = {"type": "multiple", "columns": {"smartphone": "a", "tablets": "b"}, "maps_to": "device"}
    (problem,) = mapping_problems(book(d=entry), LIBRARY, "codebook.toml")
    assert (problem.code, problem.message) == ("not_in_recode", "'tablets' is no category of 'device'")
    assert "tablet" in problem.hint
    assert not mapping_problems(book(d={**entry, "recode": {"tablets": "tablet"}}), LIBRARY, "codebook.toml")


def test_a_word_that_is_no_facet_is_found() -> None:
    entry = {**EVER, "labels": {"1": "sent"}, "maps_to": "consent_direction", "facets": {"activity": "sextin"}}
    (problem,) = mapping_problems(book(e=entry), LIBRARY, "codebook.toml")
    assert problem.hint == "did you mean 'sexting'?"


def test_what_merges_is_listed() -> None:
    labels = {"1": "single", "2": "divorced", "3": "widowed"}
    recode = {"divorced": "single", "widowed": "single"}
    entry = {**GENDER, "labels": labels, "maps_to": "relationship_status", "recode": recode}
    (one,) = mapped_variables(book(r=entry), LIBRARY)
    assert one.merges == {"single": ("single", "divorced", "widowed")}
    assert one.recoded == recode


def rows(first: dict[str, Any], second: dict[str, Any]) -> list[CrosswalkRow]:
    return list(codebook_crosswalk(book(**first), book(**second), LIBRARY).rows)


def verdicts(first: dict[str, Any], second: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row.verdict, row.why) for row in rows(first, second)]


def ever(name: str, **more: Any) -> dict[str, Any]:
    return {**EVER, "maps_to": f"{name}_lifetime", **more}


def often(name: str, asked: str, **more: Any) -> dict[str, Any]:
    labels = OFTEN if asked == "12m" else ["not at all", "once or twice", "about monthly"]
    return {
        "column": "o",
        "type": "ordinal",
        "labels": dict(zip("012", labels, strict=True)),
        "maps_to": f"{name}_frequency_{asked}",
        **more,
    }


def test_the_same_question_is_comparable() -> None:
    assert verdicts({"a": ever("osa_products")}, {"b": ever("osa_products")}) == [("comparable", "")]


def test_a_recode_and_an_option_that_was_not_offered_are_named() -> None:
    other = ever("osa_products", labels={"1": "ja", "2": "nein"}, recode={"ja": "yes", "nein": "no"})
    ((verdict, why),) = verdicts({"a": ever("osa_products")}, {"b": other})
    assert verdict == "comparable after recode"
    assert why == "b: ja → yes, nein → no; b does not offer: unsure"


def test_windows_are_never_comparable() -> None:
    first = {"a": ever("osa_products"), "b": often("osa_products", "12m")}
    assert verdicts({"a": ever("osa_products")}, {"c": often("osa_products", "3m")}) == [
        ("not comparable", "the windows are 'lifetime' and 'past 3 months'")
    ]
    assert [verdict for verdict, _ in verdicts(first, {"c": often("osa_products", "3m")})] == ["not comparable"] * 2
    # with a partner of its own window, a question is not held against the other windows
    assert verdicts(first, {"c": often("osa_products", "12m")})[-1] == ("comparable", "")


def test_a_window_that_the_study_names_itself() -> None:
    wrong = often("osa_products", "12m", window="past month")
    ((verdict, why),) = verdicts({"a": often("osa_products", "12m")}, {"b": wrong})
    assert (verdict, why) == ("not comparable", "b: the window is 'past month', not 'past 12 months'")


def test_one_item_and_several_items_are_not_comparable() -> None:
    single, several = ({"single_or_multi_item": word} for word in ("single item", "several items"))
    ((verdict, why),) = verdicts({"a": ever("cybersex", facets=single)}, {"b": ever("cybersex", facets=several)})
    assert (verdict, why) == ("not comparable", "measured by single item and by several items")
    ((verdict, why),) = verdicts({"a": ever("cybersex", facets=single)}, {"b": ever("cybersex")})
    assert (verdict, why) == ("comparable", "not every study says whether it asked a single item")


def test_ratings_of_other_people_or_activities_do_not_meet() -> None:
    def rating(whose: str) -> dict[str, Any]:
        facets = {"activity": "sexting", "whose": whose, "for_whom": "self"}
        labels = {"0": "none", "1": "slight"}
        return {"column": "r", "type": "ordinal", "labels": labels, "maps_to": "outcome_negative", "facets": facets}

    assert verdicts({"a": rating("own")}, {"b": rating("own")}) == [("comparable", "")]
    apart = rows({"a": rating("own")}, {"b": rating("partner's")})
    assert [row.verdict for row in apart] == ["asked in one study"] * 2
    assert "something else" in apart[0].why
    assert "whose: partner's" in apart[1].facets


def test_what_looks_alike_and_is_not() -> None:
    identity = {**GENDER, "labels": {"1": "bisexual or pansexual"}, "maps_to": "sexual_orientation"}
    attraction = {"type": "multiple", "columns": {"women": "w", "men": "m"}, "maps_to": "sexual_attraction"}
    for pair in (({"a": identity}, {"b": attraction}), ({"b": attraction}, {"a": identity})):
        (row,) = (row for row in rows(*pair) if row.verdict != "asked in one study")
        assert (row.verdict, row.why) == ("not comparable", "Identity, attraction and behaviour are three questions.")


def test_a_crosswalk_as_table_and_as_text() -> None:
    both = codebook_crosswalk(book(a=ever("osa_products")), book(b=often("osa_products", "3m")), LIBRARY)
    assert list(both.table) == ["concept", "facets", "first", "second", "verdict", "why"]
    assert both.table["first"].tolist() == ["a (lifetime): no; yes; unsure → osa_products_lifetime"]
    text = both.as_text()
    assert "osa_products: not comparable" in text
    assert text.endswith("0 comparable, 0 comparable after recode, 1 not comparable, 0 asked in one study")
