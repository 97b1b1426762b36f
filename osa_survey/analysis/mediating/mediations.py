"""Mediation and moderated mediation by regressions, one for each mediator and one for the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from osa_survey.analysis.domains import composition_notes, composition_references, versions
from osa_survey.analysis.mediating.mediation_draws import draws_of, has_sensitivity
from osa_survey.analysis.mediating.mediation_fits import FittedPaths, fitted_paths
from osa_survey.analysis.mediating.mediation_notes import method_of, notes_of, references_of, sensitivity_notes
from osa_survey.analysis.mediating.mediation_numbers import (
    NATURAL,
    has_natural,
    natural_numbers,
    places_of_moderator,
    product_numbers,
)
from osa_survey.analysis.mediating.mediation_requests import (
    LEAST_DRAWS,
    MODEL_TITLES,
    Interval,
    MediationRequest,
    ModelNumber,
    check_request,
)
from osa_survey.analysis.mediating.mediation_resamples import refuse_resampling
from osa_survey.analysis.mediating.mediation_rows import labels_of, number_rows, path_rows
from osa_survey.analysis.mediating.mediation_sensitivity import sensitivity_numbers
from osa_survey.analysis.mediating.mediation_sentences import MediationSentences, rho_sentence
from osa_survey.analysis.samples import Data, sample_of
from osa_survey.results import Layout, Result, Show

ORDER = ("indirect", "indirect_total", "direct", "total", "indirect_difference", "indirect_standardised",
         "moderated_mediation", "moderation")  # fmt: skip


def mediate(
    data: Data,
    x: str,
    mediators: str | Sequence[str],
    y: str,
    *,
    model: ModelNumber = 4,
    moderator: str | None = None,
    covariates: Sequence[str] = (),
    models: Mapping[str, str] | None = None,
    events: Mapping[str, str | float] | None = None,
    at: Sequence[float | str] | None = None,
    contrast: Sequence[float | str] | None = None,
    interval: Interval = "percentile",
    draws: int = 2000,
    seed: int = 1,
    ordered: bool = False,
    conf_level: float = 0.95,
) -> Result:
    """Divide an association into a direct part and parts that run through mediators, moderated or not.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents. Those with a gap in any variable are left out.
    x, y : str
        Predictor and outcome. x is a number, an ordinal variable (its codes), or has two categories.
    mediators : str or sequence of str
        One, or several side by side (model 4) or in a row (model 6, in the order given); [] for model 1.
    model : {1, 4, 6, 7, 8, 14, 15}
        The PROCESS number: 1 moderation; 4 mediation; 6 serial; 7, 8 moderated first stage (8: and direct path); 14, 15
        moderated second stage (15: and direct path).
    moderator : str, optional
        The moderator of models 1, 7, 8, 14, 15: a number or two categories.
    covariates : sequence of str
        In every equation; nominal ones are dummy-coded.
    models : mapping of str to str
        Mediator or outcome → ``"logistic"``, ``"probit"``, ``"ordinal_logit"``, ``"ordinal_probit"``, ``"poisson"`` or
        ``"negative_binomial"``; linear where nothing is said.
    events : mapping of str to str or float
        For binary models the event, as in ``regress``.
    at : sequence of float or str, optional
        Values or categories of the moderator; by default both of two, or mean and one SD to each side.
    contrast : (float or str, float or str), optional
        Values or categories of x that natural effects compare; by default both of two, or one SD around the mean.
    interval : {"percentile", "bias_corrected", "monte_carlo"}
        Bootstrap percentiles; bias-corrected bootstrap, which errs too often at zero; or draws from the normal
        distribution of the estimates.
    draws, seed : int
        Resamples (or draws) and their seed; of completed sets each gives its part of the resamples.
    ordered : bool
        Whether x came before the mediators and these before y; without it every sentence says "association".
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        ``indirect`` for each path (``term`` is ``x → m → y``), ``indirect_total``, ``direct``, ``total``,
        ``indirect_difference``, ``indirect_standardised``; under moderation ``contrast`` and ``level`` say where,
        and ``moderated_mediation`` is the index. ``more["paths"]`` holds the coefficients, ``more["natural"]`` natural
        effects in the outcome's units for models that are not linear, ``more["sensitivity"]`` the indirect
        association under supposed correlations ρ of the errors (one linear mediator with a linear outcome, moderated or
        not, or with a probit outcome; a note says why there is none). With a mediator whose model is not linear natural
        effects are all there is.

    Raises
    ------
    AnalysisError
        Arguments that do not go with the model; what ``regress`` refuses; ``two_categories``, ``no_indirect_rule``,
        ``unknown_category``;
        ``does_not_compose`` for percentiles of replicate weights that are no resamples where no plan stands beside
        them, and for bias-corrected intervals over completed sets.

    Notes
    -----
    An indirect association is the product of the coefficients along its path; a moderated coefficient is b + b_w w.
    Errors of paths are model-based; Monte-Carlo draws take the equations as independent unless weights say otherwise.

    Under a sampling plan resamples are those of the rescaled bootstrap (Rao, Wu & Yue, 1992), or bootstrap replicates
    declared with the data. Over m completed sets the estimate is the mean of θ̂ᵢ and the interval the quantiles of the
    resamples of all sets together (Schomaker & Heumann, 2018). Their variance would be W + (1 − 1/m)B; the sets are
    moved apart by √((m + 1)/(m − 1)), which makes it Rubin's W + (1 + 1/m)B, and quantiles are taken as much further
    out as t with Rubin's degrees of freedom lies beyond a normal distribution. With a third of the mediator imputed in
    10 sets (n = 250, a = b = .39) 95 % intervals held ab in .946 of 2,000 samples, complete data in .947 of 4,000.

    References
    ----------
    Hayes, A. F. (2022). Introduction to mediation, moderation, and conditional process analysis (3rd ed.). Guilford.
    Imai, K., Keele, L., & Tingley, D. (2010). doi:10.1037/a0020761
    Schomaker, M., & Heumann, C. (2018). doi:10.1002/sim.7654

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame({"use": rng.normal(size=200)})
    >>> people["closeness"] = 0.5 * people["use"] + rng.normal(size=200)
    >>> people["satisfaction"] = 0.4 * people["closeness"] + rng.normal(size=200)
    >>> result = mediate(people, "use", "closeness", "satisfaction", draws=500)
    >>> float(round(result.pick("indirect")["estimate"], 2))
    0.09
    """
    request = MediationRequest(
        x=x, y=y, mediators=(mediators,) if isinstance(mediators, str) else tuple(mediators),
        covariates=(covariates,) if isinstance(covariates, str) else tuple(covariates), model=model,
        moderator=moderator, models=dict(models or {}), events=dict(events or {}),
        at=None if at is None else tuple(at), contrast=None if contrast is None else tuple(contrast),
        interval=interval, draws=draws, seed=seed, ordered=ordered, conf_level=conf_level,
    )  # fmt: skip
    check_request(request)
    versions(data)
    sample = sample_of(data, request.names)
    refuse_resampling(request, sample, LEAST_DRAWS)
    return _result(fitted_paths(request, sample))


def _result(model: FittedPaths) -> Result:
    request = model.request
    natural = has_natural(model)
    drawn = draws_of(model, natural)
    places = places_of_moderator(model)
    labels = labels_of(model)
    title = model.moderator.title if model.moderator else ""
    words = MediationSentences(title, request.ordered, labels)
    fields: dict[str, Any] = {
        "analysis": "mediate",
        "method": method_of(model),
        "n_used": model.sample.n,
        "n_dropped": model.sample.n_dropped,
        "settings": _settings(request),
        "labels": labels,
        "references": (*references_of(model), *composition_references(model.sample if model.composed else None)),
    }
    numbers = product_numbers(model, drawn, places)
    main = number_rows(model, numbers)
    more: dict[str, Result] = {}
    if natural:
        more["natural"] = Result.from_rows(
            number_rows(model, natural_numbers(model, drawn, places if model.moderator else places[:1])),
            title=f"Natural effects of {labels[request.x]} on {labels[request.y]}",
            layout=Layout(
                rows=("contrast", "level") if request.moderator or model.outcomes["y"].categories else ("term",),
                show=tuple(show for name in NATURAL for show in (Show(name), Show(name, "interval"))),
                row_head="Category",
            ),
            wording=words,
            **fields,
        )
    more["paths"] = Result.from_rows(
        path_rows(model),
        title="Coefficients of the paths",
        layout=Layout(
            rows=("outcome", "term"),
            show=(Show("b"), Show("b", "std_error"), Show("b", "interval"), Show("b", "statistic"), Show("b", "p")),
            row_head="Equation",
        ),
        **fields,
    )
    if has_sensitivity(model):
        sensitivity = sensitivity_numbers(model, drawn, places)
        shown = "natural_indirect" if request.kind(request.y) == "probit" else "indirect"
        more["sensitivity"] = Result.from_rows(
            number_rows(model, sensitivity),
            title="Sensitivity of the indirect association to an unmeasured common cause of mediator and outcome",
            layout=Layout(
                rows=("contrast", "level") if model.paths.moderates_paths else ("level",),
                show=(Show(shown), Show(shown, "interval"), Show("rho_at_zero"), Show("rho_at_zero", "interval")),
                row_head="ρ",
            ),
            notes=sensitivity_notes(model),
            wording=rho_sentence,
            **fields,
        )  # fmt: skip
    found = [name for name in ORDER if any(number.quantity == name for number in numbers)]
    place = ("contrast", "level") if request.moderator and places[0].name else ("level",) if request.moderator else ()
    through = " through " + ", ".join(labels[name] for name in request.mediators) if request.mediators else ""
    head = MODEL_TITLES[request.model]
    return Result.from_rows(
        main,
        title=f"{head[:1].upper()}{head[1:]}: {labels[request.x]} and {labels[request.y]}{through}",
        layout=Layout(
            rows=("term", *place),
            show=tuple(show for name in found for show in (Show(name), Show(name, "interval"))),
            row_head="Path",
        ),
        notes=(*notes_of(model, drawn), *composition_notes(model.sample if model.composed else None)),
        more=more,
        wording=words,
        plot="path_diagram",
        engine=model,
        **fields,
    )


def _settings(request: MediationRequest) -> dict[str, Any]:
    optional = {
        "moderator": request.moderator, "covariates": request.covariates, "models": dict(request.models),
        "events": dict(request.events), "at": request.at, "contrast": request.contrast,
    }  # fmt: skip
    return {
        "x": request.x, "mediators": request.mediators, "y": request.y, "model": request.model,
        **{name: value for name, value in optional.items() if value}, "interval": request.interval,
        "draws": request.draws, "seed": request.seed, "ordered": request.ordered, "conf_level": request.conf_level,
    }  # fmt: skip
