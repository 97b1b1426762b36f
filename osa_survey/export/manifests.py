"""What is in an output folder of ours, so that nobody's own work in it is ever replaced."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from osa_survey.errors import OutputError, Problem

MARKER = ".osa-survey-output"
FORMAT = 2
MOST_SHOWN = 3


def write_manifest(folder: Path, kind: str) -> None:
    """Write into the marker file what kind of output a folder holds, and the hash of each of its files."""
    content = {"format": FORMAT, "kind": kind, "files": _hashes(folder)}
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / MARKER).write_text(text, encoding="utf-8", newline="\n")


def refuse_changed(shown: Path, folder: Path, kind: str) -> None:
    """Refuse a folder of another kind, or one in which somebody added or changed a file.

    Raises
    ------
    OutputError
        ``other_kind`` or ``changed_files``; nothing was touched.
    """
    manifest = _manifest(folder)
    if manifest is None:
        return
    if manifest["kind"] != kind:
        message = f"the folder holds a {manifest['kind']}, which a {kind} does not replace"
        raise OutputError(Problem("other_kind", message, file=str(shown), hint="name another folder"))
    written, found = manifest["files"], _hashes(folder)
    own = sorted(name for name, digest in found.items() if written.get(name) != digest)
    if own:
        listed = ", ".join(f"'{name}'" for name in own[:MOST_SHOWN]) + (", …" if len(own) > MOST_SHOWN else "")
        message = f"files were added or changed since the folder was written: {listed}"
        hint = "move them to another place, or name another folder"
        raise OutputError(Problem("changed_files", message, file=str(shown), hint=hint, count=len(own)))


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        content = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(content, dict) and content.get("format") == FORMAT
    return content if known else None


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MARKER
    }
