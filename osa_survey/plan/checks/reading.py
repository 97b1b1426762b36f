"""What the reader of the export says of the file itself."""

from __future__ import annotations

from osa_survey.plan.checks.subjects import Outcome, Subject

CODES = {
    "ambiguous_dates": "dates fit both orders of day and month",
    "box_outside_choices": "a check box has no choice in the data dictionary",
    "branching_contradicted": "answers exist where the branching logic shows no question",
    "branching_not_decided": "a branching logic uses more than comparisons of fields in the same row",
    "category_set": "a multiple-response set counts categories and was left as its columns",
    "empty_column_name": "a column has content and no name",
    "encoding_guessed": "the encoding of the text is not certain",
    "ended_otherwise": "records ended in another way than by the last page",
    "formula_without_value": "a cell holds a formula whose value was not stored",
    "header_of_numbers": "the header row looks like a record",
    "impossible_date": "a date that no calendar has",
    "items_without_column": "items of the items table have no column in the export",
    "joined_check_all": "a check-all question in one column is kept as it stands",
    "joined_ranking": "a ranking in one column is kept as it stands",
    "labels_do_not_fit": "value labels of the structure do not fit the values of the export",
    "missing_import_id": "a column of Qualtrics has no ImportId",
    "mixed_dates": "dates of one column are written in more than one way",
    "mixed_decimal_marks": "a column has decimal points and decimal commas",
    "nested_column": "a column holds lists or tables and was read as text",
    "nested_value": "a value of the JSON file holds lists or tables and was read as text",
    "not_in_structure": "columns of the export are not in the survey structure",
    "preview_records": "records that the platform marks as preview or test",
    "ragged_row": "rows have more or fewer cells than the header",
    "reason_from_label": "a value's label names a reason for a gap, and the value was read as that gap",
    "renamed_column": "columns of the same name, or without one, were given names of their own",
    "repeated_participant": "a participant occurs more than once in the file of demographics",
    "residual_code_unclear": "a code outside the answers names no single reason for a gap and stays a value",
    "reversed_in_name": "a column's name says that its item is reversed",
    "several_rows_per_person": "a person has more than one row",
    "several_sheets": "the workbook has more than one sheet; one of them was read",
    "spam_records": "records that the platform marks as spam",
    "split_check_all": "a check-all question in one column was split into one column for each option",
    "stray_quote": "a quotation mark stands where none belongs",
    "structure_without_column": "questions of the survey structure have no column in the export",
    "syntax_does_not_fit": "the syntax file does not fit the export",
    "unclosed_quote": "a quotation mark is never closed",
    "unknown_tick_codes": "a check box holds codes other than those for ticked and not ticked",
    "unmatched_participant": "participants of the demographics have no record in the export",
    "unmatched_record": "records have no participant in the demographics",
    "unmatched_structure": "the survey structure does not belong to the export",
    "user_missing_lost": "the file declares user-missing values in a way that could not be kept",
    "viewer_records": "records of people who only looked at the questionnaire",
    "zero_may_be_gap": "zeros may be answers or gaps; the platform does not say which",
}
"""The codes of the readers' findings; those of their errors, which end a command, are not findings."""


def reading(subject: Subject) -> Outcome:
    """Hand on the reader's findings."""
    export = subject.export
    facts = {"file": f"{export.file}, read as {export.platform} ({export.recognised_by})"}
    facts["records"] = str(subject.admitted.n_records)
    return Outcome(export.findings, facts)
