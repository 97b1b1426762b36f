"""Above or below which value an index of careless responding flags, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

CURRAN = (
    "Curran, P. G. (2016). Methods for the detection of carelessly invalid responses in survey data. Journal of "
    "Experimental Social Psychology, 66, 4–19. https://doi.org/10.1016/j.jesp.2015.07.006"
)
DUNN = (
    "Dunn, A. M., Heggestad, E. D., Shanock, L. R., & Theilgard, N. (2018). Intra-individual response variability as "
    "an indicator of insufficient effort responding. Journal of Business and Psychology, 33(1), 105–121. "
    "https://doi.org/10.1007/s10869-016-9479-0"
)
EMONS = (
    "Emons, W. H. M. (2008). Nonparametric person-fit analysis of polytomous item scores. Applied Psychological "
    "Measurement, 32(3), 224–247. https://doi.org/10.1177/0146621607302479"
)
HUANG = (
    "Huang, J. L., Curran, P. G., Keeney, J., Poposki, E. M., & DeShon, R. P. (2012). Detecting and deterring "
    "insufficient effort responding to surveys. Journal of Business and Psychology, 27(1), 99–114. "
    "https://doi.org/10.1007/s10869-011-9231-8"
)
JOHNSON = (
    "Johnson, J. A. (2005). Ascertaining the validity of individual protocols from web-based personality inventories. "
    "Journal of Research in Personality, 39(1), 103–129. https://doi.org/10.1016/j.jrp.2004.09.009"
)
MEADE = (
    "Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data. Psychological Methods, "
    "17(3), 437–455. https://doi.org/10.1037/a0028085"
)
PAGE_TIME = "https://doi.org/10.1177/10944281211056520"
"""Its abstract quotes two seconds per item from Huang et al. and finds the rule valid for items of several lengths."""
SINHARAY = (
    "Sinharay, S. (2016). Asymptotically correct standardization of person-fit statistics beyond dichotomous items. "
    "Psychometrika, 81(4), 992–1013. https://doi.org/10.1007/s11336-015-9465-x"
)


@dataclass(frozen=True)
class Cut:
    """A threshold.

    Attributes
    ----------
    title : str
        What the index is.
    side : {"above", "below", "at most", "at least"}
        Which side of the threshold is flagged.
    value : float
        The threshold.
    basis : str
        Where it comes from.
    reference : str
        The source.
    verified : str
        ``"seen"`` in the source, ``"partly"`` where another paper quotes it, or ``"recalled"`` (not looked up again);
        results print it beside the threshold.
    where : str
        Who quotes it.
    """

    title: str
    side: Literal["above", "below", "at most", "at least"]
    value: float
    basis: str
    reference: str
    verified: str = "recalled"
    where: str = ""


CUTS: Mapping[str, Cut] = MappingProxyType(
    {
        "longstring": Cut("longest run, share of all items", "at least", 0.5, "half of the items", CURRAN),
        "irv": Cut("spread of answers (IRV)", "at most", 0.0, "no spread at all; no published threshold", DUNN),
        "mahalanobis": Cut("Mahalanobis distance, p", "below", 0.001, "customary level", MEADE),
        "even_odd": Cut("even–odd consistency", "below", 0.30, "customary since Jackson (1976)", JOHNSON),
        "synonyms": Cut("psychometric synonyms", "below", 0.0, "no agreement at all; no published threshold", MEADE),
        "antonyms": Cut("psychometric antonyms", "above", 0.0, "no opposition at all; no published threshold", MEADE),
        "person_total": Cut("person-total correlation", "below", 0.0, "runs against the sample", CURRAN),
        "guttman": Cut("normed Guttman errors", "above", 0.5, "half of the possible errors; no published one", EMONS),
        "lz_star": Cut(
            "person fit lz*", "below", -1.645, "5 % of a normal distribution, fewer on short scales", SINHARAY
        ),
        "seconds_per_item": Cut("seconds per item", "below", 2.0, "two seconds", HUANG, "partly", PAGE_TIME),
        "infrequency": Cut("failed attention or infrequency items", "at least", 1.0, "one failed item", MEADE),
    }
)
