"""Every harmonised variable keeps the promises of the dictionary, and every form of the field has its code."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from osa_survey.instruments import data_dictionary, load_library
from osa_survey.instruments.index import index_markdown
from osa_survey.instruments.reasons import REASONS
from osa_survey.instruments.variable_tables import coverage_tables, uncovered_forms
from osa_survey.instruments.variables import GROUPS, HarmonisedVariable

LIBRARY = load_library()
VARIABLES = sorted(LIBRARY.variables.values(), key=lambda one: one.id)
NAMES = [variable.id for variable in VARIABLES]
REASON_CODES_OF_FILES = {reason: -number for number, reason in enumerate(REASONS, start=1)}
TYPES = ("information", "entertainment", "contacts", "minority_communities", "products", "sex_work")
WINDOWS = {"lifetime": "lifetime", "frequency_12m": "past 12 months", "frequency_3m": "past 3 months"}
MINORS = re.compile(
    r"\b(child|children|teen\w*|adolescen\w*|minors?|youth|puberty|pupils?|first time)\b", re.IGNORECASE
)
FORMS_OF_THE_FIELD = {
    "doring_2009": 6,
    "doring_2017": 9,
    "shaughnessy_2011": 3,
    "courtice_2017": 3,
    "doring_2021": 9,
}
"""Reference work → forms it distinguishes, counted in its abstract; in 2017 six types, cybersex and two payments."""


@pytest.mark.parametrize("variable", VARIABLES, ids=NAMES)
def test_a_variable_says_what_it_is(variable: HarmonisedVariable) -> None:
    assert variable.group in GROUPS
    assert variable.definition.endswith(".")
    assert variable.sources or variable.verified == "recalled"
    assert variable.missing
    assert variable.missing["refused"] == -1
    for reason, code in variable.missing.items():
        assert code == REASON_CODES_OF_FILES[reason]
    if variable.type in ("nominal", "ordinal", "multiple"):
        assert len(variable.labels) >= 2
    if variable.id.startswith(("osa_", "sexting_", "outcome_")):
        assert variable.window
        assert all(source.doi for source in variable.sources)
    assert set(variable.not_comparable_with) <= set(NAMES)
    assert set(variable.any_of) <= {other.asks for other in VARIABLES}


@pytest.mark.parametrize("variable", VARIABLES, ids=NAMES)
def test_no_variable_concerns_anybody_under_18(variable: HarmonisedVariable) -> None:
    said = (variable.title, variable.definition, *variable.labels.values(), *variable.facets, *variable.any_of)
    assert not MINORS.search(" ".join(said))
    assert not re.search(r"age_?(at|of)_?(first|onset|debut)|first_", variable.id)
    assert not re.match(r"age at (the )?first", variable.title.casefold())
    ages = [int(number) for label in variable.labels.values() for number in re.findall(r"\b(\d\d)\b", label)]
    if variable.id == "age_band":
        assert min(ages) == 18


def test_one_concept_has_one_variable_for_each_window() -> None:
    for one, other in combinations(VARIABLES, 2):
        if one.asks == other.asks:
            assert one.window != other.window, f"{one.id} and {other.id}"
            assert one.facets == other.facets
            assert one.arousal == other.arousal


@pytest.mark.parametrize("activity", [*TYPES, "sex_work_paid", "sex_work_received"])
@pytest.mark.parametrize("answers", WINDOWS)
def test_each_type_has_each_window_and_answer_format(activity: str, answers: str) -> None:
    variable = LIBRARY.variable(f"osa_{activity}_{answers}")
    assert (variable.answers, variable.window) == (answers, WINDOWS[answers])
    labels = {
        "lifetime": ["no", "yes", "unsure"],
        "frequency_12m": ["never", "less than monthly"],
        "frequency_3m": ["not at all", "once or twice"],
    }[answers]
    shared = ["about monthly", "2–3 times a month", "about weekly", "several times a week", "daily or almost daily"]
    assert list(variable.labels.values()) == (labels if answers == "lifetime" else [*labels, *shared])


def test_every_form_of_the_reference_works_has_its_code() -> None:
    assert uncovered_forms(LIBRARY) == ()
    for name, number in FORMS_OF_THE_FIELD.items():
        assert len(LIBRARY.works[name].forms) == number
        assert LIBRARY.works[name].citation.doi
    for variable in VARIABLES:
        for work, forms in variable.covers.items():
            assert set(forms) <= set(LIBRARY.works[work].forms), variable.id


def test_a_form_without_a_variable_is_found() -> None:
    gone = {name: one for name, one in LIBRARY.variables.items() if not name.startswith("phone_sex")}
    poorer = type(LIBRARY)(LIBRARY.instruments, gone, {}, LIBRARY.answers, LIBRARY.works)
    assert uncovered_forms(poorer) == ("courtice_2017.phone_sex",)


def test_the_readme_shows_the_table_of_forms() -> None:
    page = (data_dictionary() / "README.md").read_text(encoding="utf-8")
    assert "\n".join(coverage_tables(LIBRARY)).strip() in page
    assert index_markdown(LIBRARY).strip() in page, "run: python -m osa_survey.instruments.index"
    for work in LIBRARY.works.values():
        for form in work.forms.values():
            assert re.search(rf"^\| {re.escape(form)} \| `\w+`", page, re.MULTILINE), form


def test_the_six_areas_of_2009_meet_the_six_types_of_2017() -> None:
    pairs = {
        "sex_education": "sexual_information",
        "pornography": "sexual_entertainment",
        "sex_contacts": "sexual_contacts",
        "sexual_subcultures": "minority_communities",
        "sex_shops": "sexual_products",
        "sex_work": "sex_work",
    }
    for old, new in pairs.items():
        holders = {v.asks for v in VARIABLES if old in v.covers.get("doring_2009", ())}
        assert holders == {v.asks for v in VARIABLES if new in v.covers.get("doring_2017", ())}


def test_the_classes_of_arousal_rest_on_activities_of_that_class() -> None:
    for name in ("non-arousal", "solitary-arousal", "partnered-arousal"):
        concept = f"osa_{name.replace('-', '_')}"
        derived = [one for one in VARIABLES if one.asks == concept]
        assert {one.answers for one in derived} == {"lifetime", "any_12m", "any_3m"}
        members = {one.asks for one in VARIABLES if one.arousal == name}
        assert all(set(one.any_of) == members for one in derived)


def test_midpoints_rise_and_start_at_none() -> None:
    frequencies = [one for one in VARIABLES if one.midpoints]
    assert {one.answers for one in frequencies} == {"frequency_12m", "frequency_3m"}
    for one in frequencies:
        assert one.midpoints is not None
        values = [one.midpoints.values[code] for code in one.labels]
        assert values[0] == 0
        assert values == sorted(values)
        assert one.midpoints.basis == "convention"


def test_outcomes_are_one_sided_and_anchored_at_none() -> None:
    for name in ("outcome_positive", "outcome_negative", "outcome_closeness", "outcome_loneliness"):
        one = LIBRARY.variable(name)
        assert one.labels[0] == "none"
        assert min(one.labels) == 0
        assert set(one.facets) == {"activity", "whose", "for_whom"}
        assert one.facets["whose"] == ("own", "partner's", "joint")


FIELD = """
tmsi_channel tmsi_synchrony tmsi_self_created tmsi_partner tmsi_n_partners tmsi_role tmsi_payment tmsi_currency
tmsi_with_masturbation relation_to_technology ai_sexual_use_12m consent_direction consent_wanted consent_agreed
image_abuse_experienced image_abuse_done perceived_infidelity relationship_agreement agreement_on_online_activity
separation_over_online_activity known_of_partner identity_play deception_experienced deception_done privacy_concern
logging recording disclosure law_paid_acts help_seeking_12m sex_assigned_at_birth gender_current
gender_self_description gender sexual_orientation sexual_attraction sexual_behaviour_partners relationship_status
living_together long_distance partner_gender sexually_active_12m religiosity alone_or_with_partner device country
language age age_band
"""


def test_the_field_is_there() -> None:
    assert set(FIELD.split()) <= set(NAMES)


def test_codes_of_countries_and_languages() -> None:
    country, language = LIBRARY.variable("country").labels, LIBRARY.variable("language").labels
    # ISO 3166-1: 249 countries; numeric codes of some of them
    assert len(country) == 249
    known = {276: "Germany", 840: "United States", 124: "Canada", 752: "Sweden", 364: "Iran", 348: "Hungary"}
    assert {code: country[code] for code in known} == known
    for code, label in language.items():
        first, second = re.fullmatch(r".+ \((\w)(\w)\)", label).groups()  # type: ignore[union-attr]
        assert code == 100 * (ord(first) - ord("a") + 1) + ord(second) - ord("a") + 1
    assert language[405] == "German (de)"
