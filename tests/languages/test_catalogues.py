"""The German catalogue: every label of a quantity is in it or is a symbol; titles keep what differs."""

from __future__ import annotations

import pytest

from osa_survey.disclosure import JOURNAL
from osa_survey.languages import catalogue, in_language
from osa_survey.languages.translations import PLACE
from osa_survey.report.tables import print_table
from osa_survey.results import release
from osa_survey.results.columns import QUANTITIES
from tests import made_up_results as made

# The same in both languages: symbols, abbreviations and words that German shares.
SHARED = frozenset([
    "n", "%", "M", "SD", "Mdn", "Minimum", "Maximum", "HTMT2", "CFI", "TLI", "RMSEA", "SRMR", "KMO", "h²", "RMSR", "a",
    "b", "SABIC", "CAIC", "d_z", "g_z", "d_av", "d_rm", "F", "ω²", "η²", "ε²", "φ", "r", "ρ", "ICC", "B", "β", "OR",
    "RRR", "χ²", "Δχ²", "ΔCFI", "ΔRMSEA", "ΔSRMR", "f²", "sr²", "R²", "ΔR²", "VIF", "AIC", "BIC", "τ", "τ²", "I²",
    "FMI", "Information", "ΔR² (Nagelkerke)", "ΔR² (McFadden)", "AUC", "LR+", "LR−",
])  # fmt: skip


def test_every_quantity_has_a_german_label_or_is_a_symbol() -> None:
    german = catalogue("de")["labels"]
    labels = {quantity.label for quantity in QUANTITIES.values()}
    assert labels - set(german) - SHARED == set()
    assert set(german) - labels == set(), "no label that is gone stays in the catalogue"
    same = {english for english, text in german.items() if english == text}
    assert same == set()


@pytest.mark.parametrize("part", ["titles", "heads", "labels", "words"])
def test_translations_keep_their_places(part: str) -> None:
    for english, german in catalogue("de")[part].items():
        assert german.strip()
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(german)), english


def test_titles_are_found_by_what_is_fixed_in_them() -> None:
    cases = {
        "Reliability of SCS by site": "Reliabilität von SCS nach site",
        "Reliability of SCS": "Reliabilität von SCS",
        "Age by gender: groups": "Alter nach Geschlecht: Gruppen",
        "Prevalence by site (base: all who were asked)": "Prävalenz nach site (Basis: alle Gefragten)",
        "Checks of the linear regression of mood": "Prüfungen der Regression von mood (linear)",
        "Zufriedenheit im Alltag": "Zufriedenheit im Alltag",
    }
    for english, german in cases.items():
        assert in_language(english, "de", "titles") == german
        assert in_language(english, "en", "titles") == english


def test_a_category_behind_its_variable_is_german_too() -> None:
    for english, german in {
        "Gender: woman": "Geschlecht: Frau",
        "Gender: man (reference)": "Geschlecht: Mann (Referenz)",
        "PPCS-6: Problematic pornography use, sum": "PPCS-6: Problematic pornography use, sum",
        "Yes: no": "Yes: no",
    }.items():
        assert in_language(english, "de", "words") == german
        assert in_language(english, "en", "words") == english


def test_the_table_of_a_german_report_has_german_heads() -> None:
    table = print_table(release(made.comparison_result(), JOURNAL), JOURNAL, "de")
    heads = [column.head for column in table.columns]
    assert heads == ["Hedges g", "95-%-KI", "Test", "p", "Rangbiseriales r", "95-%-KI"]
    assert table.row_head == "Vergleich"
    assert "effect sizes" not in table.title
    rows = [row.head for row in print_table(release(made.flow_result(), JOURNAL), JOURNAL, "de").rows]
    assert rows[0] == "Datensätze in der Datei"
