"""Sources: how they are cited in a list and in a sentence."""

from __future__ import annotations

import re

from osa_survey.instruments.files import FileModel

SURNAME = re.compile(r"([^,&]+?), (?:\w\.[ -]?)+,?(?: & | )?")


class Citation(FileModel):
    """A source: how it is cited and where it is."""

    text: str
    doi: str = ""
    url: str = ""

    @property
    def in_text(self) -> str:
        """The source as cited in a sentence, such as ``Kalichman & Rompa, 1995``; the whole text if it has no year."""
        names, bracket, rest = self.text.partition(" (")
        year = rest[:4]
        if not (bracket and year.isdigit()):
            return self.text
        surnames = SURNAME.findall(names)
        if len(surnames) > 2:
            return f"{surnames[0]} et al., {year}"
        return f"{' & '.join(surnames) or names}, {year}"
