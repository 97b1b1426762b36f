"""Long work tells how far it is; the command line draws bars of it; nobody else notices and no number changes."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import osa_survey as osa
from osa_survey.cli.progress import bars, working
from osa_survey.models.bootstraps import bootstrap
from osa_survey.progressing import listening, stepped, tell

Told = list[tuple[str, int, int]]


def mean(counts: np.ndarray, values: np.ndarray) -> np.ndarray:
    return (counts @ values / counts.sum(axis=1))[:, None]


@pytest.mark.parametrize("workers", [None, 2])
def test_a_bootstrap_tells_its_blocks_and_gives_the_same_numbers(workers: int | None) -> None:
    values = np.random.default_rng(1).normal(size=50_000)
    silent = bootstrap(mean, (values,), 50_000, draws=60, seed=3)
    told: Told = []
    with listening(lambda *one: told.append(one)):
        heard = bootstrap(mean, (values,), 50_000, draws=60, seed=3, workers=workers)
    assert heard.tobytes() == silent.tobytes()
    assert told[0] == ("resampling", 0, told[0][2])
    assert [done for _, done, _ in told] == list(range(told[0][2] + 1))
    assert told[0][2] >= 2


def test_latent_classes_and_parallel_analysis_tell() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame((rng.random((300, 5)) < 0.5).astype(float), columns=list("abcde"))
    told: Told = []
    with listening(lambda *one: told.append(one)):
        osa.latent_classes(frame, list("abcd"), classes=[1, 2], bootstrap=2, starts=2)
        osa.dimensionality(frame, draws=20, correlation="polychoric")
    names = {what for what, _, _ in told}
    assert {"latent classes", "likelihood ratio of 2 classes", "parallel analysis"} <= names
    assert ("likelihood ratio of 2 classes", 2, 2) in told
    assert ("parallel analysis", 20, 20) in told


def test_bars_are_drawn_while_work_lasts() -> None:
    stream = io.StringIO()
    with bars("running the analyses", Console(file=stream, force_terminal=True, width=100)) as listener:
        listener("imputing", 1, 4)
        listener("imputing", 2, 4)
    drawn = stream.getvalue()
    assert "running the analyses" in drawn
    assert "imputing" in drawn
    assert "2/4" in drawn


def test_nothing_is_drawn_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with working("running the analyses"):
        assert list(stepped("adding", [1, 2])) == [1, 2]
        tell("adding", 2, 2)
    assert capsys.readouterr() == ("", "")
