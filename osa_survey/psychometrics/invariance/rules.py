"""Published rules for changes of fit indices, each with the estimator and number of groups it was made for."""

from __future__ import annotations

from dataclasses import dataclass

SMALL_SAMPLE = 300
QUOTED = "https://psychologysketches.blogspot.com/2018/11/measurement-invariance.html"
"""Quotes the limits of Cheung and Rensvold, and those of Chen for more than 300 respondents."""
MANUAL = "https://search.r-project.org/CRAN/refmans/psycModel/html/measurement_invariance.html"
"""Quotes CFI and RMSEA of Chen for both sizes, and of Rutkowski and Svetina for loadings; its SRMR limit differs."""
MANY = "analysis scripts in public repositories that quote the paper, found by its authors' names"
"""One of them gives all four limits of Rutkowski and Svetina, others the pair of the metric step."""


@dataclass(frozen=True)
class Rule:
    """Changes of fit from one step to the next that speak against equality.

    Attributes
    ----------
    name : str
        How print calls it, with estimator and groups.
    reference : str
        The source.
    cfi, rmsea, srmr : float or None
        CFI falls by at least, RMSEA and SRMR rise by at least; None = not part of the rule.
    verified : str
        ``"seen"`` in the paper or in two sources that can be looked up, ``"partly"`` in one that quotes it,
        ``"recalled"`` otherwise.
    where : str
        The source that quotes the limits.
    """

    name: str
    reference: str
    cfi: float | None = None
    rmsea: float | None = None
    srmr: float | None = None
    verified: str = "recalled"
    where: str = ""

    @property
    def told(self) -> str:
        """The name with the mark of evidence, as notes print it."""
        return f"{self.name} [{self.verified}]"

    def broken(self, cfi: float, rmsea: float, srmr: float) -> bool:
        """Tell whether the changes speak against equality: CFI falls, and RMSEA or SRMR rises where they are ruled."""
        falls = self.cfi is None or cfi <= -self.cfi
        others = [(change, limit) for change, limit in ((rmsea, self.rmsea), (srmr, self.srmr)) if limit is not None]
        rises = not others or any(change >= limit for change, limit in others)
        return falls and rises


CHEUNG = (
    "Cheung, G. W., & Rensvold, R. B. (2002). Evaluating goodness-of-fit indexes for testing measurement invariance. "
    "Structural Equation Modeling, 9(2), 233–255. https://doi.org/10.1207/S15328007SEM0902_5"
)
CHEN = (
    "Chen, F. F. (2007). Sensitivity of goodness of fit indexes to lack of measurement invariance. Structural Equation "
    "Modeling, 14(3), 464–504. https://doi.org/10.1080/10705510701301834"
)
RUTKOWSKI = (
    "Rutkowski, L., & Svetina, D. (2014). Assessing the hypothesis of measurement invariance in the context of "
    "large-scale international surveys. Educational and Psychological Measurement, 74(1), 31–57. "
    "https://doi.org/10.1177/0013164413498257"
)


def rules_for(estimator: str, n_groups: int, n: int, step: str) -> tuple[Rule, ...]:
    """Return the rules made for maximum likelihood with this number of groups; none for other estimators.

    Parameters
    ----------
    estimator : str
        The estimator; with MLR the rules are read on robust indices.
    n_groups, n : int
        Groups and respondents.
    step : str
        The step of the ladder.

    Returns
    -------
    tuple of Rule
        Possibly empty: no rule is borrowed from another situation.

    Examples
    --------
    >>> [rule.cfi for rule in rules_for("MLR", 2, 1000, "metric")], rules_for("WLSMV", 2, 1000, "loadings")
    ([0.01, 0.01], ())
    """
    if estimator not in ("ML", "MLR"):
        return ()
    if n_groups == 2:
        first = Rule("Cheung & Rensvold 2002 (ML, 2 groups)", CHEUNG, cfi=0.010, verified="partly", where=QUOTED)
        if n <= SMALL_SAMPLE:
            srmr = 0.025 if step == "metric" else 0.005
            name = "Chen 2007 (ML, 2 groups, n up to 300; SRMR recalled)"
            return first, Rule(name, CHEN, cfi=0.005, rmsea=0.010, srmr=srmr, verified="partly", where=MANUAL)
        srmr = 0.030 if step == "metric" else 0.010
        name = "Chen 2007 (ML, 2 groups, n above 300)"
        return first, Rule(name, CHEN, cfi=0.010, rmsea=0.015, srmr=srmr, verified="partly", where=QUOTED)
    if n_groups >= 10:
        name = "Rutkowski & Svetina 2014 (ML, 10 to 20 groups)"
        if step == "metric":
            return (Rule(name, RUTKOWSKI, cfi=0.020, rmsea=0.030, verified="partly", where=MANUAL),)
        if step == "scalar":
            return (Rule(name, RUTKOWSKI, cfi=0.010, rmsea=0.010, verified="partly", where=MANY),)
    return ()
