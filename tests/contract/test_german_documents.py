"""No common English word stands in any document of a study whose own words are German."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import osa_survey as osa
from osa_survey.analysis.multiplicity import ADJUSTMENT_TITLES
from osa_survey.codebooks import VariableEntry
from osa_survey.drafting import draft_study
from osa_survey.instruments import load_library
from osa_survey.languages import catalogue, translation
from osa_survey.plan import freeze_study, load_study, power, run_study, write_codebook, write_power
from osa_survey.plan.freezing.plan_words import TITLES, plan_words
from osa_survey.plan.missing_data_entry import MissingDataEntry
from osa_survey.plan.simulating import study_population
from osa_survey.plan.study_file import ExcludeEntry
from osa_survey.plan.verb_titles import VERB_TITLES
from osa_survey.plan.verbs import VERBS, verb
from osa_survey.plan.weights_entry import WeightsEntry
from osa_survey.quality.exclusions import CHECKS
from osa_survey.simulation import Assumption
from tests.english_words import english_in, points_in, texts_of_file
from tests.german_study import CODEBOOK, IMPUTED, STUDY, write_german_study

CHECKLISTS = ("cherries", "cross", "jars", "sager", "strobe")
RUNS_ONCE = ("reporting", "auditing", "releasing", "codebook_writing", "checklist_writing")
"""Modules that run a study; here they share one run."""
NOT_SAID = frozenset(["design", "progress", "resume", "workers"])
"""Arguments that no study file gives."""
SYMBOLS = re.compile(r"[\dA-Z0-9]+|[ab]ic|c?aic|sabic|target")
"""Values that are the same in both languages."""


def documents(folder: Path, study: str, more: Callable[[Path], None] = lambda folder: None) -> list[Path]:
    """Write every document of a study, with a plan that was frozen, amended and departed from."""
    write_german_study(folder, study=study)
    freeze_study(folder)
    file = folder / "study.toml"
    for old, new in (("seed = 1\n", "seed = 2\n"), ('id = "stichprobe"', 'id = "leute"')):
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8", newline="\n")
        if new == "seed = 2\n":
            osa.amend_study(folder, reason="data_quality", tier="blind", signed_off=["M. Muster"], note="neu")
    out = folder / "out"
    with pytest.MonkeyPatch.context() as patch:
        run = run_study(folder)
        for module in RUNS_ONCE:
            patch.setattr(f"osa_survey.plan.{module}.run_study", lambda *args, **options: run)
        osa.report_study(folder, out / "report")
        (out / "audit.txt").write_text(osa.audit_study(folder).as_text(), encoding="utf-8")
        write_codebook(folder, out / "codebook")
        for which in CHECKLISTS:
            osa.write_checklist(folder, which, out / f"{which}.md")
        more(folder)
    kinds = (".html", ".docx", ".md", ".svg", ".txt")
    return sorted(path for path in folder.rglob("*") if path.suffix in kinds)


def with_release(folder: Path) -> None:
    osa.release_study(folder, folder / "out" / "release")


def with_power(folder: Path) -> None:
    study = load_study(folder)
    write_power(power(study), study, folder / "out" / "power")


@pytest.mark.parametrize(("study", "more", "known"), [(STUDY, with_release, 30), (IMPUTED, with_power, 22)])
def test_a_german_study_has_german_documents(
    tmp_path: Path, study: str, more: Callable[[Path], None], known: int
) -> None:
    written = documents(tmp_path / "s", study, more)
    assert len(written) >= known
    assert sum(1 for path in written for _ in texts_of_file(path)) > 500
    found = [f"{path.name}: {words} in: {text}" for path in written for text, words in english_in(path).items()]
    found += [f"{path.name}: a decimal point in: {text}" for path in written for text in points_in(path)]
    assert not found, "\n".join(found)


def test_english_is_seen_in_every_format(tmp_path: Path) -> None:
    english = {
        "a.html": '<p title="Table of means">Die <b>Zahl</b></p><td>not shown</td><style>the</style>',
        "a.svg": "<svg><!-- number of people --><desc>Alter</desc></svg>",
        "a.md": "- zuf_mean: 7 items\n- `outcome` ist zuf_mean\n- Cronbach, L. J. (1951). The structure of tests.\n",
    }
    found = {}
    for name, text in english.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        found[name] = list(english_in(tmp_path / name).values())
    assert found == {
        "a.html": [["means", "of", "table"], ["not", "shown"]],
        "a.svg": [["number", "of", "people"]],
        "a.md": [["items"]],
    }


def test_decimal_points_are_seen(tmp_path: Path) -> None:
    lines = ("- M = 1.25", "- 1.234 Befragte", "- 1,25", "- numpy 2.1.3", "- .05", "- am 01.03.2025")
    (tmp_path / "a.md").write_text("\n".join(lines), encoding="utf-8")
    assert points_in(tmp_path / "a.md") == ["- M = 1.25", "- .05"]


def test_variables_without_a_title_are_called_in_the_language_of_the_report(tmp_path: Path) -> None:
    study = load_study(write_german_study(tmp_path / "de"))
    titles = {name: entry.title for name, entry in study.said_codebook.variables.items()}
    assert (titles["age"], titles["gender"], titles["bildung"]) == ("Alter", "Geschlecht", "Bildung")
    assert study.codebook.variables["age"].title == "", "what is frozen is what the file says"
    own = CODEBOOK.replace('maps_to = "age"', 'maps_to = "age"\ntitle = "Lebensalter"')
    twice = CODEBOOK.replace('column = "stress"', 'column = "stress"\nmaps_to = "age"')
    english = STUDY.replace('language = "de"', 'language = "en"')
    cases = {"own": (STUDY, own, "Lebensalter"), "twice": (STUDY, twice, "Alter"), "english": (english, CODEBOOK, "")}
    for name, (text, codebook, expected) in cases.items():
        told = load_study(write_german_study(tmp_path / name, study=text, codebook=codebook)).said_codebook
        assert told.variables["age"].title == expected


def test_scales_are_called_in_the_language_of_the_report(tmp_path: Path) -> None:
    study = load_study(write_german_study(tmp_path / "de"))
    said, shelf = study.said_library.instruments["scs"], study.library.instruments["scs"]
    assert said.scales[0].title == "Sexuelle Zwanghaftigkeit, Summe"
    assert shelf.scales[0].title == "Sexual compulsivity, sum"
    assert said.model_copy(update={"title": "", "items": (), "scales": ()}) == shelf.model_copy(
        update={"title": "", "items": (), "scales": ()}
    )
    own = study.library.instruments["zufriedenheit"]
    assert study.said_library.instruments["zufriedenheit"] == own


def test_every_setting_of_a_plan_has_a_german_word() -> None:
    names = {name for do in VERBS for name in list(get_type_hints(verb(do)))[1:]} - NOT_SAID - {"return"}
    for model in (WeightsEntry, MissingDataEntry, ExcludeEntry):
        names |= set(model.model_fields) - {"reason"}
    names |= set(CHECKS)
    texts = {TITLES.get(name, name.replace("_", " ")) for name in names} | set(VERB_TITLES.values())
    assert {text for text in texts if translation(text, "de", "plans") is None} == set()
    assert set(VERBS) <= set(VERB_TITLES)


def values_of(annotation: Any) -> set[str]:
    """Return the words an argument may be."""
    annotation = getattr(annotation, "__value__", annotation)
    inner = get_args(annotation)
    if str(get_origin(annotation)) == "typing.Literal":
        return {value for value in inner if isinstance(value, str)}
    return set().union(*map(values_of, inner)) if inner else set()


def test_every_value_of_a_plan_has_a_german_word() -> None:
    hints = [get_type_hints(verb(do)) for do in VERBS]
    values = set().union(*(values_of(kind) for one in hints for name, kind in one.items() if name != "return"))
    values |= values_of(VariableEntry.model_fields["type"].annotation)
    for field in MissingDataEntry.model_fields.values():
        values |= values_of(field.annotation)
    missing = {word for word in values if not SYMBOLS.fullmatch(word) and translation(word, "de", "plans") is None}
    assert missing == set()
    assert {"Holm", "Hommel"} <= {ADJUSTMENT_TITLES[name] for name in ("holm", "hommel")}


def test_what_simulations_assume_is_told_in_german(tmp_path: Path) -> None:
    study = load_study(write_german_study(tmp_path / "s", study=IMPUTED))
    words = plan_words(study)
    told = study_population(study).assumptions
    assert len(told) > 25
    for one in told:
        assert isinstance(one, Assumption)
        assert translation(one.why.rstrip("."), "de", "plans"), one.why
        assert words.quantity(one.quantity) not in (one.quantity, ""), one.quantity
    assert words.quantity("mean of age") == "Mittelwert von Alter"
    statements = {
        entry.statement
        for instrument in load_library().instruments.values()
        for entry in instrument.evidence
        if entry.alpha is not None or entry.mean is not None or entry.sd is not None or entry.loadings
    }
    assert {text for text in statements if text not in catalogue("de")["plans"]} == set()


@pytest.mark.parametrize(
    ("languages", "codebook", "report"),
    [(["de", "de", "en"], "de", "de"), (["fr", "fr", "de"], "fr", "en"), (["", "", ""], "en", "en")],
)
def test_a_draft_takes_the_language_of_the_export(
    tmp_path: Path, languages: list[str], codebook: str, report: str
) -> None:
    rows = [f"{n},2025-03-01 10:00:00,{told},{30 + n},1" for n, told in enumerate(languages, start=1)]
    export = tmp_path / "export.csv"
    export.write_text("\n".join(["id,submitdate,startlanguage,alter,q1", *rows]) + "\n", encoding="utf-8")
    draft_study(export, tmp_path / "drafted")
    folder = tmp_path / "drafted"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.toml")}
    assert f'language = "{codebook}"' in written["codebook.toml"]
    assert ('language = "de"' in written["study.toml"]) == (report == "de")
