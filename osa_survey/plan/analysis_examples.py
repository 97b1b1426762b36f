"""One entry of a study file for each analysis, with names made up for it."""

from __future__ import annotations

ACTIVITIES = '["sexting", "chat", "information"]'
ITEMS = '"calm =~ q1 + q2 + q3 + q4"'

EXAMPLES: dict[str, str] = {
    "describe": 'variables = ["age", "gender", "swls_total"]\nby = "sexting"',
    "compare_groups": 'outcome = "swls_total"\nby = "gender"\neffect_sizes = ["cliffs_delta"]',
    "prevalence": f'activities = {ACTIVITIES}\nbase = "answered"\nby = "gender"\nyes = "ja"',
    "paired": 'pairs = [["benefit", "harm"]]',
    "multiple_responses": 'options = ["place_home", "place_work", "place_travel"]\nyes = "yes"',
    "crosstab": 'row = "gender"\ncolumn = "sexting"',
    "correlate": 'variables = ["age", "swls_total", "scs_total"]\nmethod = "spearman"',
    "partial_correlations": 'variables = ["swls_total", "scs_total"]\ncontrols = ["age", "gender"]',
    "compare_correlations": 'first = ["swls_total", "age"]\nsecond = ["swls_total", "scs_total"]',
    "equivalence": 'of = "means"\noutcome = "swls_total"\nby = "gender"\ngroups = ["woman", "man"]\n'
    'smallest_effect = { hedges_g = 0.2, source = "why this size" }',
    "anova": 'outcome = "swls_total"\nbetween = ["gender", "sexting"]\ncovariates = ["age"]',
    "manova": 'outcomes = ["swls_total", "scs_total"]\nbetween = "gender"',
    "friedman": 'variables = ["often_home", "often_work", "often_travel"]',
    "cochran_q": f'variables = {ACTIVITIES}\nevent = "yes"',
    "screening_shares": 'scales = ["scs_total"]',
    "roc": 'score = "scs_total"\nreference = "diagnosis"\ncase = "yes"',
    "multiverse": 'outcomes = ["swls_total"]\npredictors = ["sexting_days"]\ncovariates = ["age", "gender"]\n'
    'models = ["linear", "rank"]',
    "agreement": 'first = "scs_total"\nsecond = "ppcs_total"',
    "code_agreement": 'coders = ["code_a", "code_b"]',
    "misclassification_scenario": 'score = "scs_total"\npositive = 24\nsensitivity = { estimate = 0.8, n = 100 }\n'
    'specificity = { estimate = 0.9, n = 200 }\nreference_standard = "clinical interview"',
    "regress": 'outcome = "sexting"\nblocks = [["age", "gender"], ["swls_total"]]\nmodel = "logistic"\nevent = "ja"',
    "mixed_model": 'outcome = "mood"\nblocks = [["age", "day"]]\ngroups = "person"\nslopes = ["day"]',
    "gee": 'outcome = "sexting"\nblocks = [["age", "gender"]]\ngroups = "site"\nfamily = "logit"\nevent = "yes"',
    "fixed_effects": 'outcome = "mood"\nblocks = [["stress"]]\ngroups = "person"',
    "margins": 'outcome = "sexting"\nblocks = [["age", "gender"]]\nmodel = "logistic"\nevent = "yes"\n'
    'contrast = "gender"\nslope = "age"',
    "simple_slopes": 'outcome = "swls_total"\nblocks = ["stress*age"]\npredictor = "stress"\nmoderator = "age"',
    "mediate": 'x = "age"\nmediators = ["stress"]\ny = "swls_total"\ncovariates = ["gender"]',
    "apim": 'x = "closeness"\ny = "swls_total"\ncouple = "couple"\nrole = "gender"',
    "cross_lagged": 'waves = [["use_1", "stress_1"], ["use_2", "stress_2"]]',
    "change": 'waves = ["swls_total_1", "swls_total_2"]\nby = "gender"',
    "latent_change": 'waves = ["calm_1", "calm_2"]\npredictors = ["age"]',
    "attrition": 'variables = ["age", "gender"]\nlater = "swls_total_2"',
    "diagnose": 'outcome = "swls_total"\nblocks = [["age", "gender"]]',
    "compare_with_target": '\n[analyses.targets.gender]\nwoman = 51\nman = 49\nsource = "census"',
    "meta_analysis": 'outcome = "sexting"\nby = "country"\nyes = "yes"',
    "reliability": 'scale = "swls_total"\ncoefficient = "omega_categorical"\nby = "gender"',
    "cfa": 'model = "swls_total"\nestimator = "WLSMV"',
    "invariance": f'model = {ITEMS}\nby = "gender"',
    "longitudinal_invariance": 'waves = ["calm_1", "calm_2"]',
    "alignment": 'model = "swls_total"\nby = "country"',
    "retest": 'first = "swls_total_1"\nsecond = "swls_total_2"',
    "dimensionality": 'scales = ["swls_total"]\ndraws = 100',
    "efa": 'scales = ["swls_total", "scs_total"]\nfactors = 2',
    "graded_response": 'scale = "swls_total"',
    "item_bias": 'scale = "swls_total"\nby = "gender"',
    "latent_classes": f"variables = {ACTIVITIES}\nclasses = [1, 2, 3]",
    "latent_profiles": 'variables = ["swls_total", "scs_total", "stress"]\nclasses = [1, 2, 3]',
    "careless": "cuts = { longstring = 0.8 }",
    "polychoric": 'scale = "swls_total"',
    "little_mcar": 'variables = ["age", "stress", "swls_total"]',
    "fiml": 'outcome = "swls_total"\npredictors = ["age", "stress"]',
    "convergence": 'variables = ["stress"]',
    "delta_sensitivity": 'analysis = "life"\nvariable = "stress"\ndeltas = [-2, -1, 0, 1, 2]\npick = { quantity = "b", '
    'term = "stress" }',
}
"""What stands below ``id`` and ``do``, as TOML."""


def example_of(name: str) -> str:
    """Return an entry of a study file that asks for an analysis, as TOML.

    Examples
    --------
    >>> print(example_of("retest"))
    [[analyses]]
    id = "own_name"
    do = "retest"
    first = "swls_total_1"
    second = "swls_total_2"
    """
    return f'[[analyses]]\nid = "own_name"\ndo = "{name}"\n{EXAMPLES[name]}'
