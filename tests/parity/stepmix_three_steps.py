"""Writes stepmix_three_steps.json: three-step estimates of the package stepmix (modal assignment, BCH and ML).

``python tests/parity/stepmix_three_steps.py`` takes two minutes. The answers are drawn here, so that the file is all a
test needs. stepmix gives no standard errors; those are held by benchmarks/recovery_latent_classes.py.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from stepmix import StepMix

RESPONDENTS = 800


def main() -> None:
    rng = np.random.default_rng(20261126)
    member = rng.choice(3, RESPONDENTS, p=[0.45, 0.35, 0.2])
    chance = np.array(
        [[0.8, 0.75, 0.7, 0.8, 0.7, 0.75], [0.25, 0.2, 0.7, 0.75, 0.3, 0.2], [0.15, 0.2, 0.25, 0.2, 0.3, 0.2]]
    )
    answers = (rng.random((RESPONDENTS, 6)) < chance[member]).astype(int)
    outcome = np.round(rng.normal(size=RESPONDENTS) + np.array([0, 0.8, -0.6])[member], 3)
    covariate = np.round(rng.normal(size=RESPONDENTS) + np.array([0, 0.6, 0.9])[member], 3)
    told: dict[str, Any] = {
        "stepmix": version("stepmix"),
        "answers": " ".join("".join(map(str, row)) for row in answers),
        "outcome": outcome.tolist(),
        "covariate": covariate.tolist(),
    }
    for name, correction, structural, values in (
        ("bch", "BCH", "gaussian_unit", outcome),
        ("ml", "ML", "covariate", covariate),
    ):
        options = {"max_iter": 1000, "lr": 1.0} if structural == "covariate" else None
        model = StepMix(
            3, n_steps=3, measurement="binary", structural=structural, assignment="modal", correction=correction,
            n_init=5, random_state=1, abs_tol=1e-12, max_iter=5000, progress_bar=0, structural_params=options,
        )  # fmt: skip
        model.fit(answers, values[:, None])
        found = model.get_parameters()
        told[name] = {
            "shares": found["weights"].tolist(),
            "chances": found["measurement"]["pis"].tolist(),
            "structural": found["structural"]["means" if name == "bch" else "beta"].tolist(),
        }
    target = Path(__file__).with_name("stepmix_three_steps.json")
    target.write_text(json.dumps(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
