"""All checks side by side: who is flagged, and how many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey import formatting
from osa_survey.dataset import Responses, require_responses
from osa_survey.languages import in_language
from osa_survey.quality.attention_checks import attention_columns, failed_checks
from osa_survey.quality.completion_times import SPEEDER_SHARE, relative_speed
from osa_survey.quality.identical_records import repeated_identifiers, surplus_identical
from osa_survey.quality.item_missingness import missing_share
from osa_survey.quality.response_variability import response_variability
from osa_survey.quality.straight_lines import constant_lines, longest_runs
from osa_survey.results import Layout, Result, Rows, Show

MANY_MISSING = 0.5
TITLES = {
    "identical_records": "identical to an earlier record in every answer",
    "repeated_ids": "identifier occurred before (duplicate)",
    "floor_line": "all items at the lowest option (floor)",
    "ceiling_line": "all items at the highest option (ceiling)",
    "constant_line": "all items alike, neither lowest nor highest",
    "straight_line": "all items alike although some are reversed",
    "no_variability": "no variability over items (IRV = 0)",
    "many_missing": "more than half of the shown items unanswered",
    "attention_failed": "at least one attention check failed",
    "speeder": f"faster than {SPEEDER_SHARE:.0%} of the median time",
}
NOTE_LINES = (
    "A scale on one page without reverse-keyed items cannot show carelessness: constant lines are counted as floor, "
    "ceiling or between, and none is called careless."
)
NOTE_IDENTICAL = "Identical records are called duplicates only where an identifier says so."
NOTE_FLAGS = "Checks flag; only the study file excludes."


@dataclass(frozen=True, repr=False)
class Flags:
    """One check: who is flagged.

    Attributes
    ----------
    check : str
        A key of ``TITLES``.
    block : str
        The block it looked at, or "".
    mask : ndarray of bool, shape (respondents,)
        Who is flagged.
    """

    check: str
    block: str
    mask: NDArray[np.bool_]


def flags(responses: Responses) -> tuple[Flags, ...]:
    """Return who is flagged by each check, one entry for each check and block.

    Parameters
    ----------
    responses : Responses
        Admitted answers.
    """
    found = [Flags("identical_records", "", surplus_identical(responses.codes, responses.reasons))]
    identifier = identifier_of(responses)
    if identifier is not None:
        found.append(Flags("repeated_ids", "", repeated_identifiers(identifier)))
    for block in responses.codebook.blocks:
        found.extend(_block_flags(responses, block))
    if attention_columns(responses.paradata):
        found.append(Flags("attention_failed", "", failed_checks(responses.paradata) > 0))
    if "duration" in responses.paradata:
        speed = relative_speed(responses.paradata["duration"].to_numpy(dtype=float))
        found.append(Flags("speeder", "", speed < SPEEDER_SHARE))
    return tuple(found)


def identifier_of(responses: Responses) -> pd.Series | None:
    """Return the identifiers of the respondents where the codebook names their column as a variable."""
    column = responses.codebook.file.respondent_id
    for name, entry in responses.codebook.variables.items():
        if entry.type == "identifier" and (not column or entry.column == column):
            return responses.restricted[name]
    return None


def has_reversed_items(responses: Responses, block: str) -> bool:
    """Tell whether any scale of the block's instrument has straight and reverse-keyed items."""
    instrument = responses.instruments[responses.codebook.blocks[block].instrument]
    return any(len(set(scale.signs)) > 1 for scale in instrument.scales)


def _block_flags(responses: Responses, block: str) -> list[Flags]:
    values = responses.items(block)
    reasons = responses.reasons[list(responses.item_columns(block))].to_numpy(dtype=np.uint8)
    instrument = responses.instruments[responses.codebook.blocks[block].instrument]
    options = [instrument.options_of(item.id) for item in instrument.items]
    found = []
    if values.shape[1] > 1:
        constant = constant_lines(values)
        if has_reversed_items(responses, block):
            found.append(Flags("straight_line", block, constant))
            found.append(Flags("no_variability", block, response_variability(values) == 0))
        else:
            floor = constant & (values == np.array([o.low for o in options], dtype=np.float32)).all(axis=1)
            ceiling = constant & (values == np.array([o.high for o in options], dtype=np.float32)).all(axis=1)
            found.append(Flags("floor_line", block, floor))
            found.append(Flags("ceiling_line", block, ceiling))
            found.append(Flags("constant_line", block, constant & ~floor & ~ceiling))
    found.append(Flags("many_missing", block, missing_share(reasons, values) > MANY_MISSING))
    return found


