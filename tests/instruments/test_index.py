"""The index in ``data_dictionary/README.md`` is what the files say."""

from __future__ import annotations

import pytest

from osa_survey.instruments import data_dictionary, load_library
from osa_survey.instruments.index import BEGIN, END, index_markdown, with_index


def test_the_index_of_the_data_dictionary_is_up_to_date() -> None:
    readme = data_dictionary() / "README.md"
    if not readme.exists():
        pytest.skip("an installed package has the definitions only")
    page = readme.read_text(encoding="utf-8")
    assert page == with_index(page, load_library()), "run: python -m osa_survey.instruments.index"


def test_every_definition_has_one_line() -> None:
    library = load_library()
    lines = index_markdown(library).splitlines()
    for name in (*library.instruments, *library.variables):
        assert sum(line.startswith(f"| `{name}` |") for line in lines) == 1


def test_a_line_says_what_a_reader_must_know_before_use() -> None:
    line = next(line for line in index_markdown(load_library()).splitlines() if line.startswith("| `scs`"))
    cells = [cell.strip() for cell in line.strip("|").split(" | ")]
    assert cells[2] == "sexual preoccupation and compulsivity"
    assert cells[3:8] == ["10", "total (sum, 10–40); mean (mean, 1–4)", "total >= 24 (off)", "seen", "unclear"]
    rses = next(line for line in index_markdown(load_library()).splitlines() if line.startswith("| `rses`"))
    assert "total (sum, 0–30, 5 reversed)" in rses


def test_all_lines_of_a_table_have_the_same_number_of_cells() -> None:
    blocks = index_markdown(load_library()).split("\n\n")
    tables = [block.strip().splitlines() for block in blocks if block.startswith("|")]
    library = load_library()
    groups = {variable.group for variable in library.variables.values()}
    assert len(tables) == 1 + len(groups) + 1 + len(library.works)
    for table in tables:
        assert len({line.replace("\\|", "").count("|") for line in table}) == 1


def test_only_the_text_between_the_markers_is_replaced() -> None:
    page = f"before\n{BEGIN}\nstale text\n{END}\nafter\n"
    new = with_index(page, load_library())
    assert new.startswith(f"before\n{BEGIN}\n")
    assert new.endswith(f"{END}\nafter\n")
    assert "stale text" not in new
    assert with_index(new, load_library()) == new


@pytest.mark.parametrize("page", ["no markers", f"{BEGIN} {BEGIN} {END}", BEGIN])
def test_a_page_without_both_markers_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="markers"):
        with_index(page, load_library())


def test_the_page_explains_every_code_of_the_check_and_the_limits_of_every_format() -> None:
    from osa_survey.codebooks.format_limits import CANNOT_HOLD
    from osa_survey.instruments.definition_checks import CODES

    readme = data_dictionary() / "README.md"
    if not readme.exists():
        pytest.skip("an installed package has the definitions only")
    page = readme.read_text(encoding="utf-8")
    for code, meaning in CODES.items():
        assert f"| `{code}` | {meaning} |" in page
    for limits in CANNOT_HOLD.values():
        assert f"| {', '.join(limits)} |" in page or not limits
