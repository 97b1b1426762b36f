"""A made-up web survey of adults whose every count is known by hand: who came, who left, who answered what."""

from __future__ import annotations

from pathlib import Path

from tests.sharing.made_up_release import write_study

RECORDS = 1200
REFUSED, NO_AGE, REPEATED, FAST, KEPT = 40, 30, 20, 60, 1050
ADMITTED = REPEATED + FAST + KEPT
UNFINISHED_KEPT, UNFINISHED_FAST = 100, 13
MEN, WOMEN, OTHERS = 500, 400, 150
EVER = 600
NO_MOOD, NO_WORRY = 70, 56
VISITORS, SITE_VISITORS, INVITED, PAGES = 4000, 10000, 6000, 3
CODEBOOK = """
format = 1
title = "Known by hand"
language = "en"

[eligibility]
age = "age"
consent = { variable = "consent", agreed = [1] }

[paradata]
duration = "seconds"
duration_unit = "seconds"
progress = "progress"

[variables.consent]
column = "consent"
type = "nominal"
labels = { 1 = "agreed", 2 = "not agreed" }

[variables.age]
column = "age"
type = "number"
maximum = 99

[variables.band]
column = "band"
type = "ordinal"
title = "Age in bands"
labels = { 1 = "18–24", 2 = "25–34", 3 = "35–44", 4 = "45–54", 5 = "55–64", 6 = "65 or over" }
maps_to = "age_band"

[variables.gender]
column = "gender"
type = "nominal"
title = "Gender"
labels = { 1 = "man", 2 = "woman", 3 = "another gender" }
maps_to = "gender"

[variables.ever]
column = "ever"
type = "nominal"
title = "Ever used"
labels = { 0 = "no", 1 = "yes" }

[variables.often]
column = "often"
type = "ordinal"
title = "How often"
labels = { 1 = "rarely", 2 = "monthly", 3 = "weekly", 4 = "daily" }
asked_if = { variable = "ever", codes = [1] }

[variables.mood]
column = "mood"
type = "number"
title = "Mood"

[variables.worry]
column = "worry"
type = "number"
title = "Worry"
"""
STUDY = f"""
format = 1
title = "Known by hand"
seed = 7

[[data]]
export = "data.csv"

[fieldwork]
sample = "opt-in"
access = "closed"
invited = {INVITED}
visitors = {VISITORS}
site_visitors = {SITE_VISITORS}
screens = {PAGES}
log_ins = "personal links"

[exclude]
identical_records = {{ reason = "repeated" }}
completion_time = {{ below_median_share = 0.3, reason = "too fast" }}

[[hypotheses]]
id = "h1"
text = "Men worry less than women."
smallest_effect = {{ d = 0.2, source = "own choice" }}

[[hypotheses]]
id = "h2"
text = "Mood goes with worry."
family = "second"

[families.second]
adjust = "holm"

[[analyses]]
id = "sample"
do = "describe"
variables = ["age", "gender", "mood"]

[[analyses]]
id = "table"
do = "crosstab"
title = "Use by gender"
row = "gender"
column = "ever"

[[analyses]]
id = "model"
do = "regress"
title = "Worry explained"
outcome = "worry"
blocks = [["mood"], ["gender", "ever"]]
tests = "h2"
"""


def answers() -> dict[str, list[str]]:
    """Return the columns of the export: people who are kept, repeated records, fast ones, no age, no consent."""
    kept = [
        {
            "consent": "1",
            "age": str(18 + number % 60),
            "band": str(1 + sum(18 + number % 60 >= lowest for lowest in (25, 35, 45, 55, 65))),
            "gender": "1" if number < MEN else "2" if number < MEN + WOMEN else "3",
            "ever": "1" if number % 7 < 4 else "0",
            "often": str(1 + number % 4) if number % 7 < 4 else "",
            "mood": "" if 100 <= number < 100 + NO_MOOD else f"{number * 0.1:.1f}",
            "worry": "" if 300 <= number < 300 + NO_WORRY else f"{(number * 37) % 1051 * 0.1:.1f}",
            "seconds": "600",
            "progress": "50" if 900 <= number < 900 + UNFINISHED_KEPT else "100",
        }
        for number in range(KEPT)
    ]
    fast = [
        {
            **kept[0],
            "mood": f"{200 + number}.0",
            "seconds": "100",
            "progress": "50" if number < UNFINISHED_FAST else "100",
        }
        for number in range(FAST)
    ]
    no_age = [{**kept[0], "age": ""} for _ in range(NO_AGE)]
    refused = [{**kept[0], "consent": "2"} for _ in range(REFUSED)]
    records = [*kept, *kept[:REPEATED], *fast, *no_age, *refused]
    assert len(records) == RECORDS
    return {name: [record[name] for record in records] for name in kept[0]}


def write_known_study(folder: Path, *, study: str = STUDY, codebook: str = CODEBOOK) -> Path:
    """Write the three files into a folder and return it."""
    return write_study(folder, study=study, codebook=codebook, columns=answers())
