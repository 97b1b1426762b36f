"""Columns that survey platforms add, and names that say what a column holds in several languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from osa_survey.dataset import Export

PLATFORM_COLUMNS: dict[str, str] = {
    # Qualtrics
    "startdate": "started",
    "enddate": "ended",
    "recordeddate": "date",
    "duration (in seconds)": "duration",
    "duration__in_seconds_": "duration",
    "progress": "progress",
    "responseid": "respondent_id",
    "ipaddress": "identifier",
    "recipientlastname": "identifier",
    "recipientfirstname": "identifier",
    "recipientemail": "identifier",
    "externalreference": "identifier",
    "externaldatareference": "identifier",
    "locationlatitude": "identifier",
    "locationlongitude": "identifier",
    "distributionchannel": "ignored",
    # SurveyMonkey
    "respondentid": "respondent_id",
    "respondent_id": "respondent_id",
    "collectorid": "ignored",
    "collector_id": "ignored",
    "email address": "identifier",
    "first name": "identifier",
    "last name": "identifier",
    "ip address": "identifier",
    # LimeSurvey
    "submitdate": "ended",
    "datestamp": "date",
    "lastpage": "ignored",
    "seed": "ignored",
    "token": "identifier",
    "ipaddr": "identifier",
    "interviewtime": "duration",
    "refurl": "ignored",
    # SoSci Survey
    "case": "respondent_id",
    "serial": "identifier",
    "ref": "identifier",
    "questnnr": "ignored",
    "started": "started",
    "lastdata": "ended",
    "maxpage": "ignored",
    "time_sum": "duration",
    "time_rsi": "ignored",
    "mailsent": "ignored",
    "q_viewer": "ignored",
    # Google Forms, Microsoft Forms
    "timestamp": "ended",
    "zeitstempel": "ended",
    "start time": "started",
    "completion time": "ended",
    "email": "identifier",
    "e-mail": "identifier",
    "name": "identifier",
    # REDCap, formr
    "record_id": "respondent_id",
    "redcap_survey_identifier": "identifier",
    "session": "respondent_id",
    "created": "started",
    "ended": "ended",
    "modified": "date",
    "expired": "date",
}
"""Name in lower case → what it is."""

OWN = r"^(?:subject_|respondent_|participant_|demo_|demographics_|sd_|q\d+_)?"
"""What may stand before the name of a question about the respondent."""
AGE = re.compile(
    OWN
    + r"(age|age_?(in_)?years?|age_at_survey|your_age|how_old_are_you\??|alter|alter_?(in_)?jahren?|edad|età|eta|âge|"
    r"idade|leeftijd|ålder|alder|wiek|ikä|yas|yaş|kor|vek|věk|возраст|年龄)$",
    re.I,
)
BIRTH_YEAR = re.compile(
    r"^(birth_?year|year_?of_?birth|yob|born|geburtsjahr|año_de_nacimiento|anno_di_nascita|geboortejaar)$", re.I
)
GENDER = re.compile(
    OWN
    + r"(gender|gender_?identity|sex|geschlecht|gender_geschlecht|sexo|género|genero|genere|sesso|genre|sexe|geslacht|"
    r"kön|kjønn|køn|płeć|plec|пол|性别)$",
    re.I,
)
CONSENT = re.compile(
    r"^(informed_?)?(consent|einwilligung|einverst[aä]ndnis|zustimmung|consentimiento|consenso|consentement|toestemming)"
    r"(_?\d+|_given|_form|_?q)?$",
    re.I,
)
IDENTITY = re.compile(
    r"(e-?mail|phone|telefon|telephone|ip_?addr|first_?name|last_?name|vorname|nachname|latitude|longitude)", re.I
)
WORDS_OF_AGE = re.compile(
    OWN + r"(what is your (current )?age|how old are you|wie alt sind sie|¿?cu[aá]ntos años tiene)", re.I
)
WORDS_OF_GENDER = re.compile(r"^(what is your (current )?(gender|sex)|welches geschlecht|was ist ihr geschlecht)", re.I)
WORDS_OF_CONSENT = re.compile(
    r"(do you (consent|agree) to (take part|participate)|i consent to|ich willige .*ein)", re.I
)


def platform_role(name: str) -> str:
    """Return what a column of a platform is, or "".

    Examples
    --------
    >>> platform_role("ResponseId"), platform_role("Q1")
    ('respondent_id', '')
    """
    return PLATFORM_COLUMNS.get(name.strip().casefold(), "")


def column_named(export: Export, names: re.Pattern[str], wording: re.Pattern[str] | None = None) -> str:
    """Return the first column whose name, or else whose wording, says what it is; "" if there is none.

    Parameters
    ----------
    export : Export
        The raw export.
    names, wording : re.Pattern
        What the name and the wording look like.
    """
    return _first(export.names, {name: _plain(name) for name in export.names}, names) or (
        _first(export.names, export_words(export), wording) if wording else ""
    )


def export_words(export: Export) -> dict[str, str]:
    """Return the wording of every column, its name where there is none."""
    return {name: " ".join((export.wording.get(name) or name).split()) for name in export.names}


def _first(columns: Sequence[str], texts: dict[str, str], pattern: re.Pattern[str]) -> str:
    return next((name for name in columns if pattern.search(texts[name])), "")


def _plain(name: str) -> str:
    return re.sub(r"[\s.\-]+", "_", name.strip())
