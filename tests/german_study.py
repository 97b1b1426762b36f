"""A made-up German study on disk whose own words are all German, with everything its documents can speak of."""

from __future__ import annotations

from pathlib import Path

import numpy as np

N = 320
URGE, OWN_ITEMS = 10, 6
CODEBOOK = """
format = 1
title = "Onlineleben"
language = "de"
ignored = ["startlanguage", "kommentar"]

[file]
platform = "limesurvey"
respondent_id = "id"

[missing]
not_answered = [-9]

[eligibility]
age = "age"

[paradata]
ended = "submitdate"

[blocks.zwang]
instrument = "scs"
columns = "zwang_{n}"

[blocks.zuf]
instrument = "zufriedenheit"
columns = "zuf_{n}"

[variables.id]
column = "id"
type = "identifier"

[variables.age]
column = "alter"
type = "number"
maximum = 99
unit = "years"
maps_to = "age"

[variables.gender]
column = "geschlecht"
type = "nominal"
labels = { "weiblich" = "Frau", "männlich" = "Mann" }
reference = "Mann"
maps_to = "gender"
recode = { Frau = "woman", Mann = "man" }

[variables.bildung]
column = "bildung"
type = "ordinal"
title = "Bildung"
labels = { 1 = "niedrig", 2 = "mittel", 3 = "hoch" }

[variables.sexting]
column = "akt_sexting"
title = "Sexting"
type = "nominal"
labels = { Nein = "nein", Ja = "ja" }

[variables.info]
column = "akt_info"
title = "Informationssuche"
type = "nominal"
labels = { Nein = "nein", Ja = "ja" }

[variables.stress]
column = "stress"
title = "Stressbelastung"
type = "number"

[variables.orte]
type = "multiple"
title = "Orte"
columns = { daheim = "orte_1", unterwegs = "orte_2" }
ticked = ["Y"]

[variables.email]
column = "email"
type = "identifier"
"""
INSTRUMENT = """
format = 1
id = "zufriedenheit"
version = 1
title = "Zufriedenheit mit dem Onlineleben"
short_title = "ZUF"
construct = "Zufriedenheit"
verified = "own"
verification_note = "Für diese Studie geschrieben."
citation = { text = "Muster, M. (2025). Zufriedenheit mit dem Onlineleben." }
licence = { status = "die Autorinnen", wording_redistributable = "yes", verified = "own" }
items = [
  { id = "zufriedenheit_01", tag = "insgesamt zufrieden", options = "zustimmung" },
  { id = "zufriedenheit_02", tag = "Kontakte gut", options = "zustimmung" },
  { id = "zufriedenheit_03", tag = "oft enttäuscht", options = "zustimmung" },
  { id = "zufriedenheit_04", tag = "gern online", options = "zustimmung" },
  { id = "zufriedenheit_05", tag = "nichts fehlt", options = "zustimmung" },
  { id = "zufriedenheit_06", tag = "eher unzufrieden", options = "zustimmung" },
]

[response_options.zustimmung]
codes = [1, 2, 3, 4, 5]
labels = { 1 = "stimmt nicht", 5 = "stimmt" }

[[scales]]
id = "mw"
title = "Zufriedenheit, Mittelwert"
items = [
  "zufriedenheit_01", "zufriedenheit_02", "-zufriedenheit_03", "zufriedenheit_04", "zufriedenheit_05",
  "-zufriedenheit_06",
]
score = "mean"
range = [1, 5]
higher_means = "zufriedener"
missing = { min_answered = 5, basis = "convention" }
verified = "own"
"""
STUDY = """
format = 1
title = "Onlineleben"
seed = 1

[[data]]
export = "befragung.csv"

[fieldwork]
sample = "opt-in"
recruitment = "Aufruf über Verteiler"
languages = ["de"]
incentive = "Verlosung"

[data_protection]
controller = "Hochschule Musterstadt"

[sharing]
microdata = true
key_variables = ["gender", "bildung"]
sensitive = ["sexting"]

[weights]
trim = 3.5

[weights.rake.gender]
Frau = 51
Mann = 49
source = "Zensus 2022"

[weights.rake.bildung]
niedrig = 30
mittel = 45.5
hoch = 24.5
source = "Mikrozensus"

[exclude]
identical_records = { reason = "gleich mit einem früheren Datensatz" }
straight_lining = { longest_run = 16, reason = "eine gerade Linie" }

[scoring.zuf]
mw = { min_answered = 4, reason = "vorab so geplant" }

[families.primary]
adjust = "holm"

[[hypotheses]]
id = "h1"
text = "Frauen und Männer unterscheiden sich in der Zufriedenheit."
family = "primary"
smallest_effect = { d = 0.25, source = "Konvention" }

[[analyses]]
id = "stichprobe"
do = "describe"
variables = ["age", "gender", "bildung", "stress", "zuf_mw"]

[[analyses]]
id = "vorkommen"
do = "prevalence"
activities = ["sexting", "info"]
by = "gender"
base = "answered"
yes = "ja"

[[analyses]]
id = "kreuz"
do = "crosstab"
row = "gender"
column = "sexting"

[[analyses]]
id = "gruppen"
do = "compare_groups"
outcome = "zuf_mw"
by = "gender"
tests = "h1"

[[analyses]]
id = "modell"
do = "regress"
outcome = "sexting"
blocks = [["age", "bildung"], ["gender", "zuf_mw", "zuf_mw * gender"]]
model = "logit"
event = "ja"

[[analyses]]
id = "linien"
do = "regress"
outcome = "zuf_mw"
blocks = ["age", "stress"]
model = "linear"
adjust = "holm"

[[analyses]]
id = "pfade"
do = "mediate"
interval = "monte_carlo"
y = "zuf_mw"
x = "age"
mediators = ["stress"]

[[analyses]]
id = "verl"
do = "reliability"
draws = 0
scale = "zuf_mw"

[[analyses]]
id = "zusammen"
do = "correlate"
variables = ["age", "stress", "zuf_mw", "zwang_total"]

[report]
formats = ["html", "docx"]
disclosure = "journal"
language = "de"
"""

