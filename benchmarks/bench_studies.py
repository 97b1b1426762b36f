"""Published studies over many seeds: the share of pairs of number and seed within its tolerance, and seconds per run.

``python benchmarks/bench_studies.py [seeds] [study …]`` from the top folder. The exit code is 1 where a study stays
below the goal.
"""

from __future__ import annotations

import sys
import time

from osa_survey.studies import diagnose_published, runnable_ids

SEEDS = 200
LARGE = {"iss": 20}
"""Studies of which a run takes many seconds have fewer seeds unless a number is given."""
GOAL = 0.99
WORKERS = 2
WORST = 3


def main() -> int:
    """Run the studies and print their table."""
    given = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    named = [argument for argument in sys.argv[1:] if not argument.isdigit()]
    below = 0
    print(f"{'study':<24}{'seeds':>6}{'pairs':>9}{'within':>10}{'seconds a run':>15}   numbers most often outside")
    for name in named or runnable_ids():
        seeds = given[0] if given else LARGE.get(name, SEEDS)
        began = time.perf_counter()
        frame = diagnose_published(name, seeds, workers=WORKERS).frame
        seconds = (time.perf_counter() - began) * WORKERS / seeds
        shares = frame.loc[frame["quantity"] == "share_within"]
        everything = shares.loc[shares["term"] == "all"].iloc[0]
        each = shares.loc[(shares["term"] != "all") & (shares["estimate"] < 1)].sort_values("estimate")
        worst = "; ".join(f"{row.outcome}, {row.group} {row.estimate:.1%}" for row in each.head(WORST).itertuples())
        below += everything["estimate"] < GOAL
        share, pairs = everything["estimate"], int(everything["statistic"])
        print(f"{name:<24}{seeds:>6}{pairs:>9,}{share:>10.3%}{seconds:>15.1f}   {worst}", flush=True)
    return int(below > 0)


if __name__ == "__main__":
    sys.exit(main())
