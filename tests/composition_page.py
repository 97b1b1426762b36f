"""What composes: every analysis on complete and imputed answers without weights, with weights, with replicate weights.

Each combination is tried on small made-up data; the page says what happened. ``python -m tests.composition_page``
writes ``COMPOSES.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import osa_survey
from osa_survey.dataset import ImputedData, ScoredData
from osa_survey.errors import AnalysisError
from osa_survey.results import Result
from tests.composed_answers import data
from tests.made_up_regressions import OUTCOME_OF

PAGE = Path(__file__).resolve().parent.parent / "COMPOSES.md"
REFUSALS = {"does_not_compose", "no_design"}
COMBINATIONS = tuple((imputed, design) for imputed in (False, True) for design in ("", "weights", "replicates"))
HEADS = {"": "unweighted", "weights": "weights", "replicates": "replicates"}
TARGETS = {"gender * osa": {"man * no": 0.2, "man * yes": 0.28, "woman * no": 0.2, "woman * yes": 0.32}}
SMALLEST = {unit: {unit: 0.3, "source": "made up"} for unit in ("hedges_g", "d_z", "risk_difference", "r", "b")}
INTRODUCTION = """# What composes

Every analysis of this page is run on the same small made-up answers, complete and imputed three times, without
weights, with weights of clustered people, and with jackknife replicate weights of the same plan. `yes`: it works.
`in part`: it works, and says in the table which rows have no number. `no`: it refuses with an error that says what to
do instead. Nothing leaves weights or imputed sets out silently. Numbers in brackets stand for the reasons below.

