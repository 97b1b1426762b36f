"""A small study that is planned, with a hypothesis for each analysis that has a short way to its test."""

from __future__ import annotations

from pathlib import Path

AGE_AND_GENDER = """[variables.age]
column = "age"
type = "number"
maximum = 99
[variables.gender]
column = "gender"
type = "nominal"
labels = { 1 = "man", 2 = "woman" }
reference = "man"
"""
SEXTING = """[variables.sexting]
column = "sexting"
type = "nominal"
labels = { 1 = "yes", 2 = "no" }
reference = "no"
"""
CODEBOOK = f"""format = 1
title = "Planned survey"
simulated = true
[file]
platform = "table"
[missing]
refused = [-99]
[eligibility]
age = "age"
[paradata]
duration = "seconds"
[blocks.scs]
instrument = "scs"
columns = "scs_{{n}}"
{AGE_AND_GENDER}[variables.relationship]
column = "relationship"
type = "nominal"
labels = {{ 1 = "single", 2 = "apart", 3 = "together" }}
reference = "single"
{SEXTING}[variables.often]
column = "often"
type = "ordinal"
labels = {{ 1 = "never", 2 = "monthly", 3 = "weekly", 4 = "daily" }}
[variables.hours]
column = "hours"
type = "number"
minimum = 0
maximum = 100
[variables.before]
column = "before"
type = "number"
minimum = 0
maximum = 100
"""
NO_FLAWS = """
[simulation.gaps]
rates = {}
[simulation.flaws]
no_consent = 0
age_unknown = 0
age_impossible = 0
break_offs = 0
duplicates = 0
near_duplicates = 0
speeders = 0
[simulation.careless]
kinds = {}
"""
FLAWS = """
[simulation.flaws]
duplicates = 0.03
break_offs = 0.05
speeders = 0.03
[simulation.careless]
kinds = { straight_line = 0.05, random = 0.03 }
"""
HEAD = """format = 1
title = "Planned survey"
seed = 1
[[data]]
export = "planned_simulated.csv"
[fieldwork]
sample = "opt-in"
"""
HOURS = """
[simulation.variables.gender]
shares = {{ man = 0.5, woman = 0.5 }}
[simulation.variables.hours]
distribution = "normal"
mean = 50
sd = 10
decimals = 3
[[simulation.effects]]
outcome = "hours"
of = "gender"
level = "woman"
d = {d}
scale = "latent"
"""
T_TEST = """
[[hypotheses]]
id = "hours"
text = "Men and women differ in hours."
[[analyses]]
id = "by_gender"
do = "compare_groups"
outcome = "hours"
by = "gender"
tests = "hours"
"""
EXCLUSIONS = """
[exclude]
identical_records = { reason = "every answer identical to an earlier record" }
straight_lining = { longest_run = 10, reason = "the same answer ten times" }
completion_time = { below_median_share = 0.3, reason = "faster than 30% of the median time" }
"""
MANY = (
    ("welch", 'do = "compare_groups"\noutcome = "scs_total"\nby = "gender"', ""),
    ("student", 'do = "compare_groups"\noutcome = "hours"\nby = "gender"',
     'quantity = "mean_difference_equal_variances"'),
    ("three", 'do = "compare_groups"\noutcome = "scs_total"\nby = "relationship"', ""),
    ("anova", 'do = "compare_groups"\noutcome = "hours"\nby = "relationship"', 'quantity = "anova"'),
    ("pearson", 'do = "correlate"\nvariables = ["age", "scs_total", "hours"]', 'term = "age"\noutcome = "hours"'),
    ("spearman", 'do = "correlate"\nvariables = ["often", "scs_total"]\nmethod = "spearman"', ""),
    ("paired", 'do = "paired"\nfirst = "hours"\nsecond = "before"', ""),
    ("pairs", 'do = "paired"\npairs = { one = ["hours", "before"], two = ["hours", "age"] }', 'outcome = "two"'),
    ("prevalence", 'do = "prevalence"\nactivities = ["sexting"]\nby = ["gender", "relationship"]\nbase = "asked"',
     'term = "gender"'),
    ("linear", 'do = "regress"\noutcome = "scs_total"\nblocks = [["age"], ["gender*hours", "relationship"]]',
     'term = "gender[woman]"'),
    ("robust", 'do = "regress"\nformula = "hours ~ age + often"\nerrors = "HC3"', 'term = "often"'),
    ("logistic", 'do = "regress"\noutcome = "sexting"\nmodel = "logistic"\nevent = "yes"\nblocks = ["age", "gender"]',
     'term = "age"'),
    ("odds", 'do = "regress"\noutcome = "often"\nmodel = "ordinal_logit"\nblocks = ["age", "gender"]',
     'term = "gender[woman]"\nquantity = "odds_ratio"'),
    ("categories", 'do = "regress"\noutcome = "relationship"\nmodel = "multinomial"\nblocks = ["age"]',
     'term = "age"\ncontrast = "together vs single"'),
)  # fmt: skip


def many_tests() -> str:
    """Return a study file with every analysis of ``MANY`` and a hypothesis for each."""
    parts = [HEAD, EXCLUSIONS, FLAWS]
    for name, _, _ in MANY:
        parts.append(f'[[hypotheses]]\nid = "{name}"\ntext = "Made up: {name}."')
    for name, analysis, _ in MANY:
        parts.append(f'[[analyses]]\nid = "a_{name}"\n{analysis}\ntests = "{name}"')
    parts += [f"[power.tests.{name}]\n{test}" for name, _, test in MANY if test]
    return "\n".join(parts)


def t_test(d: float = 0.4, *more: str) -> str:
    """Return a study file without flaws whose only test is a t test of a normal number."""
    return "\n".join([HEAD, NO_FLAWS, HOURS.format(d=d), T_TEST, *more])


def planned(folder: Path, study: str, codebook: str = CODEBOOK) -> Path:
    """Write a study into a folder and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "codebook.toml").write_text(codebook, encoding="utf-8")
    (folder / "study.toml").write_text(study, encoding="utf-8")
    return folder / "study.toml"
