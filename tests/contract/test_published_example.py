"""The page of the data dictionary shows a file of published numbers that the format takes."""

from __future__ import annotations

import re
import tomllib

from osa_survey.instruments import data_dictionary
from osa_survey.instruments.files import validated
from osa_survey.simulation import PublishedNumbers


def test_the_example_of_the_page_can_be_read() -> None:
    page = (data_dictionary() / "README.md").read_text(encoding="utf-8")
    section = page[page.index("## Published numbers") :]
    shown = re.findall(r"```toml\n(.*?)```", section, flags=re.S)[0]
    published = validated(tomllib.loads(shown), PublishedNumbers, "README.md")
    assert published.claim("any_osa").half_unit == 0.005
    assert published.value("share woman") == 0.5
