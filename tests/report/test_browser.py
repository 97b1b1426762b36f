"""The page in a real browser: nothing is wider than a phone, and nothing is cut off on paper."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from osa_survey.disclosure import WORKBENCH
from osa_survey.report import Section, build_report, html_page
from tests import made_up_results as made
from tests.plots.varied_results import many_columns

MEASURE = """<!DOCTYPE html><html><body style="margin:0"><iframe id="f" style="border:0;width:{width}px;height:900px"
srcdoc="{page}"></iframe><script>
window.onload = () => {{ const d = document.getElementById('f').contentDocument.documentElement;
document.title = 'overflow ' + (d.scrollWidth - d.clientWidth); document.body.textContent = document.title; }};
</script></body></html>"""


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_is_never_wider_than_the_screen(chromium: Path, tmp_path: Path, width: int) -> None:
    wide = replace(many_columns(), released_under="")
    report = build_report(
        title="A study with quite a long title, as titles of studies are",
        profile=WORKBENCH,
        simulated=True,
        seed=1,
        sections=[Section(name, name, [result]) for name, result in {**made.every_result(), "wide": wide}.items()],
    )
    page = html_page(report).replace("&", "&amp;").replace('"', "&quot;")
    target = tmp_path / "measure.html"
    target.write_text(MEASURE.format(width=width, page=page), encoding="utf-8")
    command = [
        str(chromium), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=4000", "--dump-dom", target.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True)
    assert "overflow 0" in done.stdout
