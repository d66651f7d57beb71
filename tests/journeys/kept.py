"""What the record holds after the journey: the note against the rows it was written from, and the record as FHIR."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from filiform.knowledge import book
from filiform.knowledge.movements import movements
from tests.interop import judges
from tests.journeys.installation import Installation

Row = dict[str, Any]
SNOMED_SIDE = {"left": "7771000", "right": "24028007"}


def note_says_what_was_recorded(tables: dict[str, list[Row]]) -> None:
    """Every number and word of the signed note is that of the rows; the rows are what was clicked and typed."""
    (note,) = tables["note"]
    said = {section["id"]: section for section in note["content"]["sections"]}
    assert note["content"]["aftercare_given"] is True
    muscles_of_the_note(said["session"], tables["sessionevent"])
    measures_of_the_note(said["measures"], tables["measure"])
    _one_line(said["treatments"], *(f"{one['kind']}, {one['minutes']} minutes" for one in tables["treatment"]))
    _one_line(said["decision"], *(one["because"] for one in tables["decision"]))
    (plan,), (episode,) = tables["plan"], tables["episode"]
    _one_line(said["plan"], episode["problem"], *plan["goals"], *plan["active_treatments"], plan["needling_cannot"])
    _one_line(said["follow"], *(f"{one['hours']} hours" for one in tables["followup"]))
    _one_line(said["consent"], *(one["signed_by"] for one in tables["consent"]))
    newest = max(tables["paindrawing"], key=lambda one: int(one["number"]))
    _one_line(said["pain"], *(f"{area['intensity']}/10" for area in newest["areas"]))
    points = {(row["muscle"], row["side"]) for row in tables["palpation"]}
    assert len(tables["palpation"]) == 4 * len(points), "each finding is a row"
    assert len(said["palpation"]["rows"]) == len(points), "each point is a line"


def muscles_of_the_note(section: Row, events: list[Row]) -> None:
    """Needles by muscle and side as the events say, every one of them out again, and the count that closed."""
    names = {str(muscle.id): muscle.name for muscle in book().muscles.values()}
    put_in = [one["body"] for one in events if one["kind"] == "in"]
    expected = Counter((names[one["muscle"]], one["side"]) for one in put_in)
    assert {(row[0], row[1]): int(row[2]) for row in section["rows"]} == expected
    out = {one["body"]["needle"] for one in events if one["kind"] == "out"}
    assert out == {one["id"] for one in put_in}
    opened = sum(one["body"]["needles"] for one in events if one["kind"] == "open_pack")
    count = f"opened {opened} = in {len(put_in)} + unused {opened - len(put_in)}"
    assert dict(section["facts"])["Count"].startswith(count)
    kinds = Counter(one["kind"] for one in events)
    assert (kinds["twitch"], kinds["sensation"], kinds["count"]) == (1, 1, 2)
    assert len(section["lines"]) == 1, "the count that was wrong at first is in the note"


def measures_of_the_note(section: Row, rows: list[Row]) -> None:
    """Before and after of each measure."""
    stored: dict[str, dict[str, float]] = {}
    for row in rows:
        name = movements()[row["what"]].name if row["kind"] == "range" else row["kind"].capitalize()
        stored.setdefault(name, {})[row["moment"]] = float(row["value"])
    for name, before, after, _change in section["rows"]:
        (found,) = (values for key, values in stored.items() if str(name).startswith(key))
        assert found == {"before": float(before), "after": float(after)}
    assert len(section["rows"]) == len(stored)


def _one_line(section: Row, *expected: str) -> None:
    """Each text stands somewhere in the section."""
    everything = json.dumps([section["facts"], section["rows"], section["lines"]], ensure_ascii=False)
    assert expected
    for text in expected:
        assert text in everything, f"{text!r} is not in {section['title']}"


def bundle_holds_the_visit(bundle: Row, tables: dict[str, list[Row]]) -> None:
    """Every row of the visit is in it, and a Procedure for each muscle with its site and side."""
    by_type = Counter(entry["resource"]["resourceType"] for entry in bundle["entry"])
    ids = {entry["resource"].get("id") for entry in bundle["entry"]}
    kinds = (
        "visit",
        "screening",
        "consent",
        "measure",
        "plan",
        "decision",
        "note",
        "treatment",
        "palpation",
        "session",
    )
    for kind in kinds:
        assert {row["id"] for row in tables[kind]} <= ids, kind
    sites = [
        json.dumps(entry["resource"]["bodySite"])
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Procedure" and "partOf" in entry["resource"]
    ]
    muscles = {(one["body"]["muscle"], one["body"]["side"]) for one in tables["sessionevent"] if one["kind"] == "in"}
    assert len(sites) == len(muscles)
    for muscle, side in muscles:
        assert [site for site in sites if f'"{muscle}"' in site and SNOMED_SIDE[side] in site], muscle
    for kind in ("Encounter", "Observation", "Consent", "QuestionnaireResponse", "CarePlan", "Provenance"):
        assert by_type[kind] > 0, kind


def bundle_is_valid(bundle: Row) -> None:
    """Both validators of house.md."""
    report = judges.official(bundle)
    assert report["issues"] == []
    assert report["resources"] >= len(bundle["entry"])
    assert judges.healthchain(bundle) == []


def nothing_is_lost_elsewhere(exported: str, folder: Path) -> None:
    """Into an empty Filiform, and out again: the same entries."""
    other = Installation(folder / "data")
    other.data.mkdir(parents=True)
    file = folder / "out.json"
    file.write_text(exported)
    taken = json.loads(other.run("import", str(file)))
    assert taken["refused"] == []
    again = json.loads(other.run("export", taken["patient"], "--fhir"))
    assert _by_id(again) == _by_id(json.loads(exported))


def _by_id(bundle: Row) -> dict[tuple[str, str], Row]:
    found = {(e["resource"]["resourceType"], e["resource"]["id"]): e["resource"] for e in bundle["entry"]}
    assert len(found) == len(bundle["entry"])
    return found
