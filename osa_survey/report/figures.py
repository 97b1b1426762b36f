"""Figures as files: the same bytes for the same result."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib
import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from osa_survey.formatting import numerals_of
from osa_survey.plots import draw
from osa_survey.report.exhibits import NumberedFigure
from osa_survey.results import Result

SALT = "osa_survey"
PNG_DPI = 200
RENDER: dict[Any, Any] = {
    "svg.hashsalt": SALT,
    "svg.fonttype": "path",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "hatch.linewidth": 0.6,
    "text.parse_math": False,
}


@dataclass(frozen=True)
class Drawing:
    """A drawn figure.

    Attributes
    ----------
    data : bytes
        The PNG.
    width, height : float
        Its size in inches.
    """

    data: bytes
    width: float
    height: float


def figure_svg(figure: NumberedFigure, language: str, drawings: Mapping[str, str] | None = None) -> str:
    """Return the SVG element of a numbered figure, drawn unless it is among the drawings (figure name → element)."""
    return (drawings or {}).get(figure.name) or render_svg(
        figure.result, identifier=figure.name, title=figure.title, description=figure.alt, language=language
    )


def figure_pictures(figure: NumberedFigure, language: str) -> tuple[str, Drawing]:
    """Return the SVG element and the PNG of a numbered figure, drawn once."""
    return render_pictures(
        figure.result, identifier=figure.name, title=figure.title, description=figure.alt, language=language
    )


def render_svg(result: Result, *, identifier: str, title: str, description: str, language: str = "en") -> str:
    """Return a result's figure as an SVG element that can stand in a page.

    Parameters
    ----------
    result : Result
        A released result with a ``plot``.
    identifier : str
        Unique in the page; all ids inside the figure begin with it.
    title, description : str
        The figure's name and its alternative text.
    language : {"en", "de"}
        The language of the figure's words.

    Returns
    -------
    str
        ``<svg …>…</svg>`` with text as paths, so that it looks the same everywhere.
    """
    with _styled(language):
        return _svg(_figure(result, language), identifier, title, description)


def render_pictures(
    result: Result, *, identifier: str, title: str, description: str, language: str = "en"
) -> tuple[str, Drawing]:
    """Return a result's figure, drawn once, as the SVG element of ``render_svg`` and as a PNG with the same layout.

    Parameters
    ----------
    result, identifier, title, description, language
        As in `render_svg`.

    Returns
    -------
    svg : str
        For pages.
    png : Drawing
        For documents.
    """
    with _styled(language):
        figure = _figure(result, language)
        return _svg(figure, identifier, title, description), _png(figure)


def svg_file(element: str) -> str:
    """Return an SVG element as a file of its own."""
    return '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n' + element + "\n"


def render_png(result: Result, language: str = "en") -> Drawing:
    """Return a result's figure as a PNG at a fixed resolution."""
    with _styled(language):
        return _png(_figure(result, language))


@contextmanager
def _styled(language: str) -> Iterator[None]:
    """Draw in the house style, with the numerals of a language."""
    with numerals_of(language), matplotlib.style.context(["default", RENDER]), matplotlib.rc_context(RENDER):
        yield


def _svg(figure: Figure, identifier: str, title: str, description: str) -> str:
    stream = io.StringIO()
    canvas = FigureCanvasSVG(figure)
    _lay_out(figure)
    canvas.print_svg(stream, metadata={"Date": None})  # type: ignore[no-untyped-call]
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r'\bid="', f'id="{identifier}-', text)
    text = re.sub(r"url\(#", f"url(#{identifier}-", text)
    text = re.sub(r'href="#', f'href="#{identifier}-', text)
    text = text.replace('<style type="text/css">*{', f'<style type="text/css">#{identifier} *{{')
    named = (
        f'<svg id="{identifier}" role="img" aria-labelledby="{identifier}-title" aria-describedby="{identifier}-desc"'
    )
    text = text.replace("<svg", named, 1)
    opening = text.index(">") + 1
    inside = (
        f'\n <title id="{identifier}-title">{escape(title)}</title>'
        f'\n <desc id="{identifier}-desc">{escape(description)}</desc>'
    )
    return text[:opening] + inside + text[opening:].rstrip("\n")


def _png(figure: Figure) -> Drawing:
    stream = io.BytesIO()
    width, height = figure.get_size_inches()
    canvas = FigureCanvasAgg(figure)
    figure.set_dpi(PNG_DPI)
    _lay_out(figure)
    canvas.print_png(stream, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return Drawing(stream.getvalue(), float(width), float(height))


def _lay_out(figure: Figure) -> None:
    """Fit the axes into the figure for its canvas unless that was done; ``savefig`` would draw everything for it."""
    engine, dpi = figure.get_layout_engine(), figure.get_dpi()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")
    figure.set_dpi(dpi)  # measuring for SVG leaves that of SVG behind


def _figure(result: Result, language: str) -> Figure:
    figure = draw(result, language=language).figure
    if not isinstance(figure, Figure):
        raise TypeError("a figure inside a figure cannot be written")
    return figure
