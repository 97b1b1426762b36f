"""What the reader of the export says of the file itself."""

from __future__ import annotations

from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {
    "encoding_guessed": "the encoding of the text is not certain",
    "ragged_row": "rows have more or fewer cells than the header",
    "stray_quote": "a quotation mark stands where none belongs",
    "unclosed_quote": "a quotation mark is never closed",
    "nul_bytes": "the text holds bytes that are no text",
    "mixed_decimal_marks": "a column has decimal points and decimal commas",
    "header_of_numbers": "the header row looks like a record",
    "empty_column_name": "a column has content and no name",
    "renamed_column": "columns of the same name, or without one, were given names of their own",
    "several_sheets": "the workbook has more than one sheet; one of them was read",
    "formula_without_value": "a cell holds a formula whose value was not stored",
    "impossible_date": "a date that no calendar has",
    "nested_column": "a column holds lists or tables and was read as text",
    "split_check_all": "a check-all question in one column was split into one column for each option",
    "reason_from_label": "the reason of a value declared missing was read from its label",
    "user_missing_lost": "a file declares missing values that can only be read as gaps",
    "category_set": "columns hold the first, second, … answer to one question",
    "wording_differs": "columns of the same name have different question texts in different files",
    "missing_differs": "a value is declared missing in one file and not, or otherwise, in another",
    "decimal_marks_differ": "some files have a decimal comma, others a decimal dot",
    "duration_units_differ": "files give the duration in different units",
    "preview_rows": "records that the platform marks as preview, test or spam",
}


def reading(subject: Subject) -> Outcome:
    """Hand on the reader's findings."""
    export = subject.export
    facts = {"file": f"{export.file}, read as {export.platform} ({export.recognised_by})"}
    facts["records"] = str(subject.admitted.n_records)
    return Outcome(export.findings, facts)
