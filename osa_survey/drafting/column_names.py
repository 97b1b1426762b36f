"""What the name of a column says about it, in several languages."""

from __future__ import annotations

import re

AGE = frozenset(
    (
        "age", "alter", "lebensalter", "edad", "eta", "età", "âge", "idade", "leeftijd", "wiek", "ålder", "alder",
        "ikä", "věk", "vek", "kor", "életkor", "yaş", "возраст", "ηλικία", "年龄", "年齢", "나이",
    )
)  # fmt: skip
BIRTH_YEAR = re.compile(
    r"^(birth_?year|year_?(of_?)?birth|born|yob|geburtsjahr|geb_?jahr|a[nñ]o_?(de_?)?nacimiento|annee_?(de_?)?naissance"
    r"|anno_?(di_?)?nascita)$",
    re.I,
)
GENDER = frozenset(
    (
        "gender", "sex", "geschlecht", "sexo", "género", "genero", "sexe", "genre", "genere", "sesso", "geslacht", "kön",
        "kjønn", "køn", "płeć", "plec", "sukupuoli", "pohlaví", "nem", "cinsiyet", "пол", "φύλο", "性别", "性別", "성별",
    )
)  # fmt: skip
NOT_ONE_S_OWN = frozenset(
    (
        "partner", "partners", "spouse", "child", "children", "mother", "father", "same", "other", "first", "erste",
        "erstes", "erster", "ersten", "debut", "début", "onset", "onset", "primera", "première", "at", "when", "beginn",
        "frequency", "difference", "group", "gap", "desired", "preferred", "f1", "kind", "mutter", "vater",
    )
)  # fmt: skip
QUALIFIERS = frozenset(
    (
        "subject", "respondent", "participant", "years", "year", "jahre", "in", "q", "demo", "demographics", "dem", "your",
        "self", "person", "own", "s", "is", "what", "the", "of", "num", "n", "sd", "soz", "sozio", "pb", "r",
    )
)  # fmt: skip
DURATION = re.compile(
    r"^(duration([ _]*\(?in[ _]seconds\)?_*)?|dauer|bearbeitungszeit|time[_ ]?(taken|spent|sum|total)|total[_ ]?time"
    r"|completion[_ ]?time|interview[_ ]?time|interviewtime|testelapse|elapsed|elapsed[_ ]?time)$",
    re.I,
)
STARTED = re.compile(r"^(start[_ ]?date|started|start[_ ]?time|date[_ ]started|startzeit|startdatum|start)$", re.I)
ENDED = re.compile(
    r"^(end[_ ]?date|ended|end[_ ]?time|date[_ ]submitted|submit[_ ]?date|endzeit|enddatum|completed)$", re.I
)
PROGRESS = re.compile(r"^progress$", re.I)
RESPONDENT = re.compile(
    r"^(response[_ ]?id|respondent[_ ]?id|participant[_ ]?id|record[_ ]?id|case[_ ]?id|case|id|uid|uuid|session|token"
    r"|lfdn|identifier|subject[_ ]?id|study[_ ]?id)$",
    re.I,
)
PERSONAL = re.compile(
    r"(e[-_ ]?mail|ip[-_ ]?address|^ip$|recipient|first[_ ]?name|last[_ ]?name|surname|nachname|vorname|^name$|telephone"
    r"|phone|telefon|latitude|longitude|^address|adresse|prolific|worker[_ ]?id|external.?reference|external.?data)",
    re.I,
)
TECHNICAL = re.compile(
    r"^(status|finished|distribution[_ ]?channel|user[_ ]?language|recorded[_ ]?date|response[_ ]?set|seed|last[_ ]page"
    r"|start[_ ]language|browser|user[_ ]?agent|.*_DO(_.*)?|.* - topics)$",
    re.I,
)
TOTAL = re.compile(r"^(.*[_ .])?(score|total|sum|sumscore|summe|gesamt|gesamtwert|totalscore)$", re.I)
CONSENT = re.compile(r"(consent|einwillig|einverst|consenti|zustimmung|toestemming)", re.I)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a column name in lower case.

    Examples
    --------
    >>> words_of("Subject_Age"), words_of("ageAtFirstUse"), words_of("GENDER")
    (('subject', 'age'), ('age', 'at', 'first', 'use'), ('gender',))
    """
    spaced = re.sub(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])", " ", name)
    return tuple(word.lower() for word in re.findall(r"[^\W\d_]+\d*", spaced))


def is_age(name: str) -> bool:
    """Tell whether a name means the respondent's present age; an age at some event is never taken for it.

    Examples
    --------
    >>> [is_age(name) for name in ("age", "Alter", "subject_age", "age_first_use", "age at debut", "partner_age")]
    [True, True, True, False, False, False]
    """
    return _means(name, AGE)


def is_gender(name: str) -> bool:
    """Tell whether a name means the respondent's gender.

    Examples
    --------
    >>> [is_gender(name) for name in ("gender", "Geschlecht", "subject_sex", "sex_frequency", "same_sex_couple")]
    [True, True, True, False, False]
    """
    return _means(name, GENDER)


def _means(name: str, words: frozenset[str]) -> bool:
    found = words_of(name)
    if not any(word in words for word in found) or any(word in NOT_ONE_S_OWN for word in found):
        return False
    return all(word in words or word in QUALIFIERS or word.rstrip("0123456789") in QUALIFIERS for word in found)


def variable_name(column: str, taken: set[str]) -> str:
    """Return a name that analyses and formulas can use, different from those taken.

    Examples
    --------
    >>> variable_name("How often? (0-9)", {"age"}), variable_name("2nd", set()), variable_name("age", {"age"})
    ('How_often_0_9', 'v_2nd', 'age_2')
    """
    import keyword

    name = re.sub(r"\W+", "_", column).strip("_")[:LONGEST_NAME].rstrip("_") or "column"
    if not name.isidentifier() or keyword.iskeyword(name):
        name = f"v_{name}"
    if not name.isidentifier():
        name = "column"
    base, number = name, 2
    while name in taken:
        name = f"{base}_{number}"
        number += 1
    return name


LONGEST_NAME = 40
