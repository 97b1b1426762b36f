"""Drafted statements: what the study file says is repeated, what it does not say stays open, no more is claimed."""

from __future__ import annotations

from typing import Any

import pytest

from osa_survey.sharing import DataProtectionEntry, SharingEntry
from osa_survey.sharing.statements import statements

TOLD = {
    "data_availability": "osf.io/fghij.",
    "preregistration": "osf.io/abcde",
    "ethics_approval": "committee A, 12/2026",
    "consent": "aims, storage",
    "legal_basis": "consent",
    "adulthood": "Adulthood (18 or over) was shown by age.",
}


def drafted(
    sharing: dict[str, Any], *, simulated: bool = False, language: str = "en", **changed: str
) -> tuple[str, str]:
    protection = DataProtectionEntry(article_9_condition="(a) explicit consent")
    texts = {**TOLD, **changed}
    found = statements(SharingEntry(**sharing), protection, simulated=simulated, language=language, **texts)
    data, ethics = found.values()
    return data, ethics


def test_records_are_shared_only_if_the_study_file_says_so() -> None:
    data, _ = drafted({})
    assert data == (
        "The records concern the sex life of the respondents and are not shared. Codebook, study file, ledger of "
        "results and a synthetic twin, on which the plan of the study runs: osf.io/fghij. The plan was registered: "
        "osf.io/abcde."
    )
    shared = {"microdata": True, "key_variables": ("age",), "sensitive": ("use",), "k": 7, "twin": False}
    data, _ = drafted(shared, preregistration="")
    assert data == (
        "Records in which each person is one of at least 7 with the same key variables are available under an "
        "agreement. Codebook, study file and ledger of results: osf.io/fghij."
    )


def test_ethics_repeats_what_is_stated() -> None:
    _, ethics = drafted({})
    assert ethics == (
        "Ethical approval: committee A, 12/2026. Consent: aims, storage. Adulthood (18 or over) was shown by age. "
        "Legal basis: consent. Condition under Art. 9 GDPR: (a) explicit consent."
    )


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("data_availability", "[where the files are: not stated in the study file]"),
        ("ethics_approval", "[committee and number: not stated in the study file]"),
        ("consent", "[what respondents agreed to: not stated in the study file]"),
        ("legal_basis", "[legal basis: not stated in the study file]"),
    ],
)
def test_what_is_not_stated_stays_open(key: str, what: str) -> None:
    assert what in " ".join(drafted({}, **{key: ""}))


def test_simulated_answers_claim_no_respondents() -> None:
    data, ethics = drafted({}, simulated=True)
    assert data.startswith("All answers are simulated and can be made again with the code of the study.")
    assert ethics == "All answers are simulated: nobody was asked, so approval and consent do not apply."


def test_statements_in_german() -> None:
    data, ethics = drafted({}, language="de", adulthood="Die Volljährigkeit ist belegt durch das Alter.", consent="")
    assert data.startswith("Die Datensätze betreffen das Sexualleben der Befragten und werden nicht geteilt.")
    assert "Einwilligung: [worin die Befragten einwilligten: nicht in der Studiendatei angegeben]." in ethics
    assert ethics.endswith("Rechtsgrundlage: consent. Bedingung nach Art. 9 DSGVO: (a) explicit consent.")
