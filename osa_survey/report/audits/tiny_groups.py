"""Groups too small to carry a comparison."""

from __future__ import annotations

from collections.abc import Iterator

from osa_survey import formatting
from osa_survey.report.audits.subjects import AuditSubject, Remark, Texts

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
    }
}


def check(subject: AuditSubject) -> Iterator[Remark]:
    """Yield a remark for each compared group with fewer than ``FEWEST`` people."""
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
