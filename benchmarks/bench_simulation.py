"""The size of the largest study of the field: 82,243 people in 42 countries, 500 items: simulated, written, … reported.

Prints seconds and the growth of memory of each step, and the highest memory of the whole. ``report`` starts again from
the raw file, as ``osa-survey report`` does, so that the whole is simulate + write + report; the steps between are what
it consists of. Countries enter a regression; all 861 pairs of countries by Games and Howell are not part of it, since
each takes a numerical integral of its own. Two threads simulate. Run it with ``make bench``, or with a smaller number
of people as argument.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from measuring import timed

from osa_survey.codebooks import Codebook
from osa_survey.dataset import admit
from osa_survey.ingest import read_export
from osa_survey.instruments import load_library
from osa_survey.plan import report_study
from osa_survey.quality import screen
from osa_survey.scoring import score
from osa_survey.simulation import PopulationEntry, simulate, write_qualtrics_csv

PEOPLE = 82_243
COUNTRIES = 42
ITEMS = 500
WORKERS = 2
MOST_SECONDS = 180.0
MOST_GIBIBYTES = 4.0
GENDER = {"1": "man", "2": "woman", "3": "another gender"}
POPULATION: dict[str, Any] = {
    "groups": {"country": {"icc": 0.03, "threshold_spread": 0.1}},
    "effects": [{"outcome": "scs_1_total", "of": "gender", "level": "woman", "d": -0.4, "scale": "latent"}],
}


def codebook_of_size() -> dict[str, Any]:
    """Return a codebook of age, gender, country and instruments of the shelf until there are enough items."""
    library = load_library()
    shelf = [one for one in library.instruments.values() if one.items and one.scales and one.verified == "seen"]
    shelf = sorted(shelf, key=lambda one: (one.id != "scs", one.id))
    blocks: dict[str, Any] = {}
    items, turn = 0, 1
    while items < ITEMS:
        for one in shelf:
            if items < ITEMS:
                codes = {f"{code:g}": code for options in one.response_options.values() for code in options.codes}
                name = f"{one.id}_{turn}"
                blocks[name] = {"instrument": one.id, "columns": f"{name}_{{n}}"}
                if one.ask_polarity:
                    blocks[name]["codes"] = codes
                items += len(one.items)
        turn += 1
    return {
        "format": 1,
        "title": "Benchmark",
        "simulated": True,
        "file": {"platform": "qualtrics", "respondent_id": "ResponseId"},
        "missing": {"refused": [-99]},
        "eligibility": {"age": "age"},
        "paradata": {"duration": "Duration (in seconds)", "progress": "Progress"},
        "blocks": blocks,
        "variables": {
            "age": {"column": "age", "type": "number", "maximum": 99},
            "gender": {
                "column": "gender",
                "type": "nominal",
                "labels": GENDER,
                "reference": "man",
                "maps_to": "gender",
            },
            "country": {
                "column": "country",
                "type": "nominal",
                "labels": {str(n): f"country {n}" for n in range(1, COUNTRIES + 1)},
            },
        },
    }


def study() -> dict[str, Any]:
    """Return a study file that describes the sample and compares countries and genders."""
    return {
        "format": 1,
        "title": "Benchmark",
        "seed": 1,
        "data": [{"export": "bench_simulated.csv", "codebook": "codebook.toml"}],
        "fieldwork": {"sample": "opt-in"},
        "analyses": [
            {"id": "sample", "do": "describe", "variables": ["age", "gender", "country", "scs_1_total"]},
            {"id": "genders", "do": "compare_groups", "outcome": "scs_1_total", "by": "gender"},
            {"id": "countries", "do": "compare_groups", "outcome": "scs_1_total", "by": "country"},
            {
                "id": "predictors",
                "do": "regress",
                "model": "linear",
                "outcome": "scs_1_total",
                "blocks": [["age", "gender"], ["country"]],
            },
        ],
    }


def write_toml(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(tomlkit.dumps(content), encoding="utf-8")


def simulated_rows(codebook: Codebook, people: int, path: Path) -> list[tuple[str, float, float]]:
    """Simulate and write."""
    entry = PopulationEntry.model_validate(POPULATION)
    seconds, grown, export = timed(lambda: simulate(codebook, entry, people, 1, workers=WORKERS), 1)
    written, grown_by_writing, _ = timed(lambda: write_qualtrics_csv(export, path), 1)
    return [("simulate", seconds, grown), ("write", written, grown_by_writing)]


def steps(codebook: Codebook, path: Path) -> list[tuple[str, float, float]]:
    """Read, admit, screen and score."""
    read, read_memory, raw = timed(lambda: read_export(path), 1)
    admitted, admit_memory, responses = timed(lambda: admit(raw, codebook), 1)
    screened, screen_memory, _ = timed(lambda: screen(responses), 1)
    scored, score_memory, _ = timed(lambda: score(responses), 1)
    return [
        ("read", read, read_memory),
        ("admit", admitted, admit_memory),
        ("screen", screened, screen_memory),
        ("score, with keying", scored, score_memory),
    ]


def main() -> None:
    """Run the benchmark and print its table."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    content = codebook_of_size()
    codebook = Codebook.model_validate(content)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_toml(folder / "codebook.toml", content)
        write_toml(folder / "study.toml", study())
        path = folder / "bench_simulated.csv"
        rows = [*simulated_rows(codebook, people, path), *steps(codebook, path)]
        megabytes = path.stat().st_size / 1e6
        seconds, grown, _ = timed(lambda: report_study(folder, folder / "report"), 1)
        rows.append(("report, from the file", seconds, grown))
    items = sum(len(load_library().instrument(block.instrument).items) for block in codebook.blocks.values())
    print(f"{people:,} people, {COUNTRIES} countries, {items} items; a file of {megabytes:.0f} MB; {WORKERS} threads")
    print(f"{'step':<24}{'seconds':>9}{'grown, MiB':>12}")
    for step, seconds, grown in rows:
        print(f"{step:<24}{seconds:>9.1f}{grown:>12.0f}")
    whole = sum(seconds for step, seconds, _ in rows if step in ("simulate", "write", "report, from the file"))
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    met = whole < MOST_SECONDS and highest < MOST_GIBIBYTES
    print(
        f"whole (simulate + write + report): {whole:.0f} s, highest memory {highest:.2f} GiB; under {MOST_SECONDS:g} s "
        f"and {MOST_GIBIBYTES:g} GiB: {'met' if met else 'NOT met'}"
    )


if __name__ == "__main__":
    main()
