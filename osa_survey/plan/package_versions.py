"""The versions of what computes numbers, for the ledger."""

from __future__ import annotations

from importlib.metadata import version

from osa_survey._version import __version__

RECORDED_PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "pyarrow", "pydantic")


def package_versions() -> dict[str, str]:
    """Return the versions of this program and of the packages that compute numbers."""
    return {"osa_survey": __version__, **{name: version(name) for name in RECORDED_PACKAGES}}
