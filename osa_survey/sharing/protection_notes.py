"""The data-protection note of a study: legal basis, condition of Art. 9, safeguards, retention, access, assessment."""

from __future__ import annotations

from osa_survey.sharing.documents import Part, ShortDocument, Table
from osa_survey.sharing.entries import DataProtectionEntry

NOT_STATED = "not stated: add {key} to the study file"
GDPR = "Regulation (EU) 2016/679 (GDPR)"


def protection_note(
    title: str,
    entry: DataProtectionEntry,
    *,
    legal_basis: str,
    consent_text: str,
    records: int,
    shared: tuple[str, ...],
) -> ShortDocument:
    """Return the note; what the study file does not say is named as missing, never guessed.

    Parameters
    ----------
    title : str
        The title of the study.
    entry : DataProtectionEntry
        ``[data_protection]`` of the study file.
    legal_basis, consent_text : str
        From ``[fieldwork]``.
    records : int
        How many people's answers are processed.
    shared : tuple of str
        What the release holds, in words.
    """
    assessment = {"yes": "yes", "no": "no"}.get(entry.dpia, NOT_STATED.format(key="data_protection.dpia"))
    if entry.dpia:
        reason = entry.dpia_reason or NOT_STATED.format(key="data_protection.dpia_reason")
        assessment = f"{assessment}: {reason}"
    facts = (
        ("Controller", entry.controller or NOT_STATED.format(key="data_protection.controller")),
        ("Contact", entry.contact or NOT_STATED.format(key="data_protection.contact")),
        ("Legal basis (Art. 6)", legal_basis or NOT_STATED.format(key="fieldwork.legal_basis")),
        (
            "Condition for special categories (Art. 9)",
            entry.article_9_condition or NOT_STATED.format(key="data_protection.article_9_condition"),
        ),
        ("Consent", consent_text or NOT_STATED.format(key="fieldwork.consent_text")),
        ("Safeguards", "; ".join(entry.safeguards) or NOT_STATED.format(key="data_protection.safeguards")),
        ("Retention", entry.retention or NOT_STATED.format(key="data_protection.retention")),
        ("Access to the records", entry.access or NOT_STATED.format(key="data_protection.access")),
        ("Transfers and processors", entry.transfers or NOT_STATED.format(key="data_protection.transfers")),
        ("Data protection impact assessment (Art. 35)", assessment),
    )
    why = (
        f"The answers of {records} adults concern their sex life or sexual orientation. Under Art. 9 (1) of {GDPR} "
        "their processing is prohibited unless a condition of Art. 9 (2) holds. Processing such data on a large scale "
        "calls for an impact assessment (Art. 35 (3) (b)); the controller decides, and this note is no legal advice."
    )
    return ShortDocument(
        f"Data-protection note: {title}",
        (
            Part("Why there is a note", (why,)),
            Part(
                "Facts", table=Table("Facts on data protection", ("Point", "Stated in the study file"), facts, (1, 2.2))
            ),
            Part("What is shared", points=shared),
        ),
    )


def missing_facts(document: ShortDocument) -> tuple[str, ...]:
    """Return the points of a note that the study file does not state."""
    rows = [row for part in document.parts if part.table is not None for row in part.table.rows]
    return tuple(point for point, stated in rows if "not stated: add" in stated)
