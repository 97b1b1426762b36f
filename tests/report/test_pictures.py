"""Pages and figures look as they did when somebody looked at them: compared with small stored pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import skip_without
from tests.report.reference_pictures import FOLDER, PICTURES, VERSIONS, Grey, blocks, installed_version, made, stored

CHANGED = 60
"""Greys of 255 by which a block differs if letters or lines stood elsewhere: half of a block full of letters."""
TOLERATED = 0.004
"""Share of blocks that may differ so: letters smoothed otherwise change none, a lost or moved line many times more."""
ROOM = 400_000
"""Bytes of all pictures."""
ABSENT = {"browser": "chromium", "office": "libreoffice", "typst": "typst", "ghostscript": "ghostscript"}


def changed_share(now: Grey, before: Grey) -> float:
    """Return the share of blocks that changed; of pictures of different size all that lie outside."""
    high, wide = (max(one, other) for one, other in zip(now.shape, before.shape, strict=True))
    both = [np.pad(part, ((0, high - part.shape[0]), (0, wide - part.shape[1])), constant_values=255)
            for part in (now, before)]  # fmt: skip
    return float((np.abs(both[0].astype(int) - both[1].astype(int)) > CHANGED).mean())


@pytest.mark.parametrize("name", PICTURES)
def test_what_readers_see_looks_as_it_did(name: str, tmp_path: Path) -> None:
    versions = json.loads(VERSIONS.read_text(encoding="utf-8"))[name]
    for tool, version in versions.items():
        installed = installed_version(tool)
        if not installed:
            skip_without(ABSENT.get(tool, tool), f"{tool} is not installed.")
        if installed != version:
            pytest.skip(f"The stored picture was made with {tool} {version}, here is {installed}.")
    share = changed_share(made(name, tmp_path), stored(name))
    assert share <= TOLERATED, (
        f"{share:.1%} of {name} changed; look at it, then store it: python -m tests.report.reference_pictures {name}"
    )


def test_every_picture_is_stored_and_all_are_small() -> None:
    assert set(json.loads(VERSIONS.read_text(encoding="utf-8"))) == set(PICTURES)
    files = sorted(FOLDER.glob("*.png"))
    assert {file.stem for file in files} == set(PICTURES)
    assert sum(file.stat().st_size for file in files) < ROOM


@pytest.mark.parametrize("name", PICTURES)
def test_faults_of_layout_are_found(name: str) -> None:
    whole = stored(name)
    assert changed_share(whole, whole) == 0.0
    inked = np.flatnonzero((whole < 255).any(axis=1))
    middle = inked[len(inked) // 2]
    moved = np.roll(whole, 2, axis=0)
    assert changed_share(moved, whole) > TOLERATED, "everything two blocks lower"
    lost = np.concatenate([whole[:middle], whole[min(middle + 6, len(whole)) :]])
    assert changed_share(lost, whole) > TOLERATED, "some lines lost"
    cut = whole.copy()
    cut[:, whole.shape[1] // 2 : 4 * whole.shape[1] // 5] = 255
    assert changed_share(cut, whole) > TOLERATED, "columns lost"


def test_another_smoothing_of_letters_is_not_found() -> None:
    rng = np.random.default_rng(3)
    page = np.full((400, 400), 255, dtype=np.uint8)
    page[100:104, 40:360] = 0
    rough = np.clip(page.astype(int) + rng.integers(-30, 31, page.shape), 0, 255).astype(np.uint8)
    assert changed_share(blocks(Image.fromarray(rough), 8), blocks(Image.fromarray(page), 8)) == 0.0
