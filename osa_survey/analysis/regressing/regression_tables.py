"""A fitted regression becomes a result with its further tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osa_survey.analysis.regressing.coefficient_rows import coefficient_rows
from osa_survey.analysis.regressing.design_matrices import INTERCEPT, Design, Term
from osa_survey.analysis.regressing.fitted_models import EVENTS, OTHERS, FittedModel, method_of
from osa_survey.analysis.regressing.model_outcomes import NONE, SOME
from osa_survey.analysis.regressing.model_rows import block_rows, fit_rows, has_likelihood, predictor_rows
from osa_survey.analysis.regressing.parallel_lines import parallel_lines
from osa_survey.analysis.regressing.regression_notes import model_notes, model_references
from osa_survey.analysis.regressing.regression_sentences import BlockSentences, FitSentences, TermSentences
from osa_survey.results import Layout, Result, Show

SAME_PEOPLE = "All blocks describe the same respondents: those with answers to every variable of the last block."


def regression_result(model: FittedModel, settings: Mapping[str, Any]) -> Result:
    """Return the result of a regression with its further tables."""
    kind = model.outcome.kind
    outcome = model.outcome.info.title
    name = f"{'hierarchical ' if len(model.blocks) > 1 else ''}{kind.title} regression"
    name = name[0].upper() + name[1:]
    event = f" (event: {model.outcome.event})" if model.binary else ""
    title = f"{name} of {outcome}{event}"
    fields = shared_fields(model, settings, "regress")
    last = model.level(len(model.blocks))
    more = {
        "fit": Result.from_rows(
            fit_rows(model),
            title=f"Fit of the {kind.title} regression of {outcome}{event}",
            wording=FitSentences(outcome, _sizes_of_fit(model)[:2], last),
            layout=_fit_layout(model),
            **fields,
        ),
        "predictors": Result.from_rows(
            predictor_rows(model),
            title=f"Predictors of {outcome}{event}: people, joint tests, variance inflation",
            layout=Layout(
                rows=("term",),
                show=(
                    Show("count"),
                    Show("block_test", "statistic", "Test"),
                    Show("block_test", "p"),
                    Show("vif", head="VIF"),
                )[0 if model.design.categories else 1 :],
                row_head="Predictor",
            ),
            notes=(
                "The variance inflation factor of a nominal predictor is the generalised one, over all its dummies.",
            ),
            **fields,
        ),
    }
    if len(model.blocks) > 1:
        more["blocks"] = Result.from_rows(
            block_rows(model),
            title=f"Change from block to block, {outcome}{event}",
            wording=BlockSentences(outcome, model.linear),
            layout=_block_layout(model),
            notes=(SAME_PEOPLE,),
            **fields,
        )
    if kind.outcome == "ordered":
        more |= parallel_lines(model, fields)
    return Result.from_rows(
        coefficient_rows(model),
        title=title,
        notes=model_notes(model),
        wording=_sentences(model),
        layout=_term_layout(model),
        more=more,
        plot="coefficients",
        engine=model,
        **fields,
    )


def shared_fields(model: FittedModel, settings: Mapping[str, Any], analysis: str) -> dict[str, Any]:
    """Return what all tables of a model share."""
    outcome = model.outcome
    labels = {outcome.info.name: outcome.info.title, INTERCEPT: "Intercept", EVENTS: "Events", OTHERS: "Non-events"}
    labels |= {NONE: "None", SOME: "At least one", "alpha": "Dispersion α", "phi": "Precision φ"}
    for lower, upper in zip(outcome.categories, outcome.categories[1:], strict=False):
        labels[f"threshold {lower}|{upper}"] = f"Threshold {lower} | {upper}"
    if outcome.kind.second:
        labels |= {
            outcome.kind.second: "Structural zeros" if outcome.kind.second == "structural zero" else "Any at all"
        }
    labels |= {term.name: term.label for term in model.design.terms} | dict(model.design.references)
    return {
        "analysis": analysis,
        "method": method_of(model),
        "n_used": model.n,
        "n_dropped": model.sample.n_dropped,
        "settings": dict(settings),
        "labels": dict(model.design.titles) | labels,
        "references": model_references(model),
    }


def _sentences(model: FittedModel) -> TermSentences:
    outcome, kind = model.outcome, model.outcome.kind
    outcomes, events = {"": outcome.info.title}, {"": outcome.event} if model.binary else {}
    if kind.outcome == "categories":
        events = dict(zip(outcome.equations, outcome.categories[1:], strict=True))
        outcomes = dict.fromkeys(events, outcome.info.title)
    return TermSentences(
        outcomes=outcomes,
        phrases={term.name: _phrase(model.design, term) for term in model.design.terms},
        level=model.level(len(model.blocks)),
        ratio=kind.ratio,
        ordered=kind.outcome == "ordered",
        events=events,
    )


def _phrase(design: Design, term: Term) -> str:
    if not term.reference:
        return term.label
    return f"{term.label} (compared with {design.categories[term.predictor][0][1]})"


def _term_layout(model: FittedModel) -> Layout:
    rows = ("term",) if len(model.blocks) == 1 else ("level", "term")
    if len(model.outcome.equations) > 1 or model.outcome.kind.second:
        rows = (*rows[:-1], "contrast", "term")
    pooled = (Show("fmi"),) if model.sample.imputed else ()
    p: tuple[Show, ...] = (Show("b", "p"),)
    if model.adjust != "none":
        p = (*p, Show("b", "p_adjusted"))
    show: tuple[Show, ...]
    if model.linear:
        sizes = tuple(Show(size) for size in model.sizes)
        show = (Show("b"), Show("b", "std_error"), Show("b", "interval"), Show("beta"), *p, Show("semipartial_r2"),
                *sizes)  # fmt: skip
    elif model.ratio:
        ratios = [model.ratio, *(["odds_ratio"] if model.outcome.kind.second else [])]
        shown = [Show(ratio, part) for ratio in ratios for part in ("estimate", "interval")]
        show = (Show("b"), Show("b", "std_error"), *shown, *p)
    else:
        show = (Show("b"), Show("b", "std_error"), Show("b", "interval"), *p)
    if model.outcome.kind.outcome == "ordered":
        show = (*show, Show("threshold"), Show("threshold", "std_error"))
    return Layout(rows=rows, show=(*show, *pooled), row_head="Predictor")


def _sizes_of_fit(model: FittedModel) -> tuple[str, ...]:
    if model.linear:
        return ("r2", "adjusted_r2", "residual_sd")
    if not has_likelihood(model) or model.outcome.kind.outcome == "share":
        return ()
    return ("nagelkerke_r2", "mcfadden_r2", "cox_snell_r2")


def _fit_layout(model: FittedModel) -> Layout:
    test = (Show("model_test", "statistic"), Show("model_test", "p"))
    likelihood: tuple[Show, ...] = ()
    if model.sample.design is None and has_likelihood(model):
        likelihood = (Show("log_likelihood"), Show("aic"), Show("bic"))
    shown = (*(Show(word) for word in _sizes_of_fit(model)), *test, *likelihood)
    people = (Show("model_test", "n"),)
    return Layout(rows=("level",) if len(model.blocks) > 1 else ("outcome",), show=(*people, *shown), row_head="Model")


def _block_layout(model: FittedModel) -> Layout:
    if model.linear:
        show = (Show("r2"), Show("delta_r2"), Show("delta_r2", "statistic", "Change test"), Show("delta_r2", "p"))
        return Layout(rows=("level",), show=show, row_head="Block")
    size = tuple(Show(word) for word in _sizes_of_fit(model)[:1])
    return Layout(rows=("level",), show=(*size, Show("block_test", "statistic"), Show("block_test", "p")),
                  row_head="Block")  # fmt: skip