def screen(responses: Responses) -> Result:
    """Return how many respondents each check flags. Nobody is dropped.

    Parameters
    ----------
    responses : Responses
        Admitted answers.

    Returns
    -------
    Result
        Rows ``count`` with the check as ``level`` and the block as ``outcome``; for each block the longest run of
        identical answers that occurs in a tenth of the respondents or more (``quantile``, level ``longest run, 90 %``)
        and the median intra-individual response variability (``median``, level ``variability``).
    """
    require_responses(responses)
    rows = Rows()
    n = len(responses)
    rows.everybody("all", n)
    for entry in flags(responses):
        people = int(entry.mask.sum())
        name = f"{entry.check}|{entry.block}"
        rows.cell(name, people)
        rows.cell(f"{name}|rest", n - people)
        rows.total("all", [name, f"{name}|rest"])
        rows.add("count", outcome=entry.block, level=entry.check, n=n, estimate=people, cells=[name])
        if n:
            rows.add("proportion", outcome=entry.block, level=entry.check, n=n, estimate=people / n, cells=[name])
    more = {"runs": _runs(responses)} if responses.codebook.blocks else {}
    blocks = {
        name: responses.instruments[block.instrument].short_title for name, block in responses.codebook.blocks.items()
    }
    notes = [NOTE_FLAGS, NOTE_IDENTICAL]
    if any(not has_reversed_items(responses, block) for block in blocks):
        notes.append(NOTE_LINES)
    return Result.from_rows(
        rows,
        title="Data quality: respondents flagged by each check",
        analysis="screen",
        method="checks on identical records, constant lines, response variability, item missingness and time",
        n_used=n,
        settings={"speeder_share": SPEEDER_SHARE, "many_missing": MANY_MISSING},
        notes=tuple(notes),
        labels={**TITLES, **blocks, "": "whole record"},
        more=more,
        wording=_Wording(tuple(blocks.items())),
        layout=Layout(
            rows=("outcome", "level"),
            show=(Show("count", "estimate", "n"), Show("proportion", "estimate", "%")),
            row_head="Check",
        ),
        plot="flag_bars",
    )


def _runs(responses: Responses) -> Result:
    rows = Rows()
    rows.everybody("all", len(responses))
    for block in responses.codebook.blocks:
        values = responses.items(block)
        runs = longest_runs(values)
        spread = response_variability(values)
        spread = spread[~np.isnan(spread)]
        if len(runs):
            tenth = float(np.quantile(runs, 0.9))
            rows.add("quantile", outcome=block, level="longest run, 90 %", n=len(runs), estimate=tenth, cells=["all"])
        if len(spread):
            middle = float(np.median(spread))
            rows.add("median", outcome=block, level="variability", n=len(spread), estimate=middle, cells=["all"])
    return Result.from_rows(
        rows,
        title="Longest runs of identical answers and response variability",
        analysis="screen",
        method="longest run of identical answers; standard deviation of a person's answers over items",
        n_used=len(responses),
        references=(
            "Johnson, J. A. (2005). Ascertaining the validity of individual protocols from web-based personality "
            "inventories. Journal of Research in Personality, 39(1), 103–129. "
            "https://doi.org/10.1016/j.jrp.2004.09.009",
            "Dunn, A. M., Heggestad, E. D., Shanock, L. R., & Theilgard, N. (2018). Intra-individual response "
            "variability as an indicator of insufficient effort responding. Journal of Business and Psychology, 33(1), "
            "105–121. https://doi.org/10.1007/s10869-016-9479-0",
        ),
        labels={
            name: responses.instruments[block.instrument].short_title
            for name, block in responses.codebook.blocks.items()
        },
        layout=Layout(
            rows=("outcome",),
            show=(
                Show("quantile", "estimate", "Longest run, 90th percentile"),
                Show("median", "estimate", "Median IRV"),
            ),
            row_head="Block",
        ),
    )


SENTENCES = {
    "en": ("{n} of {all} respondents: {what}{block}.", "Fewer than five, or a number not shown: {what}{block}."),
    "de": ("{n} von {all} Befragten: {what}{block}.", "Weniger als fünf, oder nicht gezeigt: {what}{block}."),
}


@dataclass(frozen=True)
class _Wording:
    """One sentence for each check that flags somebody, from the released table."""

    blocks: tuple[tuple[str, str], ...]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        shown, hidden = SENTENCES[language]
        titles = dict(self.blocks)
        sentences = []
        for _, row in table.loc[table["quantity"] == "count"].iterrows():
            place = f" ({titles[str(row['outcome'])]})" if row["outcome"] else ""
            what = in_language(TITLES[str(row["level"])], language, "words")
            if row["suppressed"]:
                sentences.append(hidden.format(what=what, block=place))
            elif row["estimate"] > 0:
                numbers = {"n": formatting.count(row["estimate"]), "all": formatting.count(row["n"])}
                sentences.append(shown.format(what=what, block=place, **numbers))
        return tuple(sentences)
