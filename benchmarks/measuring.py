"""What every benchmark measures with: seconds, and the highest memory of this process while a step runs (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import resource
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

MEBIBYTE = 1 << 20
PAGE = resource.getpagesize()
SAMPLE_SECONDS = 0.002
REPEATS = 3

Outcome = TypeVar("Outcome")


class PeakMemory:
    """The highest memory of this process while a step runs, over its start, sampled every few milliseconds (Linux)."""

    def __enter__(self) -> PeakMemory:
        gc.collect()
        _give_back()
        self.start = self.peak = self._now()
        self.running = True
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.running = False
        self.thread.join()

    @property
    def grown(self) -> float:
        """The growth in MiB."""
        return (self.peak - self.start) / MEBIBYTE

    @staticmethod
    def _now() -> int:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE

    def _watch(self) -> None:
        while self.running:
            self.peak = max(self.peak, self._now())
            time.sleep(SAMPLE_SECONDS)


def _give_back() -> None:
    """Give freed memory back to the system, so that a step cannot hide its need in what an earlier one left."""
    pa.default_memory_pool().release_unused()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def timed(work: Callable[[], Outcome], repeats: int = REPEATS) -> tuple[float, float, Outcome]:
    """Return the median seconds, the growth of memory in MiB over the start of a run, and the last outcome."""
    seconds, grown, outcomes = [], [], []
    for _ in range(repeats):
        outcomes.clear()
        with PeakMemory() as memory:
            start = time.perf_counter()
            outcomes.append(work())
            seconds.append(time.perf_counter() - start)
        grown.append(memory.grown)
    return statistics.median(seconds), max(grown), outcomes[0]
