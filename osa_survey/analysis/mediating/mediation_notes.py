"""What is printed under a mediation table: how it was made, what it rests on, where that comes from."""

from __future__ import annotations

from osa_survey.analysis.mediating.covariate_patterns import MOST_PATTERNS
from osa_survey.analysis.mediating.mediation_draws import Draws, has_sensitivity, no_sensitivity
from osa_survey.analysis.mediating.mediation_fits import FittedPaths
from osa_survey.analysis.mediating.mediation_numbers import contrast_of, has_natural, has_products
from osa_survey.analysis.mediating.mediation_requests import MODEL_TITLES
from osa_survey.analysis.mediating.mediation_resamples import draws_of_each
from osa_survey.weighting import REFERENCE_RAO_WU, are_resamples, design_df

INTERVALS = {
    "percentile": "percentile bootstrap intervals ({drawn})",
    "bias_corrected": "bias-corrected bootstrap intervals ({drawn})",
    "monte_carlo": "Monte-Carlo intervals ({draws} draws of the estimates, seed {seed})",
}
OF_RESPONDENTS = "{draws} resamples{sets}, seed {seed}"
OF_PLAN = "{draws} rescaled bootstrap resamples of the sampling plan{sets}, seed {seed}"
OF_DECLARED = "{draws} declared bootstrap replicates{sets}"
IN_SETS = " in each of {m} completed sets, put together"
RESAMPLED_SETS = (
    "Estimates are means over the {m} completed sets. Their intervals are quantiles of the resamples of all sets "
    "together (MI Boot, pooled; Schomaker & Heumann, 2018), the sets moved apart by √((m + 1)/(m − 1)) so that the "
    "variance is that of Rubin's rules, and as much further out as t with Rubin's degrees of freedom is than a normal "
    "distribution (Hesterberg, 2015)."
)
RESAMPLED_PLAN = (
    "Resamples draw clusters within strata and rescale their weights (Rao, Wu & Yue, 1992), calibrations repeated in "
    "each and without a finite population correction."
)
FEW_CLUSTERS = (
    "The plan leaves {df:.0f} degrees of freedom: quantiles of resamples do not widen for so few, as t intervals do."
)
FEW_DF = 30
"""Below this t intervals of a plan are visibly wider than normal ones."""
SCHOMAKER = (
    "Schomaker, M., & Heumann, C. (2018). Bootstrap inference when using multiple imputation. Statistics in Medicine, "
    "37(14), 2252–2266. doi:10.1002/sim.7654"
)
HESTERBERG = (
    "Hesterberg, T. C. (2015). What teachers should know about the bootstrap: Resampling in the undergraduate "
    "statistics curriculum. The American Statistician, 69(4), 371–386. doi:10.1080/00031305.2015.1089789 (issue and "
    "DOI recalled)"
)
CROSS_SECTIONAL = (
    "x, mediators and outcome were measured at the same time: the table describes indirect associations; other "
    "orders of the variables fit the same data equally well."
)
ORDERED = (
    "x was measured or assigned before the mediators and these before the outcome; the order alone does not make "
    "the associations effects."
)
ASSUMPTIONS = (
    "A causal reading needs, beyond these data (AGReMA): no unmeasured common cause of x and mediator, x and "
    "outcome, or mediator and outcome, given the covariates; no common cause of mediator and outcome that x "
    "itself changes; the stated order in time; equations of the right form, without omitted products; variables "
    "measured without error; overlap: each level of x and mediator possible for everybody."
)
CORRECTED = (
    "Bias-corrected intervals exclude zero too often where a path is zero; percentile intervals do not (Fritz et "
    "al., 2012)."
)
LINK_SCALE = (
    "Coefficients for {outcome} are on the scale of its model ({kind}): products and direct coefficients there do"
    " not add up to a total. The natural effects are in the outcome's own units."
)
NATURAL = (
    "Natural effects compare x = {high:.6g} with x = {low:.6g}, averaged over covariates: indirect, the outcome's"
    " change if only the mediator changed as it does between these values; direct, the change with the mediator "
    "held at its value for the lower x. They need the assumptions below."
)
NO_PRODUCT = (
    "The model of the mediator is not linear, so that a product of coefficients has no meaning: see natural effects."
)
THINNED = f"Natural effects are averages over {MOST_PATTERNS} randomly drawn respondents."
NO_SENSITIVITY = "The sensitivity to an unmeasured confounder (ρ) is not told: {why}."
UNDEFINED = (
    "{number} of {draws} resamples had no estimate (a category without answers, or separation) and were left out."
)
SENSITIVITY = (
    "ρ is the supposed correlation of the errors of mediator and outcome that an unmeasured common cause would "
    "leave. ρ² is the share of both unexplained variances that it would have to explain together (Imai et al., "
    "2010)."
)
SENSITIVITY_LONG = (
    "Here the outcome's equation has the moderator and its product with x too, as otherwise they would decide what ρ "
    "is: at ρ = 0 the number differs a little from that of the model."
)
SENSITIVITY_PROBIT = (
    "Told is the natural indirect effect on the chance of the event; the outcome's error is the latent one."
)
HAYES = (
    "Hayes, A. F. (2022). Introduction to mediation, moderation, and conditional process analysis (3rd ed.). Guilford."
)
AGREMA = (
    "Lee, H., Cashin, A. G., Lamb, S. E., et al. (2021). A guideline for reporting mediation analyses of "
    "randomized trials and observational studies: The AGReMA statement. JAMA, 326(11), 1045–1056. "
    "doi:10.1001/jama.2021.14075"
)
FRITZ = (
    "Fritz, M. S., Taylor, A. B., & MacKinnon, D. P. (2012). Explanation of two anomalous results in statistical "
    "mediation analysis. Multivariate Behavioral Research, 47(1), 61–87. doi:10.1080/00273171.2012.640596"
)
PREACHER = (
    "Preacher, K. J., & Selig, J. P. (2012). Advantages of Monte Carlo confidence intervals for indirect effects."
    " Communication Methods and Measures, 6(2), 77–98. doi:10.1080/19312458.2012.679848"
)
INDEX = (
    "Hayes, A. F. (2015). An index and test of linear moderated mediation. Multivariate Behavioral Research, "
    "50(1), 1–22. doi:10.1080/00273171.2014.962683"
)
IMAI = (
    "Imai, K., Keele, L., & Tingley, D. (2010). A general approach to causal mediation analysis. Psychological "
    "Methods, 15(4), 309–334. doi:10.1037/a0020761"
)
SENSITIVE = (
    "Imai, K., Keele, L., & Yamamoto, T. (2010). Identification, inference and sensitivity analysis for causal "
    "mediation effects. Statistical Science, 25(1), 51–71. doi:10.1214/10-STS321"
)


