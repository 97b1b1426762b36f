"""Small grey pictures of a report as its readers see it; ``python -m tests.report.reference_pictures`` stores them.

A picture is kept as the mean grey of blocks of pixels: a cut label, a lost table or a shifted column changes many
blocks by much, another smoothing of letters hardly any. Programs and fonts of other versions set pages differently, so
each picture is kept with the versions that made it and compared with these only.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from osa_survey.disclosure import JOURNAL
from osa_survey.report import Report, Section, build_report, html_page, pdf_document, word_document
from osa_survey.report.figures import render_png
from osa_survey.results import release

FOLDER = Path(__file__).resolve().parent / "pictures"
VERSIONS = FOLDER / "versions.json"
SHOWN = ("flow", "describe", "missing_map", "compare_groups", "multiple_responses", "regress")
FIGURES = (
    "missing_map", "mediate", "roc", "multiverse", "correlate", "prevalence", "profiles", "equivalence", "efa",
    "meta_analysis",
)  # fmt: skip
BROWSER_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
OFFICE_PROGRAMS = ("soffice", "libreoffice")
TIMEOUT = 180  # seconds
INK_LEVELS = 16  # greys that are stored: 255 in steps of 17

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Picture:
    """One picture: which versions it depends on, how it is made, and how many pixels are one block."""

    tools: tuple[str, ...]
    make: Callable[[Path], Image.Image]
    block: int


def blocks(image: Image.Image, block: int) -> Grey:
    """Return the mean grey of blocks of pixels, in few levels."""
    pixels = np.asarray(image.convert("L"), dtype=float)
    high, wide = (size // block * block for size in pixels.shape)
    means = pixels[:high, :wide].reshape(high // block, block, wide // block, block).mean(axis=(1, 3))
    step = 255 / (INK_LEVELS - 1)
    return (np.round(means / step) * step).astype(np.uint8)


def a_report() -> Report:
    """Return a small report with tables, figures and words."""
    from tests.plots.varied_results import RESULTS

    return build_report(
        title="A study of adults with quite a long title, as titles of studies are",
        profile=JOURNAL,
        simulated=True,
        seed=1,
        methods=["The sample is self-selected; intervals are model-based."],
        notes=["A screening score is not a diagnosis."],
        sections=[Section(name, name.replace("_", " ").capitalize(), [RESULTS[name]]) for name in SHOWN],
    )


def screenshot(page: str, width: int, height: int, folder: Path) -> Image.Image:
    """Return a page as a browser of this size shows it."""
    source, target = folder / f"page-{width}.html", folder / f"page-{width}.png"
    source.write_text(page, encoding="utf-8")
    command = [
        found(*BROWSER_PROGRAMS), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--force-device-scale-factor=1", f"--user-data-dir={folder / 'browser'}", f"--window-size={width},{height}",
        f"--screenshot={target}", source.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)
    return Image.open(target)


def pages(document: Path, folder: Path, dots: int = 60) -> Image.Image:
    """Return the pages of a PDF beside each other."""
    pattern = folder / f"{document.stem}-%02d.png"
    command = [
        found("gs"), "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pnggray", f"-r{dots}", "-dTextAlphaBits=4",
        "-dGraphicsAlphaBits=4", f"-sOutputFile={pattern}", str(document),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)
    images = [Image.open(path) for path in sorted(folder.glob(f"{document.stem}-*.png"))]
    whole = Image.new("L", (sum(image.width for image in images), max(image.height for image in images)), 255)
    left = 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width
    return whole


def word_pages(folder: Path) -> Image.Image:
    """Return the pages of the Word document as LibreOffice sets them."""
    source = folder / "word.docx"
    source.write_bytes(word_document(a_report()))
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    command = [found(*OFFICE_PROGRAMS), home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)
    return pages(folder / "word.pdf", folder)


def pdf_pages(folder: Path) -> Image.Image:
    """Return the pages of the PDF."""
    (folder / "typst.pdf").write_bytes(pdf_document(a_report()))
    return pages(folder / "typst.pdf", folder)


def figure(name: str) -> Callable[[Path], Image.Image]:
    """Return what draws a figure."""

    def drawn(_folder: Path) -> Image.Image:
        from tests.plots.varied_results import RESULTS

        return Image.open(io.BytesIO(render_png(release(RESULTS[name], JOURNAL)).data))

    return drawn


PICTURES: Mapping[str, Picture] = {
    "html-desktop": Picture(
        ("browser", "fonts", "matplotlib"), lambda at: screenshot(html_page(a_report()), 1280, 5200, at), 5
    ),
    "html-phone": Picture(
        ("browser", "fonts", "matplotlib"), lambda at: screenshot(html_page(a_report()), 390, 6400, at), 4
    ),
    "docx": Picture(("office", "fonts", "ghostscript", "matplotlib"), word_pages, 4),
    "pdf": Picture(("typst", "ghostscript", "matplotlib"), pdf_pages, 4),
    **{f"figure-{name}": Picture(("matplotlib",), figure(name), 5) for name in FIGURES},
}


def found(*programs: str) -> str:
    """Return the path of the first of these programs that is there, or an empty string."""
    return next((path for path in map(shutil.which, programs) if path), "")


def installed_version(tool: str) -> str:
    """Return the version of a tool as far as its pages depend on it, or an empty string where it is absent."""
    if tool == "matplotlib":
        return ".".join(version("matplotlib").split(".")[:2])
    if tool == "typst":
        try:
            return version("typst")
        except ModuleNotFoundError:
            return ""
    if tool == "fonts":
        return "; ".join(_said(["fc-match", family]) for family in ("system-ui", "serif")).strip("; ")
    programs = {"browser": BROWSER_PROGRAMS, "office": OFFICE_PROGRAMS, "ghostscript": ("gs",)}[tool]
    parts = {"browser": r"\d+", "office": r"\d+\.\d+", "ghostscript": r"\d+\.\d+"}[tool]
    text = _said([found(*programs), "--version"])
    match = re.search(parts, text)
    return match.group() if match else ""


def _said(command: list[str]) -> str:
    program = shutil.which(command[0]) if command[0] else None
    if program is None:
        return ""
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    return done.stdout.strip()


def stored(name: str) -> Grey:
    """Return a stored picture."""
    return np.asarray(Image.open(FOLDER / f"{name}.png"), dtype=np.uint8)


def made(name: str, folder: Path) -> Grey:
    """Return a picture made now."""
    picture = PICTURES[name]
    return blocks(picture.make(folder), picture.block)


def main(names: list[str]) -> None:
    """Make the pictures anew, all or those named; those whose tools are absent stay as they are."""
    versions = json.loads(VERSIONS.read_text(encoding="utf-8")) if VERSIONS.exists() else {}
    for name in names or PICTURES:
        used = {tool: installed_version(tool) for tool in PICTURES[name].tools}
        if not all(used.values()):
            print(f"{name}: left as it is, without {', '.join(tool for tool, found in used.items() if not found)}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            image = Image.fromarray(made(name, Path(folder)))
        image.save(FOLDER / f"{name}.png", optimize=True)
        versions[name] = used
    VERSIONS.write_text(json.dumps(versions, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
