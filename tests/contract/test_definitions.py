"""Every shipped definition keeps the promises of the shelf; each file is discovered, none is listed here."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest

from osa_survey.codebooks import load_codebook
from osa_survey.instruments import (
    AnswerSet,
    Evidence,
    HarmonisedVariable,
    Instrument,
    ReferenceWork,
    data_dictionary,
    json_schemas,
    load_library,
    read_definition,
)

MODELS = {
    "instruments": Instrument,
    "variables": HarmonisedVariable,
    "answers": AnswerSet,
    "works": ReferenceWork,
}
HASHES = Path(__file__).with_name("definition_hashes.json")
FILES = sorted(p for kind in MODELS for p in (data_dictionary() / kind).glob("*.toml"))
INSTRUMENTS = [path for path in FILES if path.parent.name == "instruments"]
EXAMPLES = sorted(path.name for path in (data_dictionary() / "examples").iterdir())
DOI = re.compile(r"10\.\d{4,9}/\S+")
LONGEST_TAG = 60
AGAIN = "raise its version and run: python -m tests.contract.test_definitions"


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def current_hashes() -> dict[str, list[int | str]]:
    result: dict[str, list[int | str]] = {}
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        result[name_of(path)] = [tomllib.loads(text)["version"], digest]
    return result


def read(path: Path) -> Instrument:
    return read_definition(path, Instrument)


def test_the_shelf_holds_the_first_instruments_and_variables() -> None:
    library = load_library()
    assert {"scs", "swls", "rses", "ppcs6", "gmsex"} <= set(library.ids)
    types = ("information", "entertainment", "contacts", "minority_communities", "products", "sex_work")
    for name in types:
        assert library.variable(f"osa_{name}_lifetime").window == "lifetime"
        assert library.variable(f"osa_{name}_frequency_12m").window == "past 12 months"
    kinds = (library.instruments, library.variables, library.answers, library.works)
    assert sum(map(len, kinds)) == len(FILES) == len(library.hashes)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_definition_loads_and_its_id_is_its_file_name(path: Path) -> None:
    library = load_library()
    assert getattr(library, path.parent.name)[path.stem].id == path.stem
    assert library.hashes[name_of(path)] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_changed_definition_has_a_new_version(path: Path) -> None:
    known = json.loads(HASHES.read_text(encoding="utf-8"))
    version, digest = current_hashes()[name_of(path)]
    assert name_of(path) in known, f"{path.name} is new: {AGAIN}"
    known_version, known_digest = known[name_of(path)]
    if digest != known_digest:
        assert version > known_version, f"{path.name} was changed but its version was not: {AGAIN}"
    assert [version, digest] == [known_version, known_digest], f"{path.name} is not yet in {HASHES.name}: {AGAIN}"


def test_no_definition_was_dropped_silently() -> None:
    known = json.loads(HASHES.read_text(encoding="utf-8"))
    assert sorted(known) == sorted(name_of(path) for path in FILES), AGAIN


@pytest.mark.parametrize("path", INSTRUMENTS, ids=name_of)
def test_items_are_named_by_content_tags_and_not_by_their_wording(path: Path) -> None:
    instrument = read(path)
    for item in instrument.items:
        assert 2 <= len(item.tag.split()) <= 5, item.tag
        assert len(item.tag) <= LONGEST_TAG, item.tag
        assert not re.search(r"\b(I|my|me|am|you|your)\b|[.?!]", item.tag), f"{item.tag}: a tag, not a sentence"
    tags = [item.tag for item in instrument.items]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("path", INSTRUMENTS, ids=name_of)
def test_lowest_and_highest_answers_give_the_ends_of_the_range(path: Path) -> None:
    """A dropped item, a wrong divisor or a wrong code base would move the two ends of a scale."""
    instrument = read(path)
    for scale in instrument.scales:
        ends = []
        if scale.of:
            parts = [instrument.scale(part).range for part in scale.of]
            divisor = len(parts) if scale.score == "mean" else 1
            ends = [scale.times * sum(part[side] for part in parts) / divisor for side in (0, 1)]
            assert tuple(ends) == pytest.approx(scale.range)
            continue
        for top in (False, True):
            keyed = []
            for item, sign in zip(scale.item_ids, scale.signs, strict=True):
                options = instrument.options_of(item)
                answer = options.high if top == (sign > 0) else options.low
                keyed.append(answer if sign > 0 else options.low + options.high - answer)
            ends.append(scale.times * sum(keyed) / (len(keyed) if scale.score == "mean" else 1))
        assert tuple(ends) == pytest.approx(scale.range)


@pytest.mark.parametrize("path", INSTRUMENTS, ids=name_of)
def test_cut_offs_say_why_they_are_off_and_who_says_so(path: Path) -> None:
    for cut in read(path).cutoffs:
        assert cut.source
        assert cut.default or cut.reason
        assert cut.verified != "recalled" or not cut.default, "a recalled cut-off is never on by default"


@pytest.mark.parametrize("path", INSTRUMENTS, ids=name_of)
def test_variables_that_a_definition_names_are_on_the_shelf(path: Path) -> None:
    instrument, shelf = read(path), load_library().variables
    for identifier in instrument.beside:
        assert shelf[identifier].notes, "the first note says why the variable stands beside a score"
    for cut in instrument.cutoffs:
        if cut.applies_to is not None:
            assert cut.applies_to.category in shelf[cut.applies_to.variable].labels.values()
            assert cut.everyone_else


@pytest.mark.parametrize("path", INSTRUMENTS, ids=name_of)
def test_evidence_names_its_source_and_has_no_numbers_of_minors(path: Path) -> None:
    instrument = read(path)
    assert instrument.evidence
    assert instrument.verification_note
    for entry in instrument.evidence:
        assert entry.source
        if entry.includes_minors:
            assert (entry.n, entry.mean, entry.sd, entry.alpha, entry.loadings) == (None, None, None, None, {})
            assert not re.search(r"\d", entry.statement)


@pytest.mark.parametrize("number", [{"n": 100}, {"mean": 2.0}, {"sd": 1.0}, {"alpha": 0.8}, {"loadings": {"a": 0.5}}])
def test_numbers_of_samples_with_minors_are_refused(number: dict[str, object]) -> None:
    facts = {"statement": "a sample", "source": "a source", "verified": "seen", "includes_minors": True}
    with pytest.raises(ValueError, match="under 18"):
        Evidence.model_validate({**facts, **number})


@pytest.mark.parametrize("path", INSTRUMENTS, ids=name_of)
def test_a_seen_key_names_two_places_or_a_quote(path: Path) -> None:
    instrument = read(path)
    assert "own" not in (instrument.verified, instrument.licence.verified, *(one.verified for one in instrument.scales))
    if instrument.verified == "seen":
        seen = [entry for entry in instrument.evidence if entry.verified == "seen"]
        assert len(seen) >= 2, "a key that is called seen rests on two entries that were read"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_dois_are_bare(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    cited = [content["citation"]] if "citation" in content else content.get("sources", [])
    for source in cited:
        if source.get("doi"):
            assert DOI.fullmatch(source["doi"]), source["doi"]


def test_the_second_order_of_the_self_esteem_scale_is_not_this_one() -> None:
    """The order with contentment first reverses 2, 5, 6, 8, 9; this file is the order with worth first."""
    scale = load_library().instrument("rses").scale("total")
    assert [n for n, sign in enumerate(scale.signs, start=1) if sign < 0] == [3, 5, 8, 9, 10]


def test_directions_that_circulate_upside_down_are_declared() -> None:
    library = load_library()
    assert library.instrument("swls").response_options["agreement"].labels[1] == "strongly disagree"
    assert library.instrument("rses").response_options["agreement"].labels[0] == "strongly disagree"
    assert library.instrument("gmsex").ask_polarity


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_a_codebook_and_a_study_file_that_fit_together(name: str) -> None:
    from osa_survey.plan import load_study

    folder = data_dictionary() / "examples" / name
    assert sorted(path.name for path in folder.iterdir()) == ["codebook.toml", "study.toml"]
    study = load_study(folder)
    assert study.codebook == load_codebook(folder / "codebook.toml")
    assert study.codebook.simulated == ("simulated" in study.file.data[0].export)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_definition_is_valid_by_the_exported_schema(path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema comes with the notebooks extra")
    model = MODELS[path.parent.name]
    schema = json.loads(json_schemas({"x": model})["x"])
    jsonschema.Draft202012Validator.check_schema(schema)
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(content)
    wrong = {**content, "versoin": 1}
    assert not jsonschema.Draft202012Validator(schema).is_valid(wrong)


if __name__ == "__main__":
    HASHES.write_text(json.dumps(current_hashes(), indent=1) + "\n", encoding="utf-8", newline="\n")
