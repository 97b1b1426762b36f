"""The format of a reporting checklist, and the checklists that ship."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.instruments import data_dictionary
from osa_survey.instruments.citations import Citation
from osa_survey.instruments.files import FileModel, read_definition
from osa_survey.instruments.scales import Verified

FOLDER = "checklists"
Seen = Literal["copy", "summary", "recalled"]
SEEN: tuple[Seen, ...] = get_args(Seen)
INDEX_HEAD = """# Checklists of reporting guidelines

Each file is one checklist: what its points ask, in our own words, with the number of the point, the source, and the
facts of a study that answer it. `osa-survey checklist study.toml --which strobe --out strobe` fills it in. The wording
of the source is not copied; read it there. `seen` says for each point whether it was read in a copy of the source, in a
summary of it, or recalled; `seen_in` says where. This page is written by
`python -m osa_survey.sharing.checklist_definitions`, and a test holds it to the files.
"""


class ChecklistItem(FileModel):
    """One point of a checklist.

    Attributes
    ----------
    number : str
        As in the source, where it numbers its points.
    asks : str
        What it asks, in our own words.
    seen : {"copy", "summary", "recalled"}
        Whether the point was read in the source or a copy of its table, in somebody's summary, or is recalled.
    answers : tuple of str
        Facts of the study that answer it, in order; see ``plan.checklist_facts``. Each that is not known is a gap.
    also : tuple of str
        Facts that add to the answer where they are known, and are no gap where they are not.
    authors : str
        What the authors write themselves, such as the abstract; "" if the facts can answer it.
    """

    number: str
    section: str
    asks: str
    seen: Seen
    answers: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    authors: str = ""

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        if not (self.answers or self.authors):
            raise ValueError(f"point {self.number} has neither answers nor authors")
        return self


class Checklist(FileModel):
    """One file of ``data_dictionary/checklists``.

    Attributes
    ----------
    numbering : str
        Whether the numbers are those of the source.
    seen_in : mapping of {"copy", "summary"} to str
        Where the points were read.
    """

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    citation: Citation
    numbering: str
    seen_in: dict[Literal["copy", "summary"], str]
    items: tuple[ChecklistItem, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        numbers = [item.number for item in self.items]
        if len(set(numbers)) < len(numbers):
            raise ValueError("two points have the same number")
        if {item.seen for item in self.items} - {"recalled"} != set(self.seen_in):
            raise ValueError("seen_in names where the points were seen, and nothing else")
        return self

    @property
    def verified(self) -> Verified:
        """Whether all points were read in the source or a copy of it, some of them, or none."""
        kinds = {item.seen for item in self.items}
        return "seen" if kinds == {"copy"} else "recalled" if kinds == {"recalled"} else "partly"

    def numbers(self, seen: Seen) -> tuple[str, ...]:
        """Return the numbers of the points that were seen so."""
        return tuple(item.number for item in self.items if item.seen == seen)


def checklist_ids() -> tuple[str, ...]:
    """Return the ids of the checklists that ship."""
    return tuple(sorted(path.stem for path in (data_dictionary() / FOLDER).glob("*.toml")))


def load_checklist(name: str) -> Checklist:
    """Return a checklist by its id.

    Raises
    ------
    DefinitionError
        If there is none; the nearest ids are offered.
    """
    known = checklist_ids()
    if name not in known:
        raise DefinitionError(
            Problem("unknown_checklist", f"there is no checklist '{name}'", hint=nearest(name, known))
        )
    return read_definition(data_dictionary() / FOLDER / f"{name}.toml", Checklist)


def checklist_index() -> str:
    """Return the page of all checklists, as it stands beside them."""
    head = "| id | checklist | points | in a copy | in a summary | recalled | source |"
    lines = [INDEX_HEAD, head, "|---|---|---|---|---|---|---|"]
    for name in checklist_ids():
        one = load_checklist(name)
        doi = f"https://doi.org/{one.citation.doi}"
        seen = " | ".join(str(len(one.numbers(kind))) for kind in SEEN)
        lines.append(f"| `{one.id}` | {one.title} | {len(one.items)} | {seen} | [{one.citation.in_text}]({doi}) |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (data_dictionary() / FOLDER / "README.md").write_text(checklist_index(), encoding="utf-8", newline="\n")