This page is written by `python -m tests.composition_page`, and a test holds it to the code.
"""


@dataclass(frozen=True)
class Tried:
    """An analysis with arguments, and the made-up answers it is for."""

    title: str
    run: Callable[[Any], Result]
    answers: str = "people"
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Outcome:
    """What one combination gave: a result, or the reason of a refusal."""

    word: str
    reason: str = ""
    result: Result | None = None


def _public(name: str, answers_for: str = "people", title: str = "", **options: Any) -> Tried:
    return Tried(title or f"`{name}`", lambda given: getattr(osa_survey, name)(given, **options), answers_for, options)


def _delta(given: Any) -> Result:
    def slopes(one: ScoredData) -> Result:
        return osa_survey.regress(one, "y", ["x"])

    pick = {"quantity": "b", "term": "x"}
    return osa_survey.delta_sensitivity(given, slopes, "y", [0, 1], pick=pick, seed=1, m=2, iterations=2)


def _staying(given: Any) -> Result:
    return osa_survey.attrition(given, ["score", "gender"], "x", model=True).more["model"]


def everything() -> list[Tried]:
    """Return every analysis of the page, in its order."""
    basic = [
        _public("describe", variables=["score", "osa"], by="gender"),
        _public("describe", title="`describe`, further numbers", variables=["score"],
                further=["kurtosis", "trimmed_mean", "mad"], shape_type=1),
        _public("describe", title="`describe`, types of quantiles", variables=["score"], quantile_type=6),
        _public("prevalence", activities=["osa", "sexting"], by=["gender"], base="answered"),
        _public("prevalence", title="`prevalence`, crossed", activities=["osa"], by=["gender", "group"],
                base="answered", crossed=True),
        _public("prevalence", title="`prevalence`, Wilson intervals", activities=["osa"], base="answered",
                interval="wilson"),
        _public("prevalence", title="`prevalence`, frequency in two parts", activities=["osa"], base="answered",
                frequency={"osa": "positive"}),
        _public("multiple_responses", options=["osa", "sexting"], by="gender"),
        _public("crosstab", row="gender", column="osa"),
        _public("crosstab", title="`crosstab`, associations", row="group", column="kind",
                effect_sizes=["cramers_v_adjusted", "tschuprows_t", "cohens_w"]),
        _public("crosstab", title="`crosstab`, risks", row="gender", column="osa",
                effect_sizes=["phi", "risk_difference", "risk_ratio", "odds_ratio", "cohens_h"]),
        _public("crosstab", title="`crosstab`, κ", row="osa", column="sexting",
                effect_sizes=["kappa", "kappa_weighted"]),
        _public("crosstab", title="`crosstab`, same people (McNemar)", row="osa", column="sexting", matched=True),
        _public("crosstab", title="`crosstab`, Yates’ correction", row="gender", column="osa", further_tests=["yates"]),
        _public("crosstab", title="`crosstab`, Fisher’s exact test", row="gender", column="osa",
                further_tests=["fisher_exact"]),
        _public("correlate", variables=["score", "x", "positive"]),
        _public("correlate", title="`correlate`, two groups", variables=["score", "x"], by="gender", describe=True),
        _public("correlate", title="`correlate`, Spearman", variables=["score", "x"], method="spearman"),
        _public("correlate", title="`correlate`, Kendall", variables=["score", "x"], method="kendall"),
        _public("partial_correlations", variables=["score", "x"], controls=["age"]),
        _public("partial_correlations", title="`partial_correlations`, semi-partial", variables=["score", "x"],
                controls=["age", "gender"], kind="semipartial"),
        _public("compare_correlations", first=["score", "x"], second=["score", "age"]),
        _public("compare_correlations", title="`compare_correlations`, two groups", first=["score", "x"], by="gender"),
        _public("correlate", title="`correlate`, agreement", variables=["score", "x"],
                effect_sizes=["icc", "kendalls_w"]),
        _public("compare_groups", title="`compare_groups`, two groups (Hedges’ g)", outcome="score", by="gender"),
        _public("compare_groups", title="`compare_groups`, more groups (η²)", outcome="score", by="group"),
        _public("compare_groups", title="`compare_groups`, standardised differences", outcome="score", by="gender",
                effect_sizes=["cohens_d_unequal", "hedges_g_unequal", "glass_delta", "common_language", "cohens_u3",
                              "overlap"]),
        _public("compare_groups", title="`compare_groups`, dominances", outcome="score", by="gender",
                effect_sizes=["cliffs_delta", "probability_of_superiority"]),
        _public("compare_groups", title="`compare_groups`, Hodges–Lehmann", outcome="score", by="gender",
                effect_sizes=["hodges_lehmann"]),
        _public("compare_groups", title="`compare_groups`, shares of variance", outcome="score", by="group",
                effect_sizes=["eta_squared", "omega_squared", "epsilon_squared", "cohens_f", "rank_epsilon_squared",
                              "rank_eta_squared"]),
        _public("compare_groups", title="`compare_groups`, pairs (Dunn, Welch)", outcome="score", by="group",
                further_tests=["dunn", "pairwise_welch"]),
        _public("compare_groups", title="`compare_groups`, pairs with one SD (Tukey, t)", outcome="score", by="group",
                further_tests=["tukey", "pairwise_t"]),
        _public("compare_groups", title="`compare_groups`, equal variances", outcome="score", by="group",
                further_tests=["levene", "brown_forsythe", "bartlett"]),
        _public("compare_groups", title="`compare_groups`, distributions", outcome="score", by="gender",
                further_tests=["kolmogorov_smirnov", "shapiro_wilk"]),
        _public("paired", title="`paired` (d)", pairs=[["positive", "negative"]]),
        _public("equivalence", of="means", outcome="score", by="gender", smallest_effect=SMALLEST["hedges_g"]),
        _public("equivalence", title="`equivalence`, paired", of="paired", first="positive", second="negative",
                smallest_effect=SMALLEST["d_z"]),
        _public("equivalence", title="`equivalence`, proportions", of="proportions", outcome="osa", by="gender",
                smallest_effect=SMALLEST["risk_difference"]),
        _public("equivalence", title="`equivalence`, correlation", of="correlation", first="score", second="x",
                smallest_effect=SMALLEST["r"]),
        _public("equivalence", title="`equivalence`, coefficient", of="coefficient", outcome="score", blocks=[["x"]],
                term="x", smallest_effect=SMALLEST["b"]),
        _public("anova", outcome="score", between=["gender"]),
        _public("anova", title="`anova`, covariance", outcome="score", between=["gender", "osa"], covariates=["age"],
                contrasts={"one": {"gender": [1, -1]}}),
        _public("anova", title="`anova`, within", within={"kind": ["positive", "negative"]}),
        _public("anova", title="`anova`, mixed", within={"kind": ["positive", "negative", "x"]}, between=["gender"]),
        _public("anova", title="`anova`, corrected for sphericity", within={"kind": ["positive", "negative", "x"]},
                sphericity="greenhouse_geisser"),
        _public("anova", title="`anova`, aligned ranks", outcome="score", between=["gender"], ranks=True),
        _public("manova", outcomes=["score", "x"], between=["gender"]),
        _public("friedman", variables=["positive", "negative", "x"]),
        _public("cochran_q", variables=["osa", "sexting", "event"]),
        _public("paired", title="`paired`, further effect sizes", pairs=[["positive", "negative"]],
                effect_sizes=["g_z", "d_rm", "matched_rank_biserial"]),
    ]  # fmt: skip
    errors = {"fractional": "HC0"}
    models = [
        Tried(f"`{name}`, {model.replace('_', ' ')}", _model(name, model, outcome, errors.get(model, "classical")))
        for name in ("regress", "margins")
        for model, outcome in OUTCOME_OF.items()
    ]
    further = [
        _public("regress", title="`regress`, effect sizes (f²)", outcome="score", blocks=[["x"]],
                effect_sizes=["cohens_f2"]),
        _public("regress", title="`regress`, HC3 errors", outcome="score", blocks=[["x"]], errors="HC3"),
        _public("regress", title="`regress`, Firth’s penalty", outcome="event", blocks=[["x"]], model="logistic",
                penalty="firth"),
        _public("simple_slopes", outcome="score", blocks=["x*age"], predictor="x", moderator="age"),
        _public("apim", x=["positive", "negative"], y=["score", "x"], draws=100),
        _public("cross_lagged", waves=[["positive", "x"], ["negative", "score"]]),
        _public("change", waves=["positive", "negative"], by="gender",
                reliability={"estimate": 0.8, "kind": "retest", "source": "made up"}),
        _public("latent_change", waves=["positive", "negative"], of="scores"),
        _public("latent_change", "waves", title="`latent_change`, items", waves=[["a", "b", "c"], ["d", "e", "f"]]),
        _public("latent_change", "rated waves", title="`latent_change`, ordinal items with a predictor",
                waves=[["a", "b", "c"], ["d", "e", "f"]], predictors=["gender"], estimator="WLSMV"),
        _public("attrition", "gaps", variables=["score", "gender"], later="x"),
        Tried("`attrition`, model of staying", _staying, "gaps"),
        _public("mediate", title="`mediate`, bootstrap", x="x", mediators="positive", y="score", draws=100),
        _public("mediate", title="`mediate`, Monte Carlo", x="x", mediators="positive", y="score",
                interval="monte_carlo", draws=100),
        _public("mediate", title="`mediate`, Monte Carlo, natural effects", x="x", mediators="positive", y="event",
                models={"event": "logistic"}, interval="monte_carlo", draws=100),
        _public("diagnose", title="`diagnose`, linear", outcome="score", blocks=["x"]),
        Tried("`diagnose`, checks", lambda given: osa_survey.diagnose(given, "score", ["x"]).more["checks"]),
        _public("diagnose", title="`diagnose`, logistic", outcome="event", blocks=["x"], model="logistic"),
        _public("diagnose", title="`diagnose`, multinomial", outcome="kind", blocks=["x"], model="multinomial"),
        _public("mixed_model", outcome="score", blocks=["x"], groups="site"),
        _public("gee", outcome="score", blocks=["x"], groups="town", family="linear", correlation="independence"),
        _public("gee", title="`gee`, exchangeable", outcome="score", blocks=["x"], groups="town"),
        _public("fixed_effects", outcome="score", blocks=["x"], groups="site"),
        _public("fiml", "gaps", outcome="score", predictors=["x"]),
        _public("reliability", "screened", draws=100),
        _public("reliability", "screened", title="`reliability`, all answers (FIML)", missing="fiml"),
        _public("reliability", "screened", title="`reliability`, further coefficients", draws=100,
                ordinal_alpha=True, details=True),
        _public("reliability", "screened", title="`reliability`, pairwise covariances", draws=100, missing="pairwise"),
        _public("retest", first="positive", second="negative"),
        _public("polychoric", "screened"),
        _public("polychoric", "screened", title="`polychoric`, full maximum likelihood", method="ml"),
        _public("dimensionality", "screened", draws=20),
        _public("efa", "screened", factors=1),
        _public("cfa", "screened", model="c_total"),
        _public("invariance", "rated", model="trait =~ a + b + c + d + e", by="gender"),
        _public("invariance", "rated", title="`invariance`, answers as numbers", model="trait =~ a + b + c + d + e",
                by="gender", estimator="MLR"),
        _public("invariance", "rated", title="`invariance`, all answers (FIML)", model="trait =~ a + b + c + d + e",
                by="gender", estimator="MLR", missing="fiml"),
        _public("longitudinal_invariance", "waves", waves=[["a", "b", "c"], ["d", "e", "f"]]),
        _public("alignment", "rated", model="trait =~ a + b + c + d + e", by="gender"),
        _public("graded_response", "ratings"),
        _public("item_bias", "rated", by="gender"),
        _public("latent_classes", "ratings", variables=["a", "b", "c"], classes=[1, 2], starts=5),
        _public("latent_profiles", "items", variables=["a", "b"], classes=[1, 2], starts=5),
        _public("careless", "ratings"),
        _public("screening_shares", "screened"),
        _public("agreement", first="positive", second="negative"),
        _public("code_agreement", coders=["osa", "sexting"], draws=50),
        _public("multiverse", outcomes=["score"], predictors=["x"], covariates=["age"], draws=20),
        _public("roc", score="score", reference="gender", draws=50),
        _public("misclassification_scenario", score="score", positive=0.0, reference_standard="interview",
                sensitivity={"estimate": 0.9, "n": 100}, specificity={"estimate": 0.9, "n": 100}),
        _public("compare_with_target", targets=TARGETS),
        _public("describe_weights"),
        _public("meta_analysis", outcome="event", by="group"),
        _public("convergence", "imputing"),
        _public("little_mcar", "gaps", variables=["x", "score"]),
        Tried("`delta_sensitivity`", _delta, "imputing"),
    ]  # fmt: skip
    return basic + models + further


def _model(name: str, model: str, outcome: str, errors: str) -> Callable[[Any], Result]:
    def run(given: Any) -> Result:
        whole = given.original if isinstance(given, ImputedData) else given
        more = {} if whole.design is not None else {"errors": errors}
        blocks = ["x", "group"]
        result: Result = getattr(osa_survey, name)(given, outcome=outcome, blocks=[blocks], model=model, **more)
        return result

    return run


def outcome_of(tried: Tried, imputed: bool, word: str) -> Outcome:
    """Run one analysis on one combination. Any error but a refusal to compose is a defect and is passed on."""
    try:
        result = tried.run(data(tried.answers, imputed, word))
    except AnalysisError as error:
        if not {problem.code for problem in error.problems} <= REFUSALS:
            raise
        said = [f"{one.message}: {one.hint}" if one.hint else one.message for one in error.problems]
        return Outcome("no", "; ".join(said))
    table = result.table
    unknown = table.loc[table["estimate"].isna() & table["warning"].ne("")]
    if unknown.empty:
        return Outcome("yes", result=result)
    said = [
        f"{', '.join(sorted({name.replace('_', ' ') for name in rows['quantity']}))}: {warning}"
        for warning, rows in unknown.groupby("warning", sort=True)
    ]
    return Outcome("in part", "; ".join(said), result)


@cache
def outcomes() -> dict[tuple[str, bool, str], Outcome]:
    """Return what every analysis gives on every combination."""
    return {
        (tried.title, imputed, word): outcome_of(tried, imputed, word)
        for tried in everything()
        for imputed, word in COMBINATIONS
    }


def page() -> str:
    """Return the text of the page."""
    found = outcomes()
    reasons = list(dict.fromkeys(one.reason for one in found.values() if one.reason))
    heads = [f"{'imputed' if imputed else 'complete'}, {HEADS[word]}" for imputed, word in COMBINATIONS]
    lines = [INTRODUCTION, "| analysis | " + " | ".join(heads) + " |", "|---" * (1 + len(heads)) + "|"]
    for tried in everything():
        cells = []
        for imputed, word in COMBINATIONS:
            one = found[tried.title, imputed, word]
            cells.append(f"{one.word} ({reasons.index(one.reason) + 1})" if one.reason else one.word)
        lines.append(f"| {tried.title} | " + " | ".join(cells) + " |")
    lines += ["", "## Reasons", ""]
    lines += [f"{number}. {reason}" for number, reason in enumerate(reasons, start=1)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
