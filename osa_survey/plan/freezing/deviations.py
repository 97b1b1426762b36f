"""The deviation table of a report: what differs from the frozen plan, why, and who agreed."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from osa_survey import formatting
from osa_survey.plan.freezing.changes import Change, changes_between
from osa_survey.plan.freezing.contents import plan_content
from osa_survey.plan.freezing.frozen_plans import FrozenPlan, load_frozen_plan
from osa_survey.plan.freezing.statuses import CONFIRMATORY, amended_analyses, plan_statuses, said_of_amendment
from osa_survey.plan.study_folder import Study
from osa_survey.results import Layout, Result, Rows, Show

TEXTS = {
    "en": {
        "heading": "Plan and deviations",
        "title": "Deviations from the frozen plan",
        "amendment": "Amendment {number}: {reason}, {tier}, signed off by {names}",
        "seen": "; results of the plan were there already",
        "open": "Not amended",
        "frozen": "The plan was frozen before the analysis (SHA-256 {sha}).",
        "present": "An export of the data was there already when it was frozen.",
        "absent": "No export of the data was in the study folder when it was frozen.",
        "marks": "{confirmatory} of {all} analyses are confirmatory, the others exploratory.",
        "as_amended": "{confirmatory} of {all} analyses are confirmatory ({amended} of them as amended), the others "
        "exploratory.",
        "none": "Nothing differs from the frozen plan.",
        "some": "{n} settings differ from the frozen plan; {open} of them without an amendment.",
        "one": "One setting differs from the frozen plan; settings without an amendment: {open}.",
        "row_head": "Setting",
        "column": "Frozen → now",
        "note": "Tiers: clerical moves no number, blind was decided before anyone saw outcome data, informed after.",
    },
    "de": {
        "heading": "Plan und Abweichungen",
        "title": "Abweichungen vom eingefrorenen Plan",
        "amendment": "Nachtrag {number}: {reason}, {tier}, bestätigt von {names}",
        "seen": "; Ergebnisse des Plans lagen schon vor",
        "open": "Ohne Nachtrag",
        "frozen": "Der Plan wurde vor der Auswertung eingefroren (SHA-256 {sha}).",
        "present": "Dabei lag schon ein Export der Daten vor.",
        "absent": "Dabei lag im Studienordner kein Export der Daten.",
        "marks": "{confirmatory} von {all} Analysen sind konfirmatorisch, die anderen explorativ.",
        "as_amended": "{confirmatory} von {all} Analysen sind konfirmatorisch ({amended} davon nach Änderung durch "
        "Nachtrag), die anderen explorativ.",
        "none": "Nichts weicht vom eingefrorenen Plan ab.",
        "some": "{n} Angaben weichen vom eingefrorenen Plan ab, {open} davon ohne Nachtrag.",
        "one": "Eine Angabe weicht vom eingefrorenen Plan ab; Angaben ohne Nachtrag: {open}.",
        "row_head": "Angabe",
        "column": "Eingefroren → jetzt",
        "note": "Stufen: redaktionell ändert keine Zahl, blind wurde vor jedem Blick auf die Daten entschieden, in "
        "Kenntnis der Daten danach.",
    },
}


def deviation_heading(language: str) -> str:
    """Return the heading of the section."""
    return TEXTS[language]["heading"]


def plan_paragraphs(study: Study) -> tuple[str, ...]:
    """Return what a reader must know of the frozen plan, as sentences; empty without one."""
    plan = load_frozen_plan(study.folder)
    if plan is None:
        return ()
    texts = TEXTS[study.file.report.language]
    statuses = plan_statuses(study, plan)
    confirmatory = {identifier for identifier, status in statuses.items() if status == CONFIRMATORY}
    amended = confirmatory & amended_analyses(plan).keys()
    numbers = {"confirmatory": len(confirmatory), "all": len(statuses), "amended": len(amended)}
    sentences = [
        texts["frozen"].format(sha=plan.sha256),
        texts["present" if plan.data_present else "absent"],
        texts["as_amended" if amended else "marks"].format(**numbers),
    ]
    return (" ".join(sentences),)


def deviations(study: Study) -> Result | None:
    """Return the deviation table of a study.

    Parameters
    ----------
    study : Study
        The study as it is now.

    Returns
    -------
    Result or None
        A row ``deviation`` for each key that differs: its amendment as ``group``, the key as ``term``, "before →
        after" as ``level``. None without a frozen plan.
    """
    plan = load_frozen_plan(study.folder)
    if plan is None:
        return None
    language = study.file.report.language
    texts = TEXTS[language]
    rows = Rows()
    rows.cell("settings", 0)
    for head, changes in _amended(plan, language):
        _add(rows, head, changes)
    _add(rows, texts["open"], changes_between(plan.current, plan_content(study)))
    return Result.from_rows(
        rows,
        title=texts["title"],
        analysis="deviations",
        method="keys of study file, codebook and definitions that differ from the frozen plan, by canonical form",
        n_used=0,
        notes=(texts["note"],) if len(rows.table) else (),
        wording=_words,
        layout=Layout(
            rows=("group", "term"),
            show=(Show("deviation", "text", texts["column"]),),
            row_head=texts["row_head"],
        ),
        id="deviations",
    )


def _amended(plan: FrozenPlan, language: str) -> Iterable[tuple[str, tuple[Change, ...]]]:
    for record in plan.amendments:
        names = ", ".join(map(str, record["signed_off"]))
        note = f" ({record['note']})" if record["note"] else ""
        reason, tier = (said_of_amendment(str(record[key]), language) for key in ("reason", "tier"))
        text = TEXTS[language]["amendment"]
        seen = TEXTS[language]["seen"] if record.get("results_there") else ""
        head = text.format(number=record["number"], reason=reason, tier=tier, names=names) + seen + note
        yield head, tuple(Change(**change) for change in record["changes"])


def _add(rows: Rows, head: str, changes: Iterable[Change]) -> None:
    for change in changes:
        rows.add("deviation", group=head, term=change.path, level=change.in_words, estimate=1, cells=["settings"])


def _words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    texts = TEXTS[language]
    if len(table) == 0:
        return (texts["none"],)
    not_amended = int((table["group"] == texts["open"]).sum())
    return (
        texts["one" if len(table) == 1 else "some"].format(
            n=formatting.count(len(table)), open=formatting.count(not_amended)
        ),
    )
