"""What the example ``osa`` takes for granted: every number it uses, published or assumed, with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from osa_survey.simulation.assumptions import Assumption


def _assumed(why: str, numbers: Mapping[str, float]) -> Iterator[Assumption]:
    """Yield one assumption for each number that is chosen for the same reason."""
    for quantity, value in numbers.items():
        yield Assumption(quantity, value, "assumed", why)


DORING_MOHSENI = "Döring & Mohseni (2018), doi 10.1080/19317611.2018.1491921, abstract"
LOGIT = "log odds ratio in a model for the activity; chosen so that regressions have something to find"
RATE = "share among people with any online sexual activity; chosen, no source was read"
LATENT = "shift of a standard normal variable, higher means more; chosen"
FLAW = "records with a planted flaw; five or more, so that the flow of respondents can be printed"

OSA_ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption("eligible adults", 1500, "published", "size of the sample", DORING_MOHSENI),
    Assumption("lowest age", 18, "published", "the range of ages was 18 to 85", DORING_MOHSENI),
    Assumption("highest age", 85, "published", "the range of ages was 18 to 85", DORING_MOHSENI),
    Assumption("share with any OSA", 0.68, "published", "previous involvement in OSA", DORING_MOHSENI),
    Assumption("share with sexting", 0.41, "published", "previous involvement in sexting", DORING_MOHSENI),
    *_assumed(
        "the source was read in its abstract only; a broad distribution over adult ages was chosen",
        {"age, first shape of beta": 1.2, "age, second shape of beta": 1.5},
    ),
    *_assumed(
        "not read in the source; chosen near the composition of a national sample",
        {
            "share woman": 0.495,
            "share another gender": 0.03,
            "share gay or lesbian": 0.04,
            "share bisexual or pansexual": 0.06,
            "share asexual": 0.01,
            "share another orientation": 0.015,
            "share single": 0.33,
            "share in a relationship, living apart": 0.15,
        },
    ),
    *_assumed(
        LOGIT,
        {
            "any OSA: woman": -0.8,
            "any OSA: another gender": 0.3,
            "any OSA: ten years of age": -0.3,
            "any OSA: orientation other than heterosexual": 0.5,
            "sexting: woman": -0.1,
            "sexting: another gender": 0.3,
            "sexting: ten years of age": -0.55,
            "sexting: living apart": 0.5,
            "sexting: any OSA": 1.0,
            "either: self-esteem": 0.0,
        },
    ),
    *_assumed(
        RATE,
        {
            "entertainment among users": 0.78,
            "information among users": 0.72,
            "products among users": 0.48,
            "contacts among users": 0.33,
            "minority_communities among users": 0.12,
            "sex_work among users": 0.06,
        },
    ),
    *_assumed("people differ in how many types they use; standard deviation of the log odds", {"spread of users": 0.8}),
    *_assumed("log odds ratio of a type for women; chosen", {"entertainment: woman": -0.7, "information: woman": 0.2}),
    *_assumed("share of 'unsure' among those without the activity; chosen", {"unsure": 0.015}),
    *_assumed(
        LATENT,
        {
            "frequency of entertainment": 0.5,
            "frequency of information": -0.4,
            "frequency of products": -0.9,
            "frequency of contacts": 0.0,
            "frequency of minority_communities": 0.1,
            "frequency of sex_work": -0.6,
            "frequency of sexting": 0.1,
        },
    ),
    *_assumed(
        "the source says in words that positive outweigh negative outcomes; the sizes were chosen",
        {"positive outcomes": 0.3, "negative outcomes": -1.1, "correlation of the two": -0.2},
    ),
    *_assumed(
        "standardised loading of every item on one factor; a usual size",
        {"loading ppcs6": 0.75, "loading swls": 0.78, "loading rses": 0.7, "loading gmsex": 0.85},
    ),
    *_assumed(
        LATENT + "; the screen for problematic use piles up at its floor",
        {"level ppcs6": -1.6, "level swls": 0.4, "level rses": 0.6, "level gmsex": 0.6},
    ),
    *_assumed(
        "correlation of the latent variables; chosen",
        {"swls with rses": 0.55, "gmsex with swls": 0.35, "ppcs6 with rses": -0.2},
    ),
    *_assumed(
        "share of answers; chosen",
        {"scale item left out": 0.004, "scale item refused": 0.003, "rating or type refused": 0.006},
    ),
    *_assumed(
        FLAW,
        {
            "no consent": 12,
            "age unknown": 6,
            "age impossible": 5,
            "identical records": 7,
            "speeders": 10,
            "break-offs": 24,
            "constant lines": 15,
            "gender refused": 8,
        },
    ),
    *_assumed("seconds, log-normal; chosen", {"median duration": 780, "spread of log duration": 0.3}),
)
"""Every number behind the example ``osa``. Five are published; no other number describes any real survey."""
