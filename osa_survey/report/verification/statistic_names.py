"""What texts call statistics in words, in English and German."""

from __future__ import annotations

import re

NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "difference in means",
        (
            r"(?:mean|average)\s+differences?",
            r"differences?\s+(?:in|of)\s+means",
            r"mittlere[nr]?\s+Differenz",
            r"Mittelwerts?(?:differenz|unterschied)",
        ),
    ),
    ("", (r"(?:mean|average)\s+(?:squares?|residuals?|slopes?)", r"differen\w+", r"Unterschied\w*", r"Differenz\w*")),
    ("κ", (r"(?:Cohens?(?:['’]s)?\s+)?kappa", "κ")),
    ("Krippendorff's α", (r"Krippendorffs?(?:['’]s)?\s+(?:alpha|α)",)),
    ("α", (r"Cronbachs?(?:['’]s?)?[\s-]+(?:alphas?|α)", "alphas?", "α")),
    ("ω", (r"(?:McDonalds?(?:['’]s?)?[\s-]+|categorical\s+)?(?:omegas?|ω)",)),
    ("OR", (r"odds[\s-]*ratios?", r"Chancenverhältnis\w*", "(?-i:ORs?)")),
    ("IRR", (r"(?:incidence[\s-]+)?rate[\s-]+ratios?", r"Ratenverhältnis\w*", "(?-i:IRRs?)")),
    ("RRR", (r"relative[\s-]+risk[\s-]+ratios?", "(?-i:RRRs?)")),
    ("risk ratio", (r"relative\s+risks?", r"risk[\s-]+ratios?", r"relatives?\s+Risiko")),
    ("ICC", (r"intra-?class[\s-]+correlations?(?:\s+coefficients?)?", r"Intraklassenkorrelation\w*", "(?-i:ICCs?)")),
    (
        "r",
        (
            r"correlations?(?:\s+coefficients?)?",
            "correlated",
            r"Korrelation(?:en|skoeffizient\w*)?",
            r"korrelier\w+",
            "(?-i:r)",
        ),
    ),
    ("SD", (r"standard[\s-]+deviations?", "Standardabweichung(?:en)?", "(?-i:SDs?)")),
    ("SE", (r"standard[\s-]+errors?", "Standardfehlers?", "(?-i:SEs?)")),
    ("d", (r"Cohens?(?:['’]s?)?\s+d", "(?-i:d)")),
    ("g", (r"Hedges(?:['’]s?)?\s+g", "(?-i:g)")),
    ("ΔR²", ("ΔR²", "ΔR2")),
    ("R²", ("R²", "R2", r"R[\s-]squared")),
    (
        "β",
        (
            r"standardi[sz]ed\s+(?:regression\s+)?(?:coefficients?|weights?)",
            r"standardisierte\w*\s+(?:Regressionsk|K)oeffizient\w*",
            "betas?",
            "β",
        ),
    ),
    (
        "B",
        (
            r"unstandardi[sz]ed\s+(?:regression\s+)?coefficients?",
            r"unstandardisierte\w*\s+(?:Regressionsk|K)oeffizient\w*",
            "(?-i:B)",
        ),
    ),
    ("coefficient", (r"(?:regression\s+)?coefficients?", r"(?:Regressionsk|K)oeffizient\w*")),
    ("p", (r"p[\s-]+values?", r"p-Wert\w*", "(?-i:p)")),
    ("Mdn", ("medians?", "Mediane?s?")),
    (
        "M",
        (
            "mean",
            r"(?:the|group|with|these|both)\s+means",
            "averages?",
            r"Mittelwert\w*",
            "Durchschnitt(?:swerte?|salter)?s?",
            "mittlere[rnsm]?",
            "durchschnittliche[rnsm]?",
            "(?-i:M)",
        ),
    ),
    (
        "",
        (
            *("rates?", "shares?", "proportions?", "prevalences?", "power", "effects?", "loadings?"),
            *("Anteile?", "Raten?", r"Prävalenz\w*", "Teststärke", "Effekte?", "Ladung(?:en)?"),
        ),
    ),
)
"""Labels and the patterns that stand for them; numbers of names without a label are left alone."""
NAME = re.compile(
    r"(?<![\w.'’-])(?:"
    + "|".join(f"(?P<_{place}>{'|'.join(patterns)})" for place, (_, patterns) in enumerate(NAMES))
    + r")(?![\w'’²]|-\w)",
    re.IGNORECASE,
)


def label_of(match: re.Match[str]) -> str:
    """Return the label of a match of ``NAME``.

    Examples
    --------
    >>> label_of(NAME.search("Cronbach's alpha of the scale was .86"))
    'α'
    """
    return NAMES[int(str(match.lastgroup)[1:])][0]
