"""Describing variables: how many answered, where the answers lie, and why the others are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_conf_level, check_numeric, different, margin_name, variable_names
from osa_survey.analysis.describing.composed_descriptions import add_composed_description, composed_notes
from osa_survey.analysis.describing.descriptive_rows import KNOWN, Group, Shapes, add_description, has_range
from osa_survey.analysis.describing.descriptive_sentences import DescriptionWords
from osa_survey.analysis.domains import composes, composition_references, composition_words, versions
from osa_survey.analysis.moments import QUANTILE_METHODS, QuantileType, ShapeType
from osa_survey.analysis.samples import Data, Sample, does_not_compose, sample_of
from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.instruments.reasons import REASON_CODES, REASON_TITLES
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.scoring import PRORATION_NOTE

METHOD = (
    "means with t intervals, standard deviations (n − 1), quantiles of type {quantile}, {shape} of type {type}; "
    "proportions with Wilson intervals"
)
METHOD_COMPOSED = "means with t intervals, standard deviations (n − 1), proportions with logit intervals"
REFERENCES = (
    "Hyndman, R. J., & Fan, Y. (1996). Sample quantiles in statistical packages. The American Statistician, 50(4), "
    "361–365. doi:10.1080/00031305.1996.10473566",
    "Joanes, D. N., & Gill, C. A. (1998). Comparing measures of sample skewness and kurtosis. Journal of the Royal "
    "Statistical Society D, 47(1), 183–189. doi:10.1111/1467-9884.00122",
    "Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the "
    "American Statistical Association, 22(158), 209–212. doi:10.1080/01621459.1927.10502953",
)
REFERENCES_COMPOSED = (
    "Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of "
    "positive counts estimated from survey data. Survey Methodology, 24(2), 193–201.",
    "Woodruff, R. S. (1952). Confidence intervals for medians and other position measures. Journal of the American "
    "Statistical Association, 47(260), 635–646. doi:10.1080/01621459.1952.10483443",
)
NOTE_GROUPS_LEFT_OUT = "Respondents without an answer on {by} are in no column of this table."
NOTE_GROUP_WITHOUT_ANSWER = "The last group are respondents without an answer on {by}."
NOTE_ORDINAL = "Medians of ordinal variables are medians of the codes in the declared order."
NOTE_RANGE = "Floor and ceiling: share at the lowest and at the highest possible value."
NO_ANSWER = "no answer"


def describe(
    data: Data,
    variables: str | Sequence[str],
    *,
    by: str | None = None,
    further: Sequence[str] = (),
    shape_type: ShapeType = 2,
    quantile_type: QuantileType = 7,
    conf_level: float = 0.95,
) -> Result:
    """Describe variables and scores, for everyone or for each group.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; weights of a design are used, imputed sets pooled.
    variables : str or sequence of str
        Numbers, counts, scores and categories, in the order of the table.
    by : str, optional
        A nominal or ordinal variable whose categories become groups, in declared order, with a total. Respondents
        without an answer on it form a last group if they are five or more; fewer are left out of all columns and
        counted in ``n_dropped``.
    further : sequence of str
        Further numbers: ``kurtosis`` (excess), ``trimmed_mean`` (10% at each end), ``mad`` (times 1.4826).
    shape_type : {1, 2, 3}
        Type of skewness and kurtosis (Joanes and Gill): of moments, of SPSS and SAS, of psych's ``describe``.
    quantile_type : {6, 7}
        Type of the quartiles (Hyndman and Fan): of SPSS, of R.
    conf_level : float
        Confidence level of the intervals.

    Returns
    -------
    Result
        For numbers, counts and scores: ``count`` (answers), ``mean`` with a t interval, ``sd``, ``median``,
        ``quantile`` (levels 0.25, 0.5, 0.75), ``skewness`` and, where the possible range is known, ``floor`` and
        ``ceiling``. For categories: ``count`` of all answers and of each category (``level``), ``proportion`` with a
        Wilson interval; for ordinal variables also ``median``. Always ``missing``: in all and by reason (``level``).

    Raises
    ------
    AnalysisError
        If a variable does not exist, is named twice, or ``by`` has no categories.

    Notes
    -----
    The smallest and largest value describe single persons and are not given. That somebody did not answer is shown by
    n, so that released under ``journal`` the number of one to four gaps is told, but not their reasons.

    Under a design counts stay counts of people, proportions have logit intervals (Korn and Graubard's at 0 and 1),
    medians and quartiles Woodruff's; skewness and further numbers are weighted, without error. Pooled over imputed
    sets, quantiles and MADs have no rule and are flagged; skewness, kurtosis and trimmed means are means over the sets.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [21.0, 25.0, 30.0, 34.0, 40.0, 48.0]})
    >>> float(describe(people, ["age"]).pick("mean")["estimate"])
    33.0
    """
    check_conf_level(conf_level)
    shapes = _checked(further, shape_type, quantile_type)
    if composes(data) and quantile_type != Shapes().quantile_type:
        message = (
            "types of quantiles interpolate between the ordered answers of people who count alike: weighted quantiles "
            "turn the weighted distribution round, and quantiles are not pooled"
        )
        raise does_not_compose(message, "leave quantile_type out")
    names = variable_names(variables)
    sets = versions(data)
    columns = columns_of(sets[0], names)
    check_numeric(*(column for column in columns if not column.info.is_categorical))
    people = len(columns[0].values)
    everyone = np.ones(people, dtype=bool)
    labels = {column.info.name: column.info.title for column in columns} | REASON_TITLES
    groups: tuple[Group, ...] = (Group("", everyone),)
    kept, notes = everyone, list[str]()
    if by is not None:
        for name in names:
            different(variables=name, by=by)
        (grouping,) = columns_of(sets[0], [by])
        groups, kept, notes = _groups(grouping)
        labels[by] = grouping.info.title
    rows = Rows()
    composed = sample_of(data, names, complete_cases=False) if composes(data) else None
    if composed is None:
        for column in columns:
            add_description(rows, column, groups, conf_level, shapes)
    else:
        every = _groups_of_sets(sets, by, groups)
        for place in range(len(columns)):
            add_composed_description(rows, composed, place, every, conf_level, shapes)
        notes += composed_notes(composed, columns)
    if any(column.info.type == "ordinal" for column in columns) and not (composed and composed.imputed):
        notes.append(NOTE_ORDINAL)
    if any(has_range(column) for column in columns):
        notes.append(NOTE_RANGE)
    if isinstance(sets[0], ScoredData) and any(entry.prorated for entry in sets[0].log if entry.name in names):
        notes.append(PRORATION_NOTE)
    return Result.from_rows(
        rows,
        title="Description of the respondents" + (f" by {labels[by]}" if by else ""),
        analysis="describe",
        method=_method(shapes) if composed is None else METHOD_COMPOSED + composition_words(composed),
        n_used=int(kept.sum()),
        n_dropped=int(people - kept.sum()),
        settings={"variables": tuple(names), "by": by, "conf_level": conf_level}
        | ({} if shapes == Shapes() else asdict(shapes)),
        notes=tuple(notes),
        references=REFERENCES if composed is None else (*REFERENCES_COMPOSED, *composition_references(composed)),
        wording=DescriptionWords(tuple(labels.items()), composed is not None and composed.design is not None),
        labels=labels,
        layout=_layout(columns, by, composed, shapes.further),
        plot="summary_boxes",
    )


def _groups_of_sets(
    sets: Sequence[ScoredData | pd.DataFrame], by: str | None, first: tuple[Group, ...]
) -> tuple[tuple[Group, ...], ...]:
    """Return the groups of each completed set, which must have the same labels in all."""
    if by is None:
        return tuple(first for _ in sets)
    every = tuple(_groups(columns_of(one, [by])[0])[0] for one in sets)
    if any([group.label for group in own] != [group.label for group in first] for own in every):
        hint = "group by a variable whose gaps are all imputed, or by one without imputed answers"
        raise does_not_compose(f"the groups of '{by}' are not the same in all completed sets", hint)
    return every


def _checked(further: Sequence[str], shape_type: ShapeType, quantile_type: QuantileType) -> Shapes:
    """Return what is asked for beyond the usual numbers, or raise an AnalysisError with all that is unknown."""
    names = [further] if isinstance(further, str) else list(further)
    problems = [
        Problem("unknown_statistic", f"describe has no number '{name}'", key="further", hint=nearest(name, list(KNOWN)))
        for name in names
        if name not in KNOWN
    ]
    for key, value, known in (
        ("shape_type", shape_type, (1, 2, 3)), ("quantile_type", quantile_type, tuple(QUANTILE_METHODS)),
    ):  # fmt: skip
        if value not in known:
            problems.append(Problem("unknown_type", f"there is no {key} {value}", key=key, hint=f"one of {known}"))
    if problems:
        raise AnalysisError(problems)
    return Shapes(tuple(dict.fromkeys(names)), shape_type, quantile_type)


def _method(shapes: Shapes) -> str:
    shape = "skewness and kurtosis" if "kurtosis" in shapes.further else "skewness"
    return METHOD.format(quantile=shapes.quantile_type, shape=shape, type=shapes.shape_type)


def _layout(columns: Sequence[Column], by: str | None, composed: Sample | None, further: Sequence[str]) -> Layout:
    numeric = [column for column in columns if not column.info.is_categorical]
    show = [Show("count")]
    if len(numeric) < len(columns):
        show.append(Show("proportion"))
    if numeric:
        show += [Show("mean"), Show("sd")]
    pooled = composed is not None and composed.imputed
    if not pooled and (any(column.info.type == "ordinal" for column in columns) or (numeric and by is None)):
        show.append(Show("median"))
    if numeric:
        show += [Show(name) for name in further if not (pooled and name == "mad")]
    if by is None and numeric:
        show.append(Show("skewness"))
        if any(has_range(column) for column in numeric):
            show += [Show("floor"), Show("ceiling")]
    if by is None:
        show.append(Show("missing"))
    across = "group" if by else ""
    return Layout(rows=("outcome", "level"), show=tuple(show), across=across, row_head="Variable")


def _groups(column: Column) -> tuple[tuple[Group, ...], NDArray[np.bool_], list[str]]:
    """Return the groups of a variable, those without an answer if they are not too few, and the total."""
    info = column.info
    if not info.is_categorical:
        hint = "give a nominal or ordinal variable as by"
        raise AnalysisError(Problem("no_categories", f"'{info.name}' is a {info.type}", column=info.name, hint=hint))
    groups = [Group(label, mask) for label, mask in column.categories()]
    if not groups:
        raise AnalysisError(Problem("no_answers", f"nobody answered '{info.name}'", column=info.name))
    without = ~column.answered
    notes = []
    kept = column.answered.copy()
    if without.sum() >= JOURNAL.threshold:
        reasons = [name for name, code in REASON_CODES.items() if (column.reasons[without] == code).any()]
        label = REASON_TITLES[reasons[0]] if len(reasons) == 1 else NO_ANSWER
        if label in info.labels:
            label = f"{label} ({info.title})"
        groups.append(Group(label, without))
        kept |= without
        notes.append(NOTE_GROUP_WITHOUT_ANSWER.format(by=info.title))
    else:
        notes.append(NOTE_GROUPS_LEFT_OUT.format(by=info.title))
    groups.append(Group(margin_name(column), kept))
    return tuple(groups), kept, notes
