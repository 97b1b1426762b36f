"""Groups too small to carry a comparison."""

from __future__ import annotations

from collections.abc import Iterator

from osa_survey import formatting
from osa_survey.report.audits.subjects import AuditSubject, Remark, Texts
from osa_survey.results.hidden_together import of_result

FEWEST = 20
"""People a compared group should have at least (Simmons et al., 2011, https://doi.org/10.1177/0956797611417632)."""
COMPARING = ("compare_groups", "paired", "invariance", "item_bias")
TEXTS: Texts = {
    "tiny_group": {
        "en": (
            "the group {group} has n = {n}",
            "keep it in, report its interval, and draw no conclusion from its missing significance",
        ),
        "de": (
            "die Gruppe {group} hat n = {n}",
            "beibehalten, ihr Intervall berichten und aus fehlender Signifikanz nichts schließen",
        ),
    },
    "hidden_together": {
        "en": (
            "the report hides {groups}: a small group could be worked out from its neighbours",
            "everybody stays in every analysis; more can be shown with broader categories (a variable of its own in "
            "the codebook, which says what was put together and why), or tell of the small group in words",
        ),
        "de": (
            "der Bericht verbirgt {groups}: Eine kleine Gruppe ließe sich aus ihren Nachbarn errechnen",
            "alle bleiben in jeder Auswertung; mehr lässt sich mit gröberen Kategorien zeigen (eine eigene Variable im "
            "Codebuch, die sagt, was warum zusammengefasst wurde), oder die kleine Gruppe in Worten beschreiben",
        ),
    },
}


def check(subject: AuditSubject) -> Iterator[Remark]:
    """Yield a remark for each compared group with fewer than ``FEWEST`` people, and for groups hidden together.

    The latter is made once for each set of groups, from what the report shows: it does not say which of them is small.
    """
    yield from _hidden(subject)
    for analysis in subject.analyses:
        if analysis.do not in COMPARING:
            continue
        fewest: dict[str, float] = {}
        for table in analysis.tables():
            rows = table.frame.loc[(table.frame["group"] != "") & (table.frame["n"] < FEWEST) & (table.frame["n"] > 0)]
            for group, n in zip(rows["group"], rows["n"], strict=True):
                fewest[str(group)] = min(float(n), fewest.get(str(group), float(n)))
        for group, n in fewest.items():
            yield Remark("tiny_group", f"analyses.{analysis.id}", {"group": group, "n": formatting.count(n)})


def _hidden(subject: AuditSubject) -> Iterator[Remark]:
    told: set[tuple[str, ...]] = set()
    for analysis in subject.analyses:
        for groups in of_result(analysis.shown) if analysis.shown is not None else ():
            if groups not in told:
                told.add(groups)
                yield Remark("hidden_together", f"analyses.{analysis.id}", {"groups": ", ".join(groups)})