def method_of(model: FittedPaths) -> str:
    """Return the method in one line."""
    request = model.request
    interval = INTERVALS[request.interval].format(draws=request.draws, seed=request.seed, drawn=_drawn(model))
    kinds = "; ".join(f"{outcome.info.title}: {outcome.kind.title}" for outcome in model.outcomes.values())
    how = f"; {model.estimates.how}" if model.composed else ""
    return f"{MODEL_TITLES[request.model]} (PROCESS model {request.model}), {interval}; regressions: {kinds}{how}"


def _drawn(model: FittedPaths) -> str:
    """Return in words what was resampled."""
    design, sample = model.sample.design, model.sample
    words = OF_RESPONDENTS if design is None else OF_DECLARED if are_resamples(design) else OF_PLAN
    sets = IN_SETS.format(m=sample.m) if sample.imputed else ""
    return words.format(draws=draws_of_each(model.request, sample), sets=sets, seed=model.request.seed)


def notes_of(model: FittedPaths, draws: Draws) -> tuple[str, ...]:
    """Return the notes in the order of print."""
    request, notes = model.request, []
    outcome = model.outcomes["y"]
    if request.mediators:
        notes.append(ORDERED if request.ordered else CROSS_SECTIONAL)
    if request.interval == "bias_corrected":
        notes.append(CORRECTED)
    if request.interval != "monte_carlo":
        notes += _resampled(model)
    if not has_products(model):
        notes.append(NO_PRODUCT)
    elif request.mediators and not outcome.kind.linear:
        notes.append(LINK_SCALE.format(outcome=outcome.info.title, kind=outcome.kind.title))
    if has_natural(model):
        low, high = contrast_of(model)
        notes.append(NATURAL.format(low=low, high=high))
    if draws.thinned:
        notes.append(THINNED)
    if draws.undefined:
        notes.append(UNDEFINED.format(number=draws.undefined, draws=draws.drawn))
    if request.mediators:
        why = no_sensitivity(model)
        notes += [NO_SENSITIVITY.format(why=why)] if why else []
        notes.append(ASSUMPTIONS)
    return tuple(notes)


def _resampled(model: FittedPaths) -> list[str]:
    """Return what resamples of completed sets and of a sampling plan owe their readers."""
    sample, design = model.sample, model.sample.design
    notes = [RESAMPLED_SETS.format(m=sample.m)] if sample.imputed else []
    if design is not None:
        notes += [] if are_resamples(design) else [RESAMPLED_PLAN]
        df = design_df(design)
        notes += [FEW_CLUSTERS.format(df=df)] if df < FEW_DF else []
    return notes


def sensitivity_notes(model: FittedPaths) -> tuple[str, ...]:
    """Return the notes under the table of supposed correlations."""
    notes = [SENSITIVITY]
    notes += [SENSITIVITY_LONG] if model.request.model == 7 else []
    notes += [SENSITIVITY_PROBIT] if model.request.kind(model.request.y) == "probit" else []
    return tuple(notes)


def references_of(model: FittedPaths) -> tuple[str, ...]:
    """Return the sources of what was done."""
    request = model.request
    found = [HAYES]
    if request.mediators:
        found.append(AGREMA)
    if request.interval != "monte_carlo":
        found.append(FRITZ)
        found += [SCHOMAKER, HESTERBERG] if model.sample.imputed else []
        design = model.sample.design
        found += [REFERENCE_RAO_WU] if design is not None and not are_resamples(design) else []
    else:
        found.append(PREACHER)
    if request.model in (7, 8, 14, 15):
        found.append(INDEX)
    if has_natural(model):
        found.append(IMAI)
    if has_sensitivity(model):
        found.append(SENSITIVE)
    return tuple(found)
