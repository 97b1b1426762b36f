"""The methods paragraph and the notes a report owes its readers, written from the study file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from osa_survey import formatting
from osa_survey.dataset import ImputedData, ScaleLog
from osa_survey.imputation import imputation_sentences
from osa_survey.instruments import Instrument, Scale
from osa_survey.languages import in_language
from osa_survey.plan.merge_words import merge_sentences
from osa_survey.plan.running import PreparedStudy
from osa_survey.plan.starting_words import PLATFORMS
from osa_survey.scoring.definition_notes import activity_note, alert_notes, beside_notes, cutoff_note, unverified_note
from osa_survey.weighting import design_sentences, sample_notes

SAMPLES = {
    "en": {
        "probability": "The sample is a probability sample.",
        "quota": "The sample is a quota sample; intervals and tests rest on a model, not on random selection.",
        "opt-in": "The sample is self-selected (opt-in); intervals and tests rest on a model, not on random selection.",
    },
    "de": {
        "probability": "Die Stichprobe ist eine Zufallsstichprobe.",
        "quota": "Die Stichprobe ist eine Quotenstichprobe; Intervalle und Tests beruhen auf einem Modell, nicht auf "
        "Zufallsauswahl.",
        "opt-in": "Die Stichprobe ist selbstselektiert; Intervalle und Tests beruhen auf einem Modell, nicht auf "
        "Zufallsauswahl.",
    },
}
TEXTS = {
    "en": {
        "read": "{records} records were read from {file} ({platform}); {adults} adults were admitted.",
        "age": "Adulthood (18 or over) was shown by {way}.",
        "attested": "Adulthood is attested: {how}; by {by}; documented in {documented}.",
        "exclude": "By the rules of the study file, {n} respondents were excluded ({reason}).",
        "scale": "{title} ({citation}): {score} of {k} items; a score needs at least {minimum} answered items "
        "({basis}).",
        "whole": "{title} ({citation}): {score} of {k} items; a score needs all of them ({basis}).",
        "composed": "{title} ({citation}): {score} of {k} scales; a score needs all of them.",
        "and": " and ",
        "simulated": "All answers are simulated. No respondent stands behind them.",
        "listwise": "Each analysis leaves out respondents with a missing answer to one of its variables.",
        "level": "Intervals are 95% intervals unless a table says otherwise.",
        "guesses": "{n} guesses of the drafted study files are not confirmed yet; numbers may change when they are.",
    },
    "de": {
        "read": "Aus {file} ({platform}) wurden {records} Datensätze gelesen; {adults} Erwachsene wurden aufgenommen.",
        "age": "Die Volljährigkeit (18 Jahre oder älter) ist belegt durch {way}.",
        "attested": "Die Volljährigkeit ist bescheinigt: {how}; durch {by}; dokumentiert in {documented}.",
        "exclude": "Nach den Regeln der Studiendatei wurden {n} Befragte ausgeschlossen ({reason}).",
        "scale": "{title} ({citation}): {score} aus {k} Items; ein Wert verlangt mindestens {minimum} beantwortete "
        "Items ({basis}).",
        "whole": "{title} ({citation}): {score} aus {k} Items; ein Wert verlangt alle ({basis}).",
        "composed": "{title} ({citation}): {score} aus {k} Skalen; ein Wert verlangt alle.",
        "and": " und ",
        "simulated": "Alle Antworten sind simuliert. Hinter ihnen stehen keine Befragten.",
        "listwise": "Jede Analyse lässt Befragte aus, denen zu einer ihrer Variablen eine Antwort fehlt.",
        "level": "Intervalle sind 95-%-Intervalle, wenn eine Tabelle nichts anderes sagt.",
        "guesses": "{n} Vermutungen der entworfenen Studiendateien sind unbestätigt; Zahlen können sich noch ändern.",
    },
}
WAYS = {
    "en": {"age": "age", "birth_year": "birth year", "age_band": "age band"},
    "de": {"age": "das Alter", "birth_year": "das Geburtsjahr", "age_band": "die Altersgruppe"},
}
BASES = {
    "en": {"complete": "no published rule", "published": "published rule", "convention": "by convention"},
    "de": {
        "complete": "ohne veröffentlichte Regel",
        "published": "veröffentlichte Regel",
        "convention": "nach Konvention",
    },
}
SCORES = {
    "en": {"mean": "mean", "sum": "sum", "count": "count"},
    "de": {"mean": "Mittelwert", "sum": "Summe", "count": "Anzahl"},
}


def methods_sentences(prepared: PreparedStudy, language: str, imputed: ImputedData | None = None) -> tuple[str, ...]:
    """Return the methods paragraph, sentence by sentence.

    Parameters
    ----------
    prepared : PreparedStudy
        The study.
    language : {"en", "de"}
        The language.
    imputed : ImputedData, optional
        The completed sets its analyses took.
    """
    texts = TEXTS[language]
    study = prepared.study
    rules = study.codebook.eligibility
    sentences = [texts["simulated"]] if prepared.admitted.simulated else []
    sentences.append(SAMPLES[language][study.file.fieldwork.sample])
    sentences.append(
        texts["read"].format(
            records=formatting.count(prepared.records),
            file=prepared.admitted.source["file"],
            platform=_platform(prepared.admitted.source["platform"], language),
            adults=formatting.count(len(prepared.admitted)),
        )
    )
    if rules.attested is not None:
        attested = rules.attested
        sentences.append(texts["attested"].format(how=attested.how, by=attested.by, documented=attested.documented))
    else:
        sentences.append(texts["age"].format(way=WAYS[language][rules.way]))
    kept = prepared.scored.responses
    for step in kept.history[len(prepared.admitted.history) :]:
        sentences.append(
            texts["exclude"].format(n=formatting.count(step.n), reason=in_language(step.reason, language, "words"))
        )
    sentences += merge_sentences(prepared.scored.variables, study.codebook.variables, language)
    sentences += scale_sentences(prepared.scored.log, kept.instruments, language)
    if prepared.scored.design is not None:
        sentences += design_sentences(prepared.scored.design, language)
        sentences += sample_notes(prepared.scored.design, language)
    plan = study.file.missing_data
    if imputed is not None and plan is not None:
        sentences += imputation_sentences(imputed, plan.impute_reasons, language)
    elif plan is not None:
        sentences.append(texts["listwise"])
    sentences.append(texts["level"])
    return tuple(sentences)


def _platform(name: str, language: str) -> str:
    return PLATFORMS.get(name) or in_language(name, language, "words")


def scale_sentences(log: Iterable[ScaleLog], instruments: Mapping[str, Instrument], language: str) -> tuple[str, ...]:
    """Return how the scales were scored: one sentence for all scores of the same items under the same rule.

    Parameters
    ----------
    log : iterable of ScaleLog
        How each scale was scored.
    instruments : mapping of str to Instrument
        The definitions by id.
    language : {"en", "de"}
        The language.
    """
    texts = TEXTS[language]
    together: dict[tuple[str, frozenset[str], int, str], list[ScaleLog]] = {}
    for entry in log:
        items = _behind(_scale(instruments, entry))
        together.setdefault((entry.instrument, items, entry.min_answered, entry.basis), []).append(entry)
    sentences = []
    for (_, items, minimum, basis), entries in together.items():
        instrument = instruments[entries[0].instrument]
        alone = all(_behind(scale) == items for scale in instrument.scales)
        scores = dict.fromkeys(_score_words(entry, language) for entry in entries)
        kind = "composed" if entries[0].parts else "whole" if minimum == entries[0].n_items else "scale"
        sentences.append(
            texts[kind].format(
                title=instrument.title if alone else _common_title(entries),
                citation=instrument.citation.in_text,
                score=texts["and"].join(scores),
                k=entries[0].n_items,
                minimum=minimum,
                basis=BASES[language].get(basis) or in_language(basis, language, "words"),
            )
        )
    return tuple(dict.fromkeys(sentences))


def _behind(scale: Scale) -> frozenset[str]:
    return frozenset(scale.item_ids or scale.of)


def _score_words(entry: ScaleLog, language: str) -> str:
    times = f" × {formatting.shortest(entry.times)}" if entry.times != 1 else ""
    return SCORES[language][entry.score] + times


def _scale(instruments: Mapping[str, Instrument], entry: ScaleLog) -> Scale:
    return next(scale for scale in instruments[entry.instrument].scales if scale.id == entry.scale)


def _common_title(entries: Sequence[ScaleLog]) -> str:
    """Return the title of a scale, of several scores of it without the kind of score."""
    title = entries[0].title
    return title if len(entries) == 1 else title.rpartition(", ")[0] or title


def instrument_notes(prepared: PreparedStudy, language: str) -> tuple[str, ...]:
    """Return what must be said of the instruments used.

    Unverified definitions, cut-offs with their source, answers that mean no activity, items that need preparation, and
    variables that stand beside a score.
    """
    texts = TEXTS[language]
    notes: list[str] = []
    guesses = sum(map(len, prepared.study.unconfirmed.values()))
    if guesses:
        notes.append(texts["guesses"].format(n=guesses))
    variables = prepared.scored.variables
    for instrument in prepared.scored.responses.instruments.values():
        notes.append(unverified_note(instrument, language))
        notes += [cutoff_note(instrument, cutoff, language) for cutoff in instrument.cutoffs if cutoff.default]
        notes.append(activity_note(instrument, language))
        notes += alert_notes(instrument, language)
        notes += beside_notes(instrument, variables, language)
    return tuple(note for note in notes if note)


def instrument_references(prepared: PreparedStudy) -> tuple[str, ...]:
    """Return the citations of the instruments used."""
    references = []
    for instrument in prepared.scored.responses.instruments.values():
        doi = instrument.citation.doi
        references.append(instrument.citation.text + (f" https://doi.org/{doi}" if doi else ""))
    return tuple(references)
