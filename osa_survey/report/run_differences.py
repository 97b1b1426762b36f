"""Two runs side by side: which numbers changed, and what could have changed them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from osa_survey.formatting import count, decimal, degrees_of_freedom, p_value, percent
from osa_survey.report.verification.ledger_places import ledger_path
from osa_survey.results import read_ledger
from osa_survey.results.columns import NUMBER_COLUMNS
from osa_survey.results.display import printed

SAME = 1e-12  # relative: below it two machines may differ by their arithmetic alone
TOLD = 40
TOLD_COLUMNS = 3  # of a number whose estimate is printed alike
FLOW = "flow"
SEEDED = ("bootstrap", "imput", "simulat", "permut", "random")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cause:
    """Something that differs between two runs and can change numbers.

    Attributes
    ----------
    kind : str
        ``data``, ``exclusions``, ``definition``, ``study``, ``codebook``, ``frozen_plan``, ``seed``, ``version``,
        ``profile``.
    name : str
        What exactly.
    before, after : str
        Its two states, "–" where it is absent.
    """

    kind: str
    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {_short(self.before)} → {_short(self.after)}".replace("  ", " ")


@dataclass(frozen=True)
class Difference:
    """A number that is not the same in both runs.

    Attributes
    ----------
    id : str
        The id of the number.
    kind : {"changed", "added", "removed", "hidden", "shown"}
        What happened to it.
    columns : tuple of str
        The columns that differ.
    before, after : str
        The estimates as they are printed.
    causes : tuple of str
        The kinds of causes that can be behind it; empty where nothing known differs.
    seen : tuple of (str, str, str)
        The columns that differ as they are printed, each with both texts; empty where a changed number differs only
        beyond the printed digits.
    """

    id: str
    kind: str
    columns: tuple[str, ...]
    before: str
    after: str
    causes: tuple[str, ...]
    seen: tuple[tuple[str, str, str], ...] = ()

    @property
    def shown(self) -> bool:
        """Whether a reader of two reports could see it."""
        return self.kind != "changed" or bool(self.seen)

    def __str__(self) -> str:
        why = f" (can come from: {', '.join(self.causes)})" if self.causes else " (nothing known explains it)"
        if self.kind != "changed":
            return f"{self.kind} {self.id}: {self.before} → {self.after}{why}"
        told = [one for one in self.seen if one[0] == "estimate"] or self.seen[:TOLD_COLUMNS]
        texts = [f"{'' if name == 'estimate' else f'{name} '}{one} → {two}" for name, one, two in told]
        return f"{self.kind} {self.id}: {', '.join(texts)}{why}"


@dataclass(frozen=True)
class RunDifferences:
    """What differs between two runs: causes and numbers."""

    causes: tuple[Cause, ...]
    differences: tuple[Difference, ...]
    same: int

    def as_text(self) -> str:
        """Return the differences as lines for a terminal."""
        lines = ["what differs:", *(f"  {cause}" for cause in self.causes)] if self.causes else ["no cause differs"]
        lines.append("")
        shown = [one for one in self.differences if one.shown]
        lines += [str(one) for one in shown[:TOLD]]
        if len(shown) > TOLD:
            lines.append(f"… and {len(shown) - TOLD} more; --format json lists all")
        kinds = Counter(one.kind for one in shown)
        counted = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
        beyond = len(self.differences) - len(shown)
        if beyond:
            counted += f"{', ' if counted else ''}{beyond} differ only beyond the printed digits"
        lines.append(f"{counted or 'no number differs'}; {self.same} the same")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """Return the differences as plain values for JSON."""
        return {
            "causes": [asdict(cause) for cause in self.causes],
            "differences": [asdict(one) for one in self.differences],
            "same": self.same,
        }


def compare_runs(before: Path | str, after: Path | str) -> RunDifferences:
    """Return which numbers differ between two runs, and what can be behind it.

    Parameters
    ----------
    before, after : Path or str
        Output folders of ``run`` or ``report``, or their ``results.jsonl``.

    Returns
    -------
    RunDifferences
        Causes: data files by hash and records, exclusions by the flow of respondents, study file, codebook and
        definitions by hash, seed, program and package versions, disclosure profile. Each differing number names the
        kinds of causes that can be behind it: the seed only where its method draws at random, the profile only where a
        number is hidden or shown, exclusions and data always. Where a version of a definition differs, every number is
        named, because a ledger does not hold which definition a variable came from.

    Raises
    ------
    OutputError
        If one of the files is no ledger.
    """
    head_a, rows_a = read_ledger(ledger_path(before))
    head_b, rows_b = read_ledger(ledger_path(after))
    ours, theirs = ({str(row["id"]): row for row in rows} for rows in (rows_a, rows_b))
    causes = (*_head_causes(head_a, head_b), *_flow_causes(ours, theirs))
    kinds = tuple(dict.fromkeys(cause.kind for cause in causes))
    differences = []
    for identifier in {**ours, **theirs}:
        found = _difference(identifier, ours.get(identifier), theirs.get(identifier), kinds)
        if found is not None:
            differences.append(found)
    same = len({**ours, **theirs}) - len(differences)
    return RunDifferences(causes, tuple(differences), same)


def _head_causes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Cause]:
    files_a, files_b = ({entry["file"]: entry for entry in head["data"]} for head in (before, after))
    for name in {**files_a, **files_b}:
        texts = [_data_text(files.get(name)) for files in (files_a, files_b)]
        if texts[0] != texts[1]:
            yield Cause("data", name, *texts)
    for name in sorted({**before["definitions"], **after["definitions"]}):
        one, two = (str(head["definitions"].get(name, "–")) for head in (before, after))
        if one != two:
            kind = name if name in ("study", "codebook", "frozen_plan") else "definition"
            yield Cause(kind, "" if kind == name else name, one, two)
    if before["seed"] != after["seed"]:
        yield Cause("seed", "", str(before["seed"]), str(after["seed"]))
    for name in sorted({**before["versions"], **after["versions"]}):
        one, two = (str(head["versions"].get(name, "–")) for head in (before, after))
        if one != two:
            yield Cause("version", name, one, two)
    if before["profile"] != after["profile"]:
        yield Cause("profile", "", str(before["profile"]), str(after["profile"]))


def _data_text(entry: Mapping[str, Any] | None) -> str:
    return "–" if entry is None else f"{entry['sha256']} ({entry['records']} records)"


def _flow_causes(before: Mapping[str, Row], after: Mapping[str, Row]) -> Iterator[Cause]:
    """Yield the steps of the flow whose number of people differs."""
    ids = [name for name in {**before, **after} if name.startswith(f"{FLOW}/main/")]
    for identifier in ids:
        row = after.get(identifier) or before[identifier]
        if row["level"] in ("records", "analysed"):
            continue
        one, two = (_count(rows.get(identifier)) for rows in (before, after))
        if one != two:
            yield Cause("exclusions", str(row["term"]), one, two)


def _count(row: Row | None) -> str:
    return "–" if row is None or row["estimate"] is None else f"{row['estimate']:.0f}"


def _difference(identifier: str, before: Row | None, after: Row | None, kinds: Sequence[str]) -> Difference | None:
    if before is None or after is None:
        row = after or before or {}
        kind = "added" if before is None else "removed"
        return Difference(identifier, kind, (), _shown(before), _shown(after), _causes(row, kinds, kind))
    if before["suppressed"] != after["suppressed"]:
        kind = "hidden" if after["suppressed"] else "shown"
        return Difference(identifier, kind, (), _shown(before), _shown(after), _causes(after, kinds, kind))
    columns = tuple(name for name in NUMBER_COLUMNS if not _equal(before[name], after[name]))
    texts = tuple(name for name in ("method", "statistic_name") if before[name] != after[name])
    if not columns and not texts:
        return None
    return Difference(
        identifier,
        "changed",
        columns + texts,
        _shown(before),
        _shown(after),
        _causes(after, kinds, "changed"),
        tuple(
            (name, one, two)
            for name in (*columns, *texts)
            if (one := _cell(before, name)) != (two := _cell(after, name))
        ),
    )


def _causes(row: Row, kinds: Sequence[str], kind: str) -> tuple[str, ...]:
    drawn = any(word in str(row.get("method", "")).casefold() for word in SEEDED)
    possible = []
    for cause in kinds:
        if cause == "profile" and kind not in ("hidden", "shown"):
            continue
        if cause == "seed" and not drawn:
            continue
        if cause == "frozen_plan":
            continue
        possible.append(cause)
    return tuple(possible)


def _equal(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is None and two is None
    return one == two or math.isclose(one, two, rel_tol=SAME, abs_tol=1e-300)


def _shown(row: Row | None) -> str:
    if row is None:
        return "–"
    if row["suppressed"]:
        return str(row["suppressed"])
    value = row["estimate"]
    return "no estimate" if value is None else printed(str(row["quantity"]), float(value))


def _cell(row: Row, name: str) -> str:
    """Return a column of a row as reports print it."""
    value = row[name]
    if value is None or value == "":
        return "–"
    if name in ("method", "statistic_name"):
        return str(value)
    if name in ("p_value", "p_adjusted"):
        return p_value(value).removeprefix("= ")
    if name in ("df1", "df2"):
        return degrees_of_freedom(value)
    if name in ("n", "conf_level", "statistic"):
        return count(value) if name == "n" else percent(value) if name == "conf_level" else decimal(value)
    return printed(str(row["quantity"]), float(value))


def _short(text: str) -> str:
    head, space, rest = text.partition(" ")
    return (head[:12] + "…" if len(head) == 64 else head) + space + rest
