"""Drafted statements on data availability and ethics; what the study file does not say stays open in brackets."""

from __future__ import annotations

from osa_survey.sharing.entries import DataProtectionEntry, SharingEntry

OPEN = "[{what}: not stated in the study file]"


def statements(
    sharing: SharingEntry,
    protection: DataProtectionEntry,
    *,
    data_availability: str,
    preregistration: str,
    ethics_approval: str,
    consent: str,
    adulthood: str,
    simulated: bool,
) -> dict[str, str]:
    """Return heading → statement.

    Parameters
    ----------
    sharing, protection : SharingEntry, DataProtectionEntry
        From the study file.
    data_availability, preregistration, ethics_approval, consent : str
        From ``[fieldwork]``.
    adulthood : str
        How adulthood was shown, in words.
    simulated : bool
        Whether the answers are simulated.
    """
    place = data_availability or OPEN.format(what="where the files are")
    if simulated:
        data = "All answers are simulated and can be made again with the code of the study. "
    elif sharing.microdata:
        data = (
            f"Records in which each person is one of at least {sharing.k} with the same key variables are available "
            "under an agreement. "
        )
    else:
        data = "The records concern the sex life of the respondents and are not shared. "
    data += "A synthetic twin, on which the plan of the study runs, is available. " if sharing.twin else ""
    data += f"Codebook, study file and ledger of results: {place}."
    plan = f" The plan was registered: {preregistration}." if preregistration else ""
    ethics = (
        f"Ethical approval: {ethics_approval or OPEN.format(what='committee and number')}. "
        f"Consent: {consent or OPEN.format(what='what respondents agreed to')}. {adulthood} "
        f"Condition under Art. 9 GDPR: {protection.article_9_condition or OPEN.format(what='condition')}."
    )
    return {"Data availability statement (draft)": data + plan, "Ethics statement (draft)": ethics}
