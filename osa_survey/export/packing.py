"""Zip packages with the same bytes for the same content."""

from __future__ import annotations

import io
import zipfile

FIRST = "[Content_Types].xml"
EPOCH = (1980, 1, 1, 0, 0, 0)
LEVEL = 6


def repack(package: bytes) -> bytes:
    """Return a zip package with its members in sorted order, at a fixed time, with fixed attributes.

    Parameters
    ----------
    package : bytes
        A DOCX or XLSX file.

    Returns
    -------
    bytes
        The same members; ``[Content_Types].xml`` stays first, as the format wishes.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in sorted(source.namelist(), key=lambda member: (member != FIRST, member)):
            info = zipfile.ZipInfo(name, date_time=EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            info.external_attr = 0
            target.writestr(info, source.read(name), compresslevel=LEVEL)
    return stream.getvalue()
