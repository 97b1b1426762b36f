"""Run a study again and again over its earlier output and kill it at random moments; print what was found each time.

Called as ``python killing.py FOLDER VERB NUMBER SEED``. FOLDER holds ``old`` and ``new``, two versions of a study. A
program of its own, because it forks: the libraries are loaded once, and what is killed is a whole process.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from osa_survey.plan import report_study, run_study, write_run

RESUMED = 5  # of so many that left nothing half-written, one is run again
MARGIN = 1.05  # how far past the usual time a moment may lie


def run(study: Path, out: Path) -> None:
    write_run(run_study(study), out)


def report(study: Path, out: Path) -> None:
    report_study(study, out)


VERBS: dict[str, Callable[[Path, Path], None]] = {"run": run, "report": report}


def started(work: Callable[[Path, Path], None], study: Path, out: Path) -> int:
    """The id of a new process that does the work and ends."""
    child = os.fork()
    if child == 0:
        try:
            work(study, out)
            os._exit(0)
        except BaseException as error:  # told by the exit code; the parent goes on
            print(type(error).__name__, error, file=sys.stderr, flush=True)
            os._exit(1)
    return child


def finished(work: Callable[[Path, Path], None], study: Path, out: Path) -> float:
    """Do the work to its end in a process of its own; return its seconds."""
    before = time.perf_counter()
    _, status = os.waitpid(started(work, study, out), 0)
    assert status == 0, f"{work.__name__} fails when nobody disturbs it"
    return time.perf_counter() - before


def content(folder: Path) -> dict[str, str] | None:
    """The hash of every file in a folder, or None where there is none."""
    if not folder.is_dir():
        return None
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def found(out: Path, old: dict[str, str] | None, new: dict[str, str] | None) -> str:
    """What a reader finds: the whole old output, the whole new one, or a mixture."""
    there = content(out)
    if there is None and content(out.with_name(out.name + ".previous")) == old:
        return "old, aside"
    return "old" if there == old else "new" if there == new else "mixture"


def main(folder: Path, verb: str, number: int, seed: int) -> None:
    work, out, kept = VERBS[verb], folder / "out", folder / "kept"
    finished(work, folder / "old", kept)
    seconds = finished(work, folder / "new", folder / "whole")
    old, new = content(kept), content(folder / "whole")
    assert old != new
    generator = random.Random(seed)
    for turn in range(number):
        for left in folder.glob("out*"):
            shutil.rmtree(left)
        shutil.copytree(kept, out)
        child = started(work, folder / "new", out)
        partial = out.with_name("out.partial")
        if turn % 2:  # every other time not before the folder is being written
            while not partial.exists() and os.waitpid(child, os.WNOHANG) == (0, 0):
                time.sleep(0.0005)
            time.sleep(generator.uniform(0, seconds * MARGIN / (2 if verb == "report" else 20)))
        else:
            time.sleep(generator.uniform(0, seconds * MARGIN))
        try:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        except (ProcessLookupError, ChildProcessError):
            pass  # it was done before
        line = {"found": found(out, old, new), "writing": partial.exists()}
        if turn % RESUMED == 0 or line["writing"]:
            finished(work, folder / "new", out)
            line["resumed"] = found(out, old, new)
            line["left"] = sorted(path.name for path in folder.glob("out?*"))
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
