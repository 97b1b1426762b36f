"""Drafted statements on data availability and ethics; what the study file does not say stays open in brackets."""

from __future__ import annotations

from functools import partial

from osa_survey import formatting
from osa_survey.languages import SOURCE, worded
from osa_survey.sharing.entries import DataProtectionEntry, SharingEntry

OPEN = "[{0}: not stated in the study file]"
WITH_TWIN = "Codebook, study file, ledger of results and a synthetic twin, on which the plan of the study runs: {0}."
WITHOUT_TWIN = "Codebook, study file and ledger of results: {0}."


def statements(
    sharing: SharingEntry,
    protection: DataProtectionEntry,
    *,
    data_availability: str,
    preregistration: str,
    ethics_approval: str,
    consent: str,
    legal_basis: str,
    adulthood: str,
    simulated: bool,
    language: str = SOURCE,
) -> dict[str, str]:
    """Return heading → statement.

    Parameters
    ----------
    sharing, protection : SharingEntry, DataProtectionEntry
        From the study file.
    data_availability, preregistration, ethics_approval, consent, legal_basis : str
        From ``[fieldwork]``.
    adulthood : str
        How adulthood was shown, in words of the language.
    simulated : bool
        Whether the answers are simulated; then nobody was asked, and approval and consent do not apply.
    language : {"en", "de"}
        The language.
    """
    say = partial(worded, language)

    def told(text: str, what: str) -> str:
        return text.rstrip(".") or say(OPEN, say(what))

    if simulated:
        data = [say("All answers are simulated and can be made again with the code of the study.")]
    elif sharing.microdata:
        data = [
            say(
                "Records in which each person is one of at least {0} with the same key variables are available under "
                "an agreement.",
                formatting.count(sharing.k),
            )
        ]
    else:
        data = [say("The records concern the sex life of the respondents and are not shared.")]
    data.append(say(WITH_TWIN if sharing.twin else WITHOUT_TWIN, told(data_availability, "where the files are")))
    data += [say("The plan was registered: {0}.", preregistration.rstrip("."))] if preregistration else []
    if simulated:
        ethics = [say("All answers are simulated: nobody was asked, so approval and consent do not apply.")]
    else:
        ethics = [
            say("Ethical approval: {0}.", told(ethics_approval, "committee and number")),
            say("Consent: {0}.", told(consent, "what respondents agreed to")),
            adulthood,
            say("Legal basis: {0}.", told(legal_basis, "legal basis")),
            say("Condition under Art. 9 GDPR: {0}.", told(protection.article_9_condition, "condition")),
        ]
    return {
        say("Data availability statement (draft)"): " ".join(data),
        say("Ethics statement (draft)"): " ".join(ethics),
    }
