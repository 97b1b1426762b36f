"""A Dask cluster on one's own machine: loopback only, no dashboard."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

from osa_survey.errors import AnalysisError, Problem

LOOPBACK = "127.0.0.1"


@contextlib.contextmanager
def local_cluster(workers: int = 2, *, memory: str = "1GiB", processes: bool = True) -> Iterator[Any]:
    """Give a client of a local cluster that listens on the loopback interface only and serves no dashboard.

    Parameters
    ----------
    workers : int
        Workers of one thread each. Their number changes no result.
    memory : str
        What a worker process may take before it is restarted, such as ``"1GiB"``.
    processes : bool
        Whether each worker is a process of its own; otherwise a thread of this one.

    Yields
    ------
    distributed.Client
        For ``score_partitions``. The cluster is closed at the end.

    Raises
    ------
    AnalysisError
        ``no_dask`` if Dask is not installed.
    """
    distributed = _distributed()
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=processes,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": f"{LOOPBACK}:0"},
            memory_limit=memory if processes else None,
            host=LOOPBACK,
            protocol="tcp",
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


def _distributed() -> Any:
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        hint = 'install the extra: pip install "osa-survey[dask]"; without a client the partitions run one by one'
        raise AnalysisError(Problem("no_dask", "a cluster needs Dask, which is not installed", hint=hint)) from error
