"""Reading the TOML files people write: unknown keys are refused, and every problem says where it is."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from osa_survey.errors import DefinitionError, Problem, nearest


class FileModel(BaseModel):
    """What is read from a file: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)


Model = TypeVar("Model", bound=FileModel)
PAGE = "data_dictionary/README.md"
HEADINGS = {
    "Instrument": "Instrument",
    "HarmonisedVariable": "Harmonised variable",
    "AnswerSet": "Set of answers",
    "ReferenceWork": "Reference work",
    "PublishedNumbers": "Published numbers",
    "Codebook": "Codebook",
    "StudyFile": "Study file",
}
"""Format → its heading on the page of formats."""
MEANT = {
    "label": "title",
    "name": "title",
    "values": "labels",
    "categories": "labels",
    "min": "minimum",
    "max": "maximum",
}
"""What people write → the key that means it; a variable has a title, its categories have labels."""
SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def read_definition(path: Path, model: type[Model]) -> Model:
    """Return the content of a TOML file as a model.

    Parameters
    ----------
    path : Path
        The file.
    model : type of FileModel
        Its format.

    Returns
    -------
    FileModel
        The validated content.

    Raises
    ------
    DefinitionError
        With all problems at once, each located by file and key path; unknown keys name the nearest known key.
    """
    return validated(read_toml(path), model, path.name)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the raw content of a TOML file.

    Raises
    ------
    DefinitionError
        If the file is absent, not UTF-8 or not TOML; the message names the line and column.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        problem = Problem("file_not_found", "there is no such file", file=path.name, hint="check the name and folder")
        raise DefinitionError(problem) from error
    except UnicodeDecodeError as error:
        hint = "save the file as UTF-8"
        raise DefinitionError(Problem("not_utf8", f"byte {error.start} is not UTF-8", path.name, hint=hint)) from error
    except tomllib.TOMLDecodeError as error:
        hint = "quote texts, separate list entries by commas, and write true or false in lower case"
        raise DefinitionError(Problem("not_toml", str(error), file=path.name, hint=hint)) from error
    except OSError as error:
        raise DefinitionError(Problem("unreadable", error.strerror or "cannot be read", file=path.name)) from error


def validated(content: Mapping[str, Any], model: type[Model], file: str) -> Model:
    """Return raw content as a model, or raise all its problems at once."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = [_problem(detail, model, content, file) for detail in error.errors(include_url=False)]
        raise DefinitionError(problems) from error


def _problem(detail: Any, model: type[FileModel], content: Mapping[str, Any], file: str) -> Problem:
    key = key_path(detail["loc"])
    if detail["type"] == "extra_forbidden":
        name = str(detail["loc"][-1])
        known = _known_keys(model, detail["loc"][:-1])
        meant = MEANT.get(name.casefold(), "")
        hint = f"did you mean '{meant}'?" if meant in known else nearest(name, known)
        hint += f"; all keys: {place(model, key)}"
        return Problem("unknown_key", f"the key '{name}' is not known here", file, key=key, hint=hint)
    if detail["type"] == "missing":
        return Problem("missing_key", "this key is required", file=file, key=key, hint="add it")
    message = str(detail["msg"]).removeprefix("Value error, ")
    return Problem("wrong_value", message, file=file, key=key, hint=f"see {place(model, key)}")


def place(model: type[FileModel], key: str = "") -> str:
    """Return where the format of a file is described: a heading of the page of formats, and the table.

    Examples
    --------
    >>> place(FileModel), place(FileModel, "variables.age.typ")
    ('data_dictionary/README.md', '[variables] in data_dictionary/README.md')
    """
    heading = HEADINGS.get(model.__name__, "")
    table, dot, _ = key.partition(".")
    told = f"[{table.partition('[')[0]}] " if dot else ""
    under = f'under "{heading}" in ' if heading and told else f'"{heading}" in ' if heading else "in " if told else ""
    return f"{told}{under}{PAGE}"


def key_path(parts: Iterable[str | int]) -> str:
    """Return a key path as a person would point to it.

    Examples
    --------
    >>> key_path(("scales", 0, "missing", "min_answered"))
    'scales[1].missing.min_answered'
    """
    text = ""
    for part in parts:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def _known_keys(model: type[FileModel], parts: tuple[str | int, ...]) -> list[str]:
    """Return the keys that exist at a place, by walking the JSON Schema of the model."""
    schema = model.model_json_schema(by_alias=True)
    node: Any = schema
    for part in parts:
        node = _child(_resolved(node, schema), part, schema)
    node = _resolved(node, schema)
    keys: list[str] = []
    for option in node.get("anyOf", [node]):
        keys.extend(_resolved(option, schema).get("properties", {}))
    return keys


def _resolved(node: Any, schema: Mapping[str, Any]) -> Any:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    return node


def _child(node: Any, part: str | int, schema: Mapping[str, Any]) -> Any:
    for option in node.get("anyOf", [node]):
        option = _resolved(option, schema)
        if isinstance(part, int) and "items" in option:
            return option["items"]
        if isinstance(part, str) and part in option.get("properties", {}):
            return option["properties"][part]
        if isinstance(part, str) and isinstance(option.get("additionalProperties"), dict):
            return option["additionalProperties"]
    return {}


def json_schemas(models: Mapping[str, type[FileModel]]) -> dict[str, str]:
    """Return the JSON Schema of each format as text, so that editors can complete the files.

    Parameters
    ----------
    models : mapping of str to type of FileModel
        Format name → model.
    """
    schemas = {}
    for name, model in models.items():
        schema = {"$schema": SCHEMA_DIALECT, **model.model_json_schema(by_alias=True)}
        schemas[name] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return schemas
