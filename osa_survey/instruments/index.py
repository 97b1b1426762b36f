"""The index of the shelf, as it stands in ``data_dictionary/README.md``."""

from __future__ import annotations

from osa_survey.instruments.library import Library, data_dictionary, load_library
from osa_survey.instruments.model import Instrument
from osa_survey.instruments.scales import Cutoff, Scale
from osa_survey.instruments.variable_tables import coverage_tables, markdown_table, variable_tables

BEGIN = "<!-- index:begin -->"
END = "<!-- index:end -->"


def index_markdown(library: Library) -> str:
    """Return Markdown tables of the instruments, the harmonised variables, and the forms of reference works.

    Parameters
    ----------
    library : Library
        The definitions, for example of :func:`load_library`.

    Returns
    -------
    str
        Text that ends in a line break.

    Examples
    --------
    >>> from osa_survey.instruments import load_library
    >>> index_markdown(load_library()).splitlines()[0]
    '### Instruments'
    """
    instruments = [_instrument_row(library.instruments[name]) for name in sorted(library.instruments)]
    heads = ("id", "instrument", "measures", "items", "scales", "cut-offs", "key verified", "wording free", "source")
    return "\n".join(
        [
            "### Instruments",
            "",
            *markdown_table(heads, instruments),
            "",
            "### Harmonised variables",
            "",
            *variable_tables(library),
            "### Every form of online sexual activity and its code",
            "",
            "The forms that reference works distinguish, and the variables that hold each. Written from `works/` and",
            "from `covers` in the variables; a test fails where a form has no variable.",
            "",
            *coverage_tables(library),
        ]
    )


def with_index(page: str, library: Library) -> str:
    """Return a page whose text between the two markers is the index.

    Parameters
    ----------
    page : str
        A Markdown page that holds both markers, each once.
    library : Library
        The definitions.

    Raises
    ------
    ValueError
        If a marker is missing or stands there twice.
    """
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError(f"the page needs the markers {BEGIN} and {END}, each once")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{index_markdown(library)}\n{END}{after}"


def _instrument_row(instrument: Instrument) -> tuple[str, ...]:
    scales = "; ".join(_scale_words(scale) for scale in instrument.scales)
    cutoffs = "; ".join(_cutoff_words(cut) for cut in instrument.cutoffs)
    doi = instrument.citation.doi
    return (
        f"`{instrument.id}`",
        f"{instrument.title} ({instrument.short_title})",
        instrument.construct_measured,
        str(len(instrument.items)),
        scales or "none",
        cutoffs or "none",
        instrument.verified,
        instrument.licence.wording_redistributable,
        f"[{doi}](https://doi.org/{doi})" if doi else instrument.citation.text,
    )


def _scale_words(scale: Scale) -> str:
    reverse = sum(sign < 0 for sign in scale.signs)
    score = scale.score + (f" of {', '.join(scale.of)}" if scale.of else "")
    score += f" × {scale.times:g}" if scale.times != 1 else ""
    words = f"{scale.id} ({score}, {scale.range[0]:g}–{scale.range[1]:g}"
    return words + (f", {reverse} reversed)" if reverse else ")")


def _cutoff_words(cutoff: Cutoff) -> str:
    group = cutoff.applies_to
    only = f" for {group.variable} = {group.category}" if group else ""
    return f"{cutoff.name}{only}" + ("" if cutoff.default else " (off)")


def main() -> None:
    """Write the index of the definitions that ship into ``data_dictionary/README.md``."""
    page = data_dictionary() / "README.md"
    text = with_index(page.read_text(encoding="utf-8"), load_library())
    page.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
