"""What a reader must know beside the numbers of a regression. Notes hold no count of people."""

from __future__ import annotations

from osa_survey.analysis.multiplicity import ADJUSTMENT_REFERENCES, ADJUSTMENT_TITLES
from osa_survey.analysis.regressing.block_fits import renamed
from osa_survey.analysis.regressing.fitted_models import FittedModel
from osa_survey.analysis.regressing.model_kinds import ANY_PART, ZERO_PART
from osa_survey.analysis.regressing.profile_intervals import NOTE, REFERENCE, WALD_NOTE, is_penalised, is_profiled
from osa_survey.weighting import design_note, sample_notes, sample_references

EVENTS_PER_COEFFICIENT = 10
"""Peduzzi et al. (1996): with fewer events per coefficient, logistic estimates and intervals become unreliable."""
FEW_CLUSTERS = 40
"""Cameron & Miller (2015): with fewer clusters, cluster-robust errors tend to be too small."""

ASSOCIATIONS = "Coefficients describe associations with the other predictors of the model held constant."


def model_notes(model: FittedModel) -> tuple[str, ...]:
    """Return the notes under a table of coefficients."""
    design, kind = model.design, model.outcome.kind
    notes = [ASSOCIATIONS]
    if len(model.blocks) > 1:
        notes.append(
            "All blocks describe the same respondents: those with answers to every variable of the last block."
        )
    for predictor, members in design.categories.items():
        notes.append(f"{design.titles[predictor]}: reference category is {members[0][1]}.")
    if kind.linear:
        notes.append(
            "β is B times sd(x) / sd(y); for a dummy column sd(x) is that of its zeros and ones, for a product that of "
            "the product. sr² is the loss of R² without the column."
        )
    if kind.outcome in ("number", "count") and model.outcome.info.type == "ordinal":
        notes.append(f"{model.outcome.info.title} is ordinal and entered as its codes.")
    if kind.outcome == "ordered":
        notes.append(
            f"{model.outcome.info.title} in its order: {', '.join(model.outcome.categories)}; positive coefficients "
            "mean higher categories."
        )
    if kind.outcome == "categories":
        notes.append(f"{model.outcome.info.title}: reference category is {model.outcome.categories[0]}.")
    if kind.second == ZERO_PART:
        notes.append("Structural zeros: positive coefficients mean a higher chance that the count can only be zero.")
    if kind.second == ANY_PART:
        notes.append("Any at all: positive coefficients mean a higher chance of a count above zero.")
    notes += _data_notes(model)
    if model.binary:
        fewer = min(people for _, people in model.groups)
        if fewer < EVENTS_PER_COEFFICIENT * (len(design.terms) - 1):
            notes.append(
                "There are fewer than ten events (or non-events) per coefficient: estimates and intervals are "
                "unreliable."
            )
    notes += _fit_notes(model)
    if is_penalised(model):
        notes.append(NOTE if is_profiled(model) else WALD_NOTE)
    if any(term.people and term.people[0][1] == 1 for term in design.terms):
        notes.append("A category of one person keeps its dummy column; its coefficient describes that person only.")
    if model.errors == "cluster":
        notes.append("t tests use clusters − 1 degrees of freedom." if kind.linear else "z tests.")
        if model.n_clusters < FEW_CLUSTERS:
            notes.append("There are few clusters: cluster-robust standard errors tend to be too small.")
    if model.adjust != "none":
        notes.append(
            f"p values are adjusted over the coefficients of a block ({ADJUSTMENT_TITLES[model.adjust]}), the "
            "intercept not counted."
        )
    return tuple(dict.fromkeys(notes))


def _data_notes(model: FittedModel) -> list[str]:
    """Return what weights and imputation mean for the numbers."""
    notes = list(sample_notes(model.sample.design))
    if model.sample.design is not None:
        notes.append(design_note(model.sample.design))
        notes.append(
            "Likelihoods under weights are pseudo-likelihoods: there are no information criteria, and tests are Wald "
            "tests."
        )
    if model.sample.imputed:
        notes.append(
            f"Estimates and tests are pooled over {model.sample.m} completed sets; counts of people are those of the "
            "first set. FMI is the fraction of information about a coefficient that is lost to missing answers."
        )
        if model.sample.varies:
            notes.append("Gaps that are never imputed differ between sets: n is that of the smallest.")
    return notes


