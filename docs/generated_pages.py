"""Pages that are made from the code and the data dictionary: instruments, API, checklists, what composes, parity."""

from __future__ import annotations

from pathlib import Path

import osa_survey
from osa_survey.instruments import data_dictionary, load_library, scoring_sheet
from osa_survey.sharing.checklist_definitions import checklist_ids, load_checklist
from osa_survey.sharing.checklists import seen_sentences

FOLDER = "generated"
GROUPS: dict[str, tuple[str, ...]] = {
    "Reading and admitting": ("ingest", "codebooks", "dataset"),
    "Instruments and definitions": ("instruments", "drafting"),
    "Data quality": ("quality",),
    "Scoring": ("scoring",),
    "Measurement": ("psychometrics",),
    "Analyses": ("analysis",),
    "Effect sizes": ("effects",),
    "Missing answers": ("imputation",),
    "Weights": ("weighting",),
    "Simulation and reproduced studies": ("simulation", "studies"),
    "The study file, reports and releases": ("plan", "report"),
    "Results and the gate": ("results", "disclosure"),
    "Figures": ("plots",),
}
API_LEAD = "Each entry says what it takes and returns, the formula where there is one, and its source."


def write_pages(docs: Path) -> tuple[Path, ...]:
    """Write every generated page below ``docs/generated`` and return them; unchanged pages are left alone."""
    folder = docs / FOLDER
    folder.mkdir(exist_ok=True)
    pages = {**instrument_pages(), **api_pages(), **checklist_pages(), **repository_pages(docs.parent)}
    pages["trust.md"] = trust_page(docs)
    for old in folder.rglob("*.md"):
        if old.relative_to(folder).as_posix() not in pages:
            old.unlink()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in pages)


def instrument_pages() -> dict[str, str]:
    """Return a page for each instrument that ships, and the page that lists them."""
    library = load_library()
    pages = {}
    for name in library.ids:
        one = library.instrument(name)
        sheet = scoring_sheet(one).rstrip()
        lines = [f"# {one.title}", "", f"`{name}` measures: {one.construct_measured}.", "", "```text", sheet, "```", ""]
        pages[f"instruments/{name}.md"] = "\n".join(lines)
    entries = [f"{name}" for name in library.ids]
    lead = "Item wording is not shipped; items are named by content tags. Screening scores are not diagnoses."
    pages["instruments/index.md"] = _with_tree("Instruments", lead, entries)
    return pages


def api_pages() -> dict[str, str]:
    """Return a page for each group of public names, and the page that lists them."""
    homes = {name: home.removeprefix("osa_survey.") for name, home in sorted(osa_survey._HOMES.items())}
    pages, entries = {}, []
    for title, folders in GROUPS.items():
        names = [name for name, home in homes.items() if home in folders]
        blocks = [f"# {title}", "", "```{eval-rst}"]
        for name in names:
            blocks += [f".. autofunction:: osa_survey.{name}", ""]
        slug = title.lower().replace(",", "").replace(" ", "_")
        pages[f"api/{slug}.md"] = "\n".join([*blocks, "```", ""])
        entries.append(slug)
    pages["api/index.md"] = _with_tree("API", API_LEAD, entries)
    return pages


def checklist_pages() -> dict[str, str]:
    """Return the page of the checklists of reporting guidelines."""
    lines = ["# Checklists", "", "`osa-survey checklist study.toml --which strobe --out strobe.docx` fills one in.", ""]
    for name in checklist_ids():
        one = load_checklist(name)
        lines += [f"## {one.title}", "", f"`{name}`. {one.citation.text} <https://doi.org/{one.citation.doi}>", ""]
        lines += [" ".join([one.numbering, *seen_sentences(one)]), "", "| No. | Section | Asks |", "|---|---|---|"]
        lines += [f"| {item.number} | {item.section} | {item.asks} |" for item in one.items]
        lines.append("")
    return {"checklists.md": "\n".join(lines)}


def repository_pages(checkout: Path) -> dict[str, str]:
    """Return pages of the repository that the site shows too."""
    pages = {"composes.md": (checkout / "COMPOSES.md").read_text(encoding="utf-8")}
    pages["formats.md"] = (data_dictionary() / "README.md").read_text(encoding="utf-8")
    pages["architecture.md"] = (checkout / "ARCHITECTURE.md").read_text(encoding="utf-8")
    pages["changes.md"] = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    return pages


def trust_page(docs: Path) -> str:
    """Return the page that leads to parity, to what composes, to the threats looked at, and to the decisions."""
    own = [f"../{name}" for name in ("parity", "threat_model") if (docs / f"{name}.md").is_file()]
    lead = "Numbers are held against other programs, combinations are tried, and decisions are written down."
    return _with_tree("Why it can be trusted", lead, [*own, "composes", "architecture", "changes"])


def _with_tree(title: str, lead: str, entries: list[str]) -> str:
    return "\n".join([f"# {title}", "", lead, "", "```{toctree}", ":maxdepth: 1", "", *entries, "```", ""])
