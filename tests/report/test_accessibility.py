"""axe looks at the page as a screen reader meets it: in light and dark, on a desk and on a phone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from osa_survey.disclosure import WORKBENCH
from osa_survey.report import Provenance, Section, build_report, html_page
from tests import made_up_results as made
from tests.plots.varied_results import RESULTS, many_columns

NEWER = ("mediate", "roc", "multiverse", "profiles", "limits", "invariance", "attrition", "apim")
SCREENS = [("light", 1280), ("dark", 1280), ("light", 390)]


def a_page(language: str, style: str) -> str:
    results = {**made.every_result(), **{name: RESULTS[name] for name in NEWER}}
    results["wide"] = replace(many_columns(), released_under="")
    report = build_report(
        title="A study",
        profile=WORKBENCH,
        simulated=True,
        seed=1,
        language=language,
        style=style,
        methods=["The sample is self-selected."],
        notes=["A screening score is not a diagnosis."],
        sections=[Section(name, name, [result]) for name, result in results.items()],
        provenance=Provenance(data=[{"file": "data.csv", "sha256": "ab" * 32, "records": 3242}]),
    )
    return html_page(report)


@pytest.mark.parametrize(("language", "style"), [("en", "apa"), ("de", "plain")])
def test_axe_finds_no_fault(axe: ModuleType, chromium: Path, tmp_path: Path, language: str, style: str) -> None:
    from playwright.sync_api import sync_playwright

    target = tmp_path / "report.html"
    target.write_text(a_page(language, style), encoding="utf-8")
    faults = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        for scheme, width in SCREENS:
            page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
            page.goto(target.as_uri())
            found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response
            assert len(found["passes"]) > 10, "axe looked at the page"
            faults += [(scheme, width, fault["id"], fault["impact"]) for fault in found["violations"]]
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.getAttribute('href')")
        browser.close()
    assert faults == []
    assert first == "#report", "the first stop of the keyboard skips to the report"