def _fit_notes(model: FittedModel) -> list[str]:
    """Return what the likelihoods had to say."""
    notes = []
    kind = next((b.kind_of_separation for b in reversed(model.blocks) if b.kind_of_separation != "none"), "none")
    if kind == "partial":
        notes.append(
            "Separation: some combination of predictors tells categories or counts apart without error. Terms without "
            "numbers have no finite maximum likelihood estimate; merge categories or drop the predictor."
        )
    elif kind != "none":
        notes.append(
            f"Separation ({kind}): some combination of predictors tells events from non-events"
            f"{' without error' if kind == 'complete' else ' but for ties'}. Terms without numbers have no finite "
            "maximum likelihood estimate; merge categories, drop the predictor, or use a penalised model."
        )
    said = [(block, text) for block in model.blocks for fit in block.fits for text in fit.warnings]
    for number, (block, text) in enumerate(said):
        word, _, message = text.partition(": ")
        if word != "separation" and said.index((block, text)) == number:
            names = [parameter.name for parameter in block.parameters]
            notes.append(f"{renamed(message, names)[:1].upper()}{renamed(message, names)[1:]}.")
    return notes


def model_references(model: FittedModel) -> tuple[str, ...]:
    """Return the sources of the methods used."""
    cited = []
    errors = model.errors
    if model.binary:
        cited += [
            "Nagelkerke, N. J. D. (1991). A note on a general definition of the coefficient of determination. "
            "Biometrika, 78, 691–692. doi:10.1093/biomet/78.3.691",
            "Albert, A., & Anderson, J. A. (1984). On the existence of maximum likelihood estimates in logistic "
            "regression models. Biometrika, 71, 1–10. doi:10.1093/biomet/71.1.1",
            "Peduzzi, P., Concato, J., Kemper, E., Holford, T. R., & Feinstein, A. R. (1996). A simulation study of "
            "the number of events per variable in logistic regression analysis. Journal of Clinical Epidemiology, 49, "
            "1373–1379. doi:10.1016/S0895-4356(96)00236-3",
        ]
    if is_penalised(model):
        cited.append(REFERENCE)
    if errors == "HC3":
        cited.append(
            "MacKinnon, J. G., & White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators "
            "with improved finite sample properties. Journal of Econometrics, 29, 305–325. "
            "doi:10.1016/0304-4076(85)90158-7"
        )
    if errors == "cluster":
        cited.append(
            "Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of "
            "Human Resources, 50, 317–372. doi:10.3368/jhr.50.2.317"
        )
    if model.design.categories:
        cited.append(
            "Fox, J., & Monette, G. (1992). Generalized collinearity diagnostics. Journal of the American Statistical "
            "Association, 87, 178–183. doi:10.1080/01621459.1992.10475190"
        )
    if model.outcome.kind.categorical and model.outcome.kind.outcome == "ordered":
        cited.append(
            "McCullagh, P. (1980). Regression models for ordinal data. Journal of the Royal Statistical Society B, 42, "
            "109–142. doi:10.1111/j.2517-6161.1980.tb01109.x"
        )
    if model.sample.design is not None:
        cited.append(
            "Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys. "
            "International Statistical Review, 51, 279–292. doi:10.2307/1402588"
        )
    if model.sample.imputed:
        cited.append(
            "Barnard, J., & Rubin, D. B. (1999). Small-sample degrees of freedom with multiple imputation. Biometrika, "
            "86, 948–955. doi:10.1093/biomet/86.4.948"
        )
    if model.adjust in ADJUSTMENT_REFERENCES:
        cited.append(ADJUSTMENT_REFERENCES[model.adjust])
    return (*cited, *sample_references(model.sample.design))
