"""What ``osa-survey start`` says, in English and German, without a word of programming."""

from __future__ import annotations

PLATFORMS = {
    "qualtrics": "Qualtrics",
    "limesurvey": "LimeSurvey",
    "redcap": "REDCap",
    "sosci": "SoSci Survey",
    "unipark": "Unipark",
    "surveymonkey": "SurveyMonkey",
    "google_forms": "Google Forms",
    "microsoft_forms": "Microsoft Forms",
    "formr": "formr",
    "spss": "SPSS",
    "stata": "Stata",
    "sas": "SAS",
}
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "which_file": "Which file holds the answers, as downloaded from the survey platform?",
        "table": "a table",
        "found": "{platform}, {records} records, {questions} questions, known scales: {scales}, unsure: {unsure}",
        "no_age": (
            "Only adults' answers may be used, and no column was recognised that shows who is an adult. "
            "What is there?\n"
            "  1  a column with the age in years\n"
            "  2  a column with the year of birth\n"
            "  3  a column with age groups\n"
            "  4  no age at all, but everybody was known to be 18 or over"
        ),
        "number": "Number",
        "which_column": "Name of the column",
        "no_column": "There is no column '{column}' in the file; {hint}",
        "no_ages": "The answers in this column cannot be read that way; choose again.",
        "which_year": "In which year were the answers given?",
        "a_year": "Please give a year such as 2024.",
        "how": "How was it made sure that everybody was 18 or over?",
        "by": "Who made sure?",
        "documented": "Where is that written down?",
        "age_in_file": "The file does hold an age, in the column '{column}', so that column is used.",
        "age_empty": (
            "The column '{column}' holds no ages that can be read, and nobody's word replaces an age in the file. Fill "
            "the column in or take it out of the file, then start again."
        ),
        "spreadsheet": (
            "The spreadsheet {path} says what each column seems to hold. Coloured rows are guesses: correct them, "
            "write yes under 'confirmed', and save."
        ),
        "open": "Open it now?",
        "done": "Press Enter when you have saved it",
        "wrong": "Something in the spreadsheet does not fit yet. Correct it, save, and press Enter again.",
        "adults": "adults {adults}, under 18: {under}, unknown: {unknown}",
        "no_consent": "no consent: {n}",
        "withdrawn": "withdrawn: {n}",
        "unknown_values": (
            "Answers that are in the file and not among the categories of the spreadsheet; they count as missing, with "
            "the reason invalid, until somebody adds each as a category or says under 'missing' that it is no answer:"
        ),
        "to_decide": (
            "Answers that are in the file and not among its categories yet; add each, or write it under 'missing':"
        ),
        "unknown_value": "  {value} in the column '{column}': {n}, first in row {row}",
        "record": "1 record",
        "records": "{n} records",
        "left_out": "Planned analyses that cannot be done with these answers and were left out: {n}.",
        "nobody": "No adult's answers are left, so there is nothing to report. Look at the column with the age.",
        "not_shown": (
            "Nothing in the file shows who is an adult. Run the same line without --yes, and you will be asked how "
            "that is known."
        ),
        "next": "Next: open {path} in your web browser and read it beside the spreadsheet.",
    },
    "de": {
        "which_file": "In welcher Datei stehen die Antworten, so wie sie vom Umfrageanbieter heruntergeladen wurden?",
        "table": "eine Tabelle",
        "found": "{platform}, {records} Datensätze, {questions} Fragen, bekannte Skalen: {scales}, unsicher: {unsure}",
        "no_age": (
            "Nur Antworten von Erwachsenen dürfen verwendet werden, und keine Spalte zeigt, wer erwachsen ist. "
            "Was gibt es?\n"
            "  1  eine Spalte mit dem Alter in Jahren\n"
            "  2  eine Spalte mit dem Geburtsjahr\n"
            "  3  eine Spalte mit Altersgruppen\n"
            "  4  gar kein Alter, aber alle waren nachweislich mindestens 18"
        ),
        "number": "Nummer",
        "which_column": "Name der Spalte",
        "no_column": "In der Datei gibt es keine Spalte '{column}'; {hint}",
        "no_ages": "So lassen sich die Antworten in dieser Spalte nicht lesen; bitte neu wählen.",
        "which_year": "In welchem Jahr wurden die Antworten gegeben?",
        "a_year": "Bitte ein Jahr angeben, zum Beispiel 2024.",
        "how": "Wie wurde sichergestellt, dass alle mindestens 18 waren?",
        "by": "Wer hat das sichergestellt?",
        "documented": "Wo ist das festgehalten?",
        "age_in_file": "Die Datei enthält doch ein Alter, in der Spalte '{column}'; diese Spalte wird verwendet.",
        "age_empty": (
            "In der Spalte '{column}' steht kein lesbares Alter, und eine Zusicherung ersetzt kein Alter in der Datei. "
            "Bitte die Spalte ausfüllen oder aus der Datei nehmen und neu beginnen."
        ),
        "spreadsheet": (
            "In der Tabelle {path} steht, was jede Spalte zu enthalten scheint. Farbige Zeilen sind Vermutungen: bitte "
            "berichtigen, unter 'confirmed' ja eintragen und speichern."
        ),
        "open": "Jetzt öffnen?",
        "done": "Eingabetaste drücken, sobald gespeichert ist",
        "wrong": "Etwas in der Tabelle passt noch nicht. Bitte berichtigen, speichern und die Eingabetaste drücken.",
        "adults": "Erwachsene {adults}, unter 18: {under}, unbekannt: {unknown}",
        "no_consent": "keine Einwilligung: {n}",
        "withdrawn": "zurückgezogen: {n}",
        "unknown_values": (
            "Antworten, die in der Datei stehen und in der Tabelle keine Kategorie sind; sie gelten als fehlend "
            "(Grund: ungültig), bis sie dort als Kategorie oder unter 'missing' als fehlende Angabe eingetragen sind:"
        ),
        "to_decide": (
            "Antworten, die in der Datei stehen und dort noch keine Kategorie sind; bitte als Kategorie oder unter "
            "'missing' eintragen:"
        ),
        "unknown_value": "  {value} in der Spalte '{column}': {n}, zuerst in Zeile {row}",
        "record": "1 Datensatz",
        "records": "{n} Datensätze",
        "left_out": "Geplante Auswertungen, die mit diesen Antworten nicht möglich sind und weggelassen wurden: {n}.",
        "nobody": "Es bleiben keine Antworten von Erwachsenen, also auch kein Bericht. Bitte die Altersspalte ansehen.",
        "not_shown": (
            "Nichts in der Datei zeigt, wer erwachsen ist. Bitte dieselbe Zeile ohne --yes ausführen; dann wird danach "
            "gefragt."
        ),
        "next": "Weiter: {path} im Browser öffnen und neben der Tabelle lesen.",
    },
}


def said(key: str, language: str, **values: object) -> str:
    """Return a sentence in a language.

    Examples
    --------
    >>> said("adults", "en", adults=806, under=4, unknown=2)
    'adults 806, under 18: 4, unknown: 2'
    """
    return WORDS[language][key].format(**values)


def platform_title(platform: str, language: str) -> str:
    """Return the name of a platform as people know it."""
    return PLATFORMS.get(platform, WORDS[language]["table"])
