"""The answers of a 1974 magazine survey of married women, as statsmodels ships them, written as a plain table."""

from __future__ import annotations

from pathlib import Path

from osa_survey.export.files import write_bytes

FAIR_COLUMNS = (
    "age",
    "yrs_married",
    "children",
    "rate_marriage",
    "religious",
    "educ",
    "occupation",
    "occupation_husb",
    "affairs",
)


def write_fair_export(path: Path | str) -> Path:
    """Write the survey on involvement outside the marriage (Fair, 1978) as a comma-separated file.

    Parameters
    ----------
    path : Path or str
        The file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        If the file cannot be written.

    Notes
    -----
    The answers are real and stay as they are; one column is derived: ``involved`` is 1 where ``affairs``, the measure
    of time spent in involvement outside the marriage, is above 0, else 0. Ages are middles of bands. The band 17.5
    (under 20) does not show adulthood, so the adult rule of the codebook leaves those records out and counts them.

    References
    ----------
    Fair, R. C. (1978). A theory of extramarital affairs. Journal of Political Economy, 86(1), 45-61.
    doi:10.1086/260646
    """
    from statsmodels.datasets import fair

    data = fair.load_pandas().data.loc[:, list(FAIR_COLUMNS)]
    data["involved"] = (data["affairs"] > 0).astype(int)
    lines = [",".join(data.columns)]
    lines += [",".join(format(value, ".8g") for value in row) for row in data.to_numpy().tolist()]
    return write_bytes(path, ("\n".join(lines) + "\n").encode("utf-8"))