IMPUTED = """
format = 1
title = "Onlineleben, ergänzt"
seed = 1

[[data]]
export = "befragung.csv"

[fieldwork]
sample = "quota"

[missing_data]
method = "multiple_imputation"
m = 3
iterations = 2
variables = ["age", "gender", "bildung", "stress", "zuf_mw"]

[exclude]
item_missingness = { above = 0.5, reason = "mehr als die Hälfte fehlt" }

[[hypotheses]]
id = "h1"
text = "Frauen und Männer unterscheiden sich in der Zufriedenheit."
family = "primary"

[[analyses]]
id = "stichprobe"
do = "describe"
variables = ["age", "gender", "zuf_mw"]

[[analyses]]
id = "gruppen"
do = "compare_groups"
outcome = "zuf_mw"
by = "gender"
tests = "h1"
missing = "listwise"
reason = "Der Test ist für vollständige Fälle geplant."

[[analyses]]
id = "linien"
do = "regress"
outcome = "zuf_mw"
blocks = ["age", "gender"]
model = "linear"

[multiverse]
analysis = "linien"
term = "age"
predicted = "positive"
covariates = ["bildung"]
exclude = ["item_missingness"]
reason = "Die Kurve gilt den Antworten, wie sie sind."
models = ["rank"]
draws = 99

[multiverse.exclusions]
jung = { variable = "age", below = 25 }

[multiverse.scoring.zuf.mw]
streng = { min_answered = 6 }

[power]
sizes = [60, 90]
replicates = 4

[report]
language = "de"
"""
"""The same people with completed sets, a specification curve and a power analysis."""


def write_answers(path: Path, *, seed: int = 5, n: int = N) -> None:
    """Write made-up answers of adults as LimeSurvey would, gaps as -9."""
    generator = np.random.default_rng(seed)
    woman = generator.random(n) < 0.55
    age = generator.integers(18, 75, size=n)
    trait = generator.normal(size=n) + 0.35 * woman
    stress = np.round(5 - 0.5 * trait + generator.normal(size=n), 1)
    own = np.clip(np.round(3 + 0.8 * trait[:, None] + generator.normal(scale=0.8, size=(n, OWN_ITEMS))), 1, 5)
    own[:, [2, 5]] = 6 - own[:, [2, 5]]
    urge = np.clip(np.round(2 + trait[:, None] + generator.normal(size=(n, URGE))), 1, 4)
    own[20:40, 1] = -9
    urge[40:60, 2] = -9
    education = generator.choice([1, 2, 3], size=n, p=[0.25, 0.4, 0.35])
    done = [np.where(generator.random(n) < share, "Ja", "Nein") for share in (0.4, 0.7)]
    places = [np.where(generator.random(n) < share, "Y", "") for share in (0.8, 0.5)]
    columns = {
        "id": np.arange(1, n + 1),
        "submitdate": np.full(n, "2025-03-01 10:00:00"),
        "startlanguage": np.full(n, "de"),
        "alter": age,
        "geschlecht": np.where(woman, "weiblich", "männlich"),
        "bildung": education,
        **{f"zwang_{item + 1}": urge[:, item].astype(int) for item in range(URGE)},
        **{f"zuf_{item + 1}": own[:, item].astype(int) for item in range(OWN_ITEMS)},
        "akt_sexting": done[0],
        "akt_info": done[1],
        "stress": stress,
        "orte_1": places[0],
        "orte_2": places[1],
        "email": np.where(np.arange(n) % 9 == 0, "person@example.org", ""),
        "kommentar": np.full(n, "keiner"),
    }
    rows = np.column_stack([np.asarray(column, dtype=object) for column in columns.values()])
    rows[10:13, 3:] = rows[9, 3:]
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows.tolist())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def write_german_study(folder: Path, *, study: str = STUDY, codebook: str = CODEBOOK) -> Path:
    """Write the study into a folder, which is made, and return it."""
    (folder / "instruments").mkdir(parents=True)
    write_answers(folder / "befragung.csv")
    (folder / "codebook.toml").write_text(codebook, encoding="utf-8", newline="\n")
    (folder / "study.toml").write_text(study, encoding="utf-8", newline="\n")
    (folder / "instruments" / "zufriedenheit.toml").write_text(INSTRUMENT, encoding="utf-8", newline="\n")
    return folder
