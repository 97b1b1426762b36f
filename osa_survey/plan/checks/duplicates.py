"""Near duplicates, and records begun in the same minute on the same device."""

from __future__ import annotations

import numpy as np

from osa_survey.errors import Problem
from osa_survey.plan.checks.fieldwork_days import minutes_of
from osa_survey.plan.checks.subjects import Outcome, Subject
from osa_survey.quality.near_duplicates import ALIKE, near_duplicates_of

CODES = {
    "near_duplicates": f"strict: records answer at least {ALIKE:.0%} of 20 or more items like an earlier record",
    "same_device_and_minute": "strict: records were begun on the same rare device in the same minute",
}
COMMON = 0.01
"""A device that a larger share of the records has, such as "phone", tells nobody apart."""
ALWAYS_RARE = 5


def duplicates(subject: Subject) -> Outcome:
    """Count both kinds; they are facts, and findings of strict checks unless the study file excludes them."""
    findings: list[Problem] = []
    facts: dict[str, str] = {}
    near = near_duplicates_of(subject.admitted)
    if near.any():
        number = int(near.sum())
        facts["near duplicates of an earlier record"] = str(number)
        if subject.strict and "near_duplicates" not in subject.excluding:
            row = int(subject.admitted.rows[np.argmax(near)])
            message = f"records that answer at least {ALIKE:.0%} of the items like an earlier one"
            hint = 'look at them; to leave them out: [exclude] near_duplicates = { reason = "…" }'
            findings.append(Problem("near_duplicates", message, subject.export.file, row, hint=hint, count=number))
    _same_minute(subject, findings, facts)
    return Outcome(tuple(findings), facts)


def _same_minute(subject: Subject, findings: list[Problem], facts: dict[str, str]) -> None:
    device, started = subject.paradata("device"), subject.paradata("started")
    if not device or not started:
        return
    devices, which_device = subject.answers(device)
    times, which_time = subject.answers(started)
    minutes = minutes_of(times)
    different = {minute: position for position, minute in enumerate(dict.fromkeys(minutes))}
    minute = np.array([different[text] for text in minutes])[which_time]
    counts = np.bincount(which_device, minlength=len(devices))
    most = max(ALWAYS_RARE, COMMON * len(subject.admitted))
    usable = np.array([name != "" for name in devices])[which_device] & (counts <= most)[which_device]
    if "" in different:
        usable &= minute != different[""]
    places = np.flatnonzero(usable)
    pair = which_device[places].astype(np.int64) * len(different) + minute[places]
    _, first = np.unique(pair, return_index=True)
    again = np.ones(len(places), dtype=bool)
    again[first] = False
    number = int(again.sum())
    if not number:
        return
    facts["begun on the same device in the same minute as another"] = str(number)
    if subject.strict:
        row = int(subject.admitted.rows[places[np.argmax(again)]])
        message = "records begun on the same device in the same minute as an earlier one"
        hint = "look whether one person answered twice; couples and households may share a device"
        file = subject.export.file
        findings.append(Problem("same_device_and_minute", message, file, row, device, hint=hint, count=number))
