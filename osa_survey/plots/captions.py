"""What stands above and below a figure: its title, and how it is read."""

from __future__ import annotations

from osa_survey.results import Result
from osa_survey.results.weighted_notes import weighted_sentence

READING: dict[str, dict[str, str]] = {
    "en": {
        "agreement_dots": "Lines are intervals; the dashed line is agreement by chance.",
        "bland_altman": "Marks are groups of people, never single ones; the solid line is the mean difference, dashed "
        "lines are the limits of agreement, pale bands their intervals.",
        "coefficients": "Filled marks: the interval excludes no association (the dashed line). Of several blocks the "
        "full model is drawn, without its intercept and its reference categories.",
        "correlation_heatmap": "Blue is negative, orange positive, the deeper the stronger; fields with crosses are "
        "hidden (small n). Of narrow fields without numbers the negative are hatched.",
        "diverging_bars": "Bars run from the middle line, the first side to the right, the second to the left; lines "
        "are intervals. “Any” is every answer above the lowest.",
        "equivalence_intervals": "Marks are estimates, lines their intervals. The pale ground lies within the bounds; "
        "filled marks are those whose interval does.",
        "flag_bars": "Checks flag; only the study file excludes.",
        "group_means": "Marks are means, lines their intervals; the axis does not begin at zero.",
        "item_rest_bars": "The dashed line is a customary guide, not a test. Hatched bars are negative.",
        "lines": "Lines join numbers for reading; between two points nothing was measured.",
        "loading_heatmap": "Blue is negative, orange positive, the deeper the stronger; fields with crosses are "
        "hidden (small n). Of narrow fields without numbers the negative are hatched.",
        "missing_bars": "Only variables and blocks with missing answers are drawn. The reason “not shown” is a "
        "filter question; “hidden” is a number of few people.",
        "missing_map": "A filled field is a gap, its pattern the reason; a column is a group of people, never one "
        "person. A column with a dash is a group of few people. Of more than thirty variables those with most gaps.",
        "paired_means": "Marks are means, lines their intervals; the axis does not begin at zero.",
        "residuals": "Filled marks: the interval of the mean residual excludes zero (the dashed line), where the "
        "model predicts too low or too high.",
        "prevalence_bars": "Marks are percentages, lines their intervals. Of several groupings the first is drawn; "
        "the table holds all.",
        "roc_curve": "Marks are cut-offs between which at least five cases and five others lie, joined by straight "
        "lines; diamonds are the cut-offs of the table; the dashed diagonal is a score that tells nothing.",
        "scenario_dots": "Lines are intervals. The prevalence holds only if the accuracy assumed does.",
        "shift_line": "The band is the interval; a dashed line marks a shift at which the conclusion changes.",
        "specification_curve": "Marks are estimates by rank, lines their intervals; the diamond is the preregistered "
        "specification. Below, each tick says that a specification made this choice. Of many, evenly spaced ranks.",
        "target_dots": "Marks are percentages; lines, where drawn, are intervals of the weighted ones.",
        "prevalence_lines": "Marks are percentages, lines across them their intervals. Lines join the groups for the "
        "eye only and are broken where a number is hidden.",
        "slope_lines": "Lines or marks are slopes with their intervals; dotted lines are Johnson–Neyman bounds, and on "
        "the pale ground the interval excludes zero.",
        "summary_boxes": "Boxes span the quartiles, the bar is the median, the diamond the mean; whiskers, if any, "
        "reach to the outer quantiles of the table.",
        "trace_lines": "Each line is a chain. Chains that mix and show no trend have come to rest.",
    },
    "de": {
        "agreement_dots": "Linien sind Intervalle; die gestrichelte Linie ist Übereinstimmung durch Zufall.",
        "bland_altman": "Marken sind Gruppen von Personen, nie einzelne; die Linie ist die mittlere Differenz, "
        "gestrichelt sind die Übereinstimmungsgrenzen, blasse Bänder ihre Intervalle.",
        "coefficients": "Gefüllte Marken: Das Intervall schließt die gestrichelte Linie (kein Zusammenhang) aus. Von "
        "mehreren Blöcken ist das volle Modell gezeichnet, ohne Achsenabschnitt und Referenzkategorien.",
        "correlation_heatmap": "Blau ist negativ, Orange positiv, je kräftiger, desto stärker; Felder mit Kreuzen sind "
        "verborgen (kleines n). Von schmalen Feldern ohne Zahlen sind die negativen schraffiert.",
        "diverging_bars": "Balken laufen von der Mitte aus, die erste Seite nach rechts, die zweite nach links; Linien "
        "sind Intervalle. Gezählt ist jede Antwort über der niedrigsten.",
        "equivalence_intervals": "Marken sind Schätzwerte, Linien ihre Intervalle. Der helle Grund liegt zwischen den "
        "Grenzen; gefüllt sind Marken, deren Intervall es auch tut.",
        "flag_bars": "Prüfungen markieren; nur die Studiendatei schließt aus.",
        "group_means": "Marken sind Mittelwerte, Linien ihre Intervalle; die Achse beginnt nicht bei null.",
        "item_rest_bars": "Die gestrichelte Linie ist ein üblicher Anhalt, kein Test. Schraffiert heißt negativ.",
        "lines": "Linien verbinden Werte zum Lesen; zwischen zwei Punkten wurde nichts gemessen.",
        "loading_heatmap": "Blau ist negativ, Orange positiv, je kräftiger, desto stärker; Felder mit Kreuzen sind "
        "verborgen (kleines n). Von schmalen Feldern ohne Zahlen sind die negativen schraffiert.",
        "missing_bars": "Gezeichnet sind nur Variablen und Blöcke mit fehlenden Antworten. „Verborgen“ heißt, dass zu "
        "wenige Personen hinter der Zahl stehen.",
        "missing_map": "Ein gefülltes Feld ist eine Lücke, sein Muster der Grund; eine Spalte ist eine Gruppe von "
        "Personen, nie eine einzelne. Eine Spalte mit Strich ist eine Gruppe von wenigen Personen. Von mehr als "
        "dreißig Variablen sind die mit den meisten Lücken gezeichnet.",
        "paired_means": "Marken sind Mittelwerte, Linien ihre Intervalle; die Achse beginnt nicht bei null.",
        "residuals": "Gefüllte Zeichen: Das Intervall des mittleren Residuums schließt null (die gestrichelte Linie) "
        "aus; dort sagt das Modell zu niedrig oder zu hoch voraus.",
        "prevalence_bars": "Marken sind Prozentwerte, Linien ihre Intervalle. Von mehreren Gruppierungen ist die erste "
        "gezeichnet; die Tabelle enthält alle.",
        "roc_curve": "Marken sind Schwellenwerte, zwischen denen mindestens fünf Fälle und fünf andere liegen, gerade "
        "verbunden; Rauten sind die Schwellenwerte der Tabelle; die gestrichelte Diagonale ist ein Wert ohne Aussage.",
        "scenario_dots": "Linien sind Intervalle. Die Prävalenz gilt nur, wenn die angenommene Genauigkeit zutrifft.",
        "shift_line": "Das Band ist das Intervall; gestrichelt ist eine Verschiebung, bei der sich der Schluss ändert.",
        "specification_curve": "Marken sind Schätzungen nach Rang, Linien ihre Intervalle; die Raute ist die "
        "präregistrierte. Darunter zeigt jeder Strich, wer diese Wahl traf. Von vielen sind nur einige Ränge gezeigt.",
        "target_dots": "Marken sind Prozentwerte; Linien, wo gezeichnet, sind Intervalle der gewichteten.",
        "prevalence_lines": "Marken sind Prozentwerte, senkrechte Linien ihre Intervalle. Verbindungslinien dienen nur "
        "dem Auge und sind unterbrochen, wo eine Zahl verborgen ist.",
        "slope_lines": "Linien oder Marken sind Steigungen mit Intervallen; gepunktet sind Johnson-Neyman-Grenzen, "
        "auf hellem Grund schließt das Intervall null aus.",
        "summary_boxes": "Kästen umfassen die Quartile, der Strich ist der Median, die Raute der Mittelwert; Linien, "
        "falls vorhanden, reichen bis zu den äußeren Quantilen der Tabelle.",
        "trace_lines": "Jede Linie ist eine Kette. Ketten, die sich mischen und keinen Trend zeigen, sind zur Ruhe "
        "gekommen.",
    },
}


DRAWN = {"group_means": "groups", "lines": "profile"}
"""Figures whose numbers stand in a further table, if there is one of this name."""


def figure_title(result: Result) -> str:
    """Return the title of a result's figure: that of the table it draws."""
    drawn = result.more.get(DRAWN.get(result.plot, ""))
    return result.title if drawn is None else drawn.title


def figure_note(result: Result, language: str = "en") -> str:
    """Return how the figure of a result is read and what its numbers are weighted by, or an empty string."""
    plot = "residuals" if result.analysis == "diagnose" else result.plot
    told = (READING[language].get(plot, ""), *weighted_sentence(result.notes, language))
    return " ".join(filter(None, told))
