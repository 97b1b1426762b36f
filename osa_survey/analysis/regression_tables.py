"""A fitted regression becomes a result with its further tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osa_survey.analysis.coefficient_rows import coefficient_rows
from osa_survey.analysis.design_matrices import INTERCEPT, Design, Term
from osa_survey.analysis.fitted_models import EVENTS, OTHERS, FittedModel, method_of
from osa_survey.analysis.model_rows import block_rows, fit_rows, predictor_rows
from osa_survey.analysis.regression_notes import model_notes, model_references
from osa_survey.analysis.regression_sentences import BlockSentences, FitSentences, TermSentences
from osa_survey.results import Layout, Result, Show


def regression_result(model: FittedModel, settings: Mapping[str, Any]) -> Result:
    """Return the result of a regression with its further tables."""
    kind = "logistic" if model.logistic else "linear"
    hierarchical = "Hierarchical " if len(model.fits) > 1 else ""
    name = f"{hierarchical}{kind} regression".capitalize()
    event = f" (event: {model.event})" if model.logistic else ""
    title = f"{name} of {model.outcome.title}{event}"
    labels = {model.outcome.name: model.outcome.title, INTERCEPT: "Intercept", EVENTS: "Events", OTHERS: "Non-events"}
    labels |= {term.name: term.label for term in model.design.terms} | dict(model.design.references)
    labels = dict(model.design.titles) | labels
    fields: dict[str, Any] = {
        "analysis": "regress",
        "method": method_of(model),
        "n_used": model.n,
        "n_dropped": model.n_dropped,
        "settings": dict(settings),
        "labels": labels,
        "references": model_references(model.logistic, model.errors, len(model.design.categories) > 0),
    }
    last = model.level(len(model.fits))
    more = {
        "fit": Result.from_rows(
            fit_rows(model),
            title=f"Fit of the {kind} regression of {model.outcome.title}{event}",
            wording=FitSentences(model.outcome.title, model.logistic, last),
            layout=_fit_layout(model),
            **fields,
        ),
        "predictors": Result.from_rows(
            predictor_rows(model),
            title=f"Predictors of {model.outcome.title}{event}: people, joint tests, variance inflation",
            layout=Layout(
                rows=("term",),
                show=(
                    Show("count"),
                    Show("block_test", "statistic", "Test"),
                    Show("block_test", "p"),
                    Show("vif", head="VIF"),
                ),
                row_head="Predictor",
            ),
            notes=(
                "The variance inflation factor of a nominal predictor is the generalised one, over all its dummies.",
            ),
            **fields,
        ),
    }
    if len(model.fits) > 1:
        more["blocks"] = Result.from_rows(
            block_rows(model),
            title=f"Change from block to block, {model.outcome.title}{event}",
            wording=BlockSentences(model.outcome.title, model.logistic),
            layout=_block_layout(model),
            notes=(
                "All blocks describe the same respondents: those with answers to every variable of the last block.",
            ),
            **fields,
        )
    phrases = {term.name: _phrase(model.design, term) for term in model.design.terms}
    return Result.from_rows(
        coefficient_rows(model),
        title=title,
        notes=model_notes(model.design, model.fits, model.y, model.errors, model.n_clusters, model.outcome),
        wording=TermSentences(model.outcome.title, model.event, phrases, last, model.logistic),
        layout=_term_layout(model),
        more=more,
        plot="coefficients",
        engine=model.fits[-1].engine,
        **fields,
    )


def _phrase(design: Design, term: Term) -> str:
    if not term.reference:
        return term.label
    return f"{term.label} (compared with {design.categories[term.predictor][0][1]})"


def _term_layout(model: FittedModel) -> Layout:
    rows = ("level", "term") if len(model.fits) > 1 else ("term",)
    if model.logistic:
        show: tuple[Show, ...] = (
            Show("b"),
            Show("b", "std_error"),
            Show("odds_ratio"),
            Show("odds_ratio", "interval"),
            Show("b", "p"),
        )
        return Layout(rows=rows, show=show, row_head="Predictor")
    show = (
        Show("b"),
        Show("b", "std_error"),
        Show("b", "interval"),
        Show("beta"),
        Show("b", "p"),
        Show("semipartial_r2"),
        *(Show(size) for size in model.sizes),
    )
    return Layout(rows=rows, show=show, row_head="Predictor")


def _fit_layout(model: FittedModel) -> Layout:
    if model.logistic:
        words = ("nagelkerke_r2", "mcfadden_r2", "cox_snell_r2")
    else:
        words = ("r2", "adjusted_r2", "residual_sd")
    test = (Show("model_test", "statistic"), Show("model_test", "p"))
    shown = (*(Show(word) for word in words), *test, Show("log_likelihood"), Show("aic"), Show("bic"))
    people = (Show(words[0], "n"),)
    return Layout(rows=("level",) if len(model.fits) > 1 else ("outcome",), show=(*people, *shown), row_head="Model")


def _block_layout(model: FittedModel) -> Layout:
    if model.logistic:
        show: tuple[Show, ...] = (Show("nagelkerke_r2"), Show("block_test", "statistic"), Show("block_test", "p"))
    else:
        show = (Show("r2"), Show("delta_r2"), Show("delta_r2", "statistic", "Change test"), Show("delta_r2", "p"))
    return Layout(rows=("level",), show=show, row_head="Block")
