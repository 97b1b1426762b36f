"""How a design came about, in words for a methods section."""

from __future__ import annotations

from osa_survey import formatting
from osa_survey.dataset import SurveyDesign
from osa_survey.weighting.design_facts import weight_effect

TEXTS = {
    "en": {
        "given": "Weights were read from the variable {name}.",
        "fractions": "Weights are the inverse of the sampling fractions.",
        "raked": "Weights were raked to the margins of {margins} in {rounds} rounds (iterative proportional fitting).",
        "stratified": "Weights were post-stratified by {margins}.",
        "margin": "{title} ({source})",
        "no_source": "source not named",
        "apart": "Respondents without a target kept the share they have in the sample.",
        "trim": "Weights were held to {bounds} the mean.",
        "above": "at most {value} times",
        "below": "at least {value} times",
        "both": "at least {low} and at most {high} times",
        "linear": "Weights were calibrated to the totals of {names} (generalised regression).",
        "effect": "The design effect of weighting is {deff} (Kish), so that {n} respondents are worth {effective}.",
        "strata": "Strata: {names}.",
        "clusters": "Clusters: {names}.",
        "fpc": "Finite population correction: {names}.",
        "replicates": "Variances come from replicate weights ({replicates}{seed}).",
        "seed": ", seed {seed}",
        "inside": "The calibration was repeated in each replicate.",
        "linearised": "Variances are linearised{how}.",
        "plan": ", by strata and clusters",
        "residuals": ", from the residuals of the calibration",
    },
    "de": {
        "given": "Die Gewichte stammen aus der Variable {name}.",
        "fractions": "Die Gewichte sind die Kehrwerte der Auswahlsätze.",
        "raked": "Die Gewichte wurden in {rounds} Runden an die Randverteilungen von {margins} angepasst (Raking).",
        "stratified": "Die Gewichte wurden nach {margins} nachgeschichtet.",
        "margin": "{title} ({source})",
        "no_source": "Quelle nicht genannt",
        "apart": "Befragte ohne Zielwert behielten ihren Anteil in der Stichprobe.",
        "trim": "Die Gewichte wurden auf {bounds} des Mittelwerts begrenzt.",
        "above": "höchstens das {value}-Fache",
        "below": "mindestens das {value}-Fache",
        "both": "mindestens das {low}- und höchstens das {high}-Fache",
        "linear": "Die Gewichte wurden an die Summen von {names} kalibriert (verallgemeinerte Regression).",
        "effect": "Der Designeffekt der Gewichtung beträgt {deff} (Kish); {n} Befragte zählen so viel wie {effective}.",
        "strata": "Schichten: {names}.",
        "clusters": "Klumpen: {names}.",
        "fpc": "Endlichkeitskorrektur: {names}.",
        "replicates": "Varianzen stammen aus Replikationsgewichten ({replicates}{seed}).",
        "seed": ", Startwert {seed}",
        "inside": "Die Kalibrierung wurde in jedem Replikat wiederholt.",
        "linearised": "Varianzen sind linearisiert{how}.",
        "plan": ", nach Schichten und Klumpen",
        "residuals": ", aus den Residuen der Kalibrierung",
    },
}


def design_sentences(design: SurveyDesign, language: str = "en") -> tuple[str, ...]:
    """Return how respondents were drawn and weighted, and where variances come from.

    Parameters
    ----------
    design : SurveyDesign
        The design.
    language : {"en", "de"}
        The language.

    Returns
    -------
    tuple of str
        Sentences without numbers of small groups: how many respondents stand at a bound or have no target is left to
        the record.
    """
    text, record = TEXTS[language], design.record
    told = []
    if record.weights:
        told.append(text["given"].format(name=record.weights))
    elif record.fpc:
        told.append(text["fractions"])
    if record.margins:
        margins = [
            text["margin"].format(title=margin.title, source=margin.source or text["no_source"])
            for margin in record.margins
        ]
        key = "raked" if len(record.margins) > 1 else "stratified"
        told.append(text[key].format(margins="; ".join(margins), rounds=record.iterations))
    if record.kept_apart:
        told.append(text["apart"])
    bounds = _bounds(design, language)
    if bounds:
        told.append(text["trim"].format(bounds=bounds))
    if record.calibrated_on:
        told.append(text["linear"].format(names=", ".join(record.calibrated_on)))
    for key in ("strata", "clusters", "fpc"):
        names = getattr(record, key)
        if names:
            told.append(text[key].format(names=", ".join(names)))
    effect = weight_effect(design.weights)
    if effect.n and effect.maximum > effect.minimum:
        told.append(
            text["effect"].format(
                deff=formatting.decimal(effect.deff, 2),
                n=formatting.count(effect.n),
                effective=formatting.decimal(effect.effective_n, 1),
            )
        )
    told.append(_variances(design, language))
    if design.replicates is not None and design.calibrations:
        told.append(text["inside"])
    return tuple(told)


def _bounds(design: SurveyDesign, language: str) -> str:
    text, above, below = TEXTS[language], design.record.trimmed_above, design.record.trimmed_below
    if above is not None and below is not None:
        return text["both"].format(low=formatting.shortest(below), high=formatting.shortest(above))
    if above is not None:
        return text["above"].format(value=formatting.shortest(above))
    return text["below"].format(value=formatting.shortest(below)) if below is not None else ""


def _variances(design: SurveyDesign, language: str) -> str:
    text, record = TEXTS[language], design.record
    if design.replicates is not None:
        seed = text["seed"].format(seed=record.seed) if record.seed is not None else ""
        return text["replicates"].format(replicates=record.replicates or len(design.replicates), seed=seed)
    how = text["plan"] if record.strata or record.clusters else ""
    return text["linearised"].format(how=how + (text["residuals"] if design.calibrations else ""))
