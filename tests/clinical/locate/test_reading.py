"""The JSON of `./filiform locate`: read strictly, every fault with its place and what to do; the answer's keys."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

import pytest

from filiform.clinical.locate import reading
from filiform.clinical.locate.reading import BadDrawing, answered, from_json
from tests.clinical.locate.real import BOOK, KNOWN, MUSCLES

SHOULDER = {"region": "shoulder_anterior", "side": "right", "intensity": 7}
ARM = {"region": "upper_arm_lateral", "side": "right", "intensity": 4}
FOUND = {
    "muscle": "infraspinatus",
    "side": "right",
    "taut_band": True,
    "tenderness": 2,
    "familiar_pain": True,
    "twitch": False,
}
WOUND = {"scope": "region", "target": "scapula_body", "side": "right", "action": "avoid", "because": "Open wound."}
WHOLE = {"pain": [SHOULDER, ARM], "palpation": [FOUND], "restrictions": [WOUND]}


def told(value: Any) -> str:
    """All that a refusal says."""
    with pytest.raises(BadDrawing) as refused:
        from_json(value, BOOK.regions, MUSCLES)
    return "\n".join(refused.value.faults)


def answer(**changed: Any) -> dict[str, Any]:
    return answered(from_json({**WHOLE, **changed}, BOOK.regions, MUSCLES), MUSCLES, KNOWN, "the hash")


def restrict(**changed: Any) -> dict[str, Any]:
    return answer(restrictions=[{**WOUND, **changed}])


REFUSED = [
    ({"pain": [{**SHOULDER, "region": "shoulder_anteror"}]}, "pain[0].region", "did you mean shoulder_anterior?"),
    ({"pain": [ARM, {**SHOULDER, "region": "left_wing"}]}, "pain[1].region", "'left_wing' is no region."),
    ({"pain": [{**SHOULDER, "region": 7}]}, "pain[0].region", "7 is no region."),
    ({"pain": [{**SHOULDER, "side": "midline"}]}, "pain[0].side", "not on the midline of the body; say left or right"),
    ({"pain": [{**SHOULDER, "side": "up"}]}, "pain[0].side", "must be left, right or midline, not 'up'"),
    ({"pain": [{**SHOULDER, "side": []}]}, "pain[0].side", "must be left, right or midline"),
    ({"pain": [{**SHOULDER, "intensity": 11}]}, "pain[0].intensity", "whole number from 0 to 10, not 11"),
    ({"pain": [{**SHOULDER, "intensity": -1}]}, "pain[0].intensity", "not -1"),
    ({"pain": [{**SHOULDER, "intensity": True}]}, "pain[0].intensity", "not True"),
    ({"pain": [{**SHOULDER, "intensity": "7"}]}, "pain[0].intensity", "not '7'"),
    ({"pain": [{**SHOULDER, "intensity": 6.5}]}, "pain[0].intensity", "not 6.5"),
    ({"pain": [{"region": "palm", "side": "left"}]}, "pain[0].intensity", "is missing"),
    ({"pain": [{**SHOULDER, "quality": "ache"}]}, "pain[0].quality", "unknown key; known are region"),
    ({"pain": ["palm"]}, "pain[0]", "must be an object with region, side, intensity"),
    ({"pain": {}}, "pain", "must be a list"),
    ({"pain": [SHOULDER] * 401}, "pain", "at most 400"),
    (
        {"pain": [SHOULDER, {**SHOULDER, "intensity": 2}]},
        "pain[1]",
        "contradicts pain[0] about shoulder_anterior right",
    ),
    ({"palpation": [{**FOUND, "muscle": "infraspinatos"}]}, "palpation[0].muscle", "did you mean infraspinatus?"),
    ({"palpation": [{**FOUND, "muscle": ["x"]}]}, "palpation[0].muscle", "is no muscle of the table."),
    ({"palpation": [{**FOUND, "side": "midline"}]}, "palpation[0].side", "a muscle is not on the midline"),
    ({"palpation": [{**FOUND, "twitch": 1}]}, "palpation[0].twitch", "must be true or false, not 1"),
    ({"palpation": [{**FOUND, "tenderness": 4}]}, "palpation[0].tenderness", "3 withdraws, not 4"),
    ({"palpation": [{**FOUND, "tenderness": False}]}, "palpation[0].tenderness", "not False"),
    ({"palpation": [3]}, "palpation[0]", "must be an object"),
    (
        {"palpation": [FOUND, {**FOUND, "familiar_pain": False, "tenderness": 0}]},
        "palpation[1]",
        "contradicts palpation[0]",
    ),
    ({"palpation": [FOUND, {**FOUND, "twitch": True}]}, "palpation[1]", "infraspinatus right (twitch); keep the one"),
    ({"restrictions": [{**WOUND, "scope": "arm"}]}, "restrictions[0].scope", "patient, region, muscle, technique"),
    ({"restrictions": [{**WOUND, "action": "stop"}]}, "restrictions[0].action", "avoid, modify, consult"),
    ({"restrictions": [{**WOUND, "side": "both"}]}, "restrictions[0].side", "null for both"),
    ({"restrictions": [{**WOUND, "target": "wing"}]}, "restrictions[0].target", "'wing' is no region"),
    ({"restrictions": [{**WOUND, "scope": "muscle"}]}, "restrictions[0].target", "is no muscle of the table"),
    ({"restrictions": [{**WOUND, "target": None}]}, "restrictions[0].target", "must be a text"),
    ({"restrictions": [{**WOUND, "because": 3}]}, "restrictions[0].because", "must be a text"),
    ({"restrictions": [[]]}, "restrictions[0]", "must be an object"),
    ({"restriction": []}, "'restriction'", "unknown key; known are pain, palpation, restrictions"),
    ([], "the input", "must be a JSON object"),
    (None, "the input", "must be a JSON object"),
]


@pytest.mark.control("C-195")
@pytest.mark.parametrize(("value", "where", "says"), REFUSED, ids=[f"{n}-{one[1]}" for n, one in enumerate(REFUSED)])
def test_what_is_wrong_is_refused_with_its_place_and_what_to_do(value: Any, where: str, says: str) -> None:
    said = told(value)
    assert said.startswith(where), said
    assert says in said


@pytest.mark.control("C-195")
def test_negative_control_without_the_look_at_contradictions(monkeypatch: pytest.MonkeyPatch) -> None:
    value = {"palpation": [FOUND, {**FOUND, "twitch": True}]}
    monkeypatch.setattr(reading, "_twice", lambda *_: [])
    with pytest.raises(pytest.fail.Exception):
        told(value)


def test_every_fault_is_told_at_once() -> None:
    said = told({"pain": [{**SHOULDER, "intensity": 11, "side": "up"}], "more": 1})
    assert said.count("\n") == 2


def test_the_same_entry_twice_is_no_contradiction() -> None:
    assert answer(pain=[SHOULDER, SHOULDER, ARM], palpation=[FOUND, FOUND]) == answer()


def test_every_list_may_be_left_out() -> None:
    found = answered(from_json({}, BOOK.regions, MUSCLES), MUSCLES, KNOWN, "the hash")
    assert found["candidates"] == []
    assert found["knowledge"] == "the hash"


def test_red_flags_stand_first_and_the_keys_are_those_of_the_contract() -> None:
    found = answer(pain=[{**SHOULDER, "side": "left"}])
    assert list(found) == [
        "red_flags_to_ask",
        "candidates",
        "sets",
        "palpate_next",
        "unexplained",
        "method",
        "knowledge",
    ]
    assert found["red_flags_to_ask"][0]["id"] == "heart"
    assert found["red_flags_to_ask"][0]["sites"] == [{"region": "shoulder_anterior", "side": "left"}]


def test_what_a_restriction_locks_stands_last_with_it() -> None:
    last = answer()["candidates"][-1]
    assert (last["muscle"], last["restricted"]) == ("infraspinatus", WOUND)
    assert last["probability"] > 0.9
    free = [one for one in answer()["candidates"] if one["restricted"] is None]
    assert answer()["candidates"][: len(free)] == free


@pytest.mark.parametrize(
    ("changed", "locked"),
    [
        ({"side": "left"}, False),
        ({"side": None}, True),
        ({"action": "consult"}, True),
        ({"scope": "muscle", "target": "infraspinatus"}, True),
        ({"scope": "muscle", "target": "deltoid"}, False),
        ({"scope": "technique", "target": "estim", "side": None}, False),
    ],
)
def test_which_restriction_locks(changed: dict[str, Any], locked: bool) -> None:
    found = {one["muscle"]: one["restricted"] for one in restrict(**changed)["candidates"]}
    assert (found["infraspinatus"] is not None) is locked


def test_a_restriction_of_the_whole_patient_locks_every_muscle() -> None:
    found = restrict(scope="patient", target="fever", side=None)
    assert all(one["restricted"]["scope"] == "patient" for one in found["candidates"])
    assert found["palpate_next"] == []


def test_care_is_told_and_locks_nothing() -> None:
    first = restrict(action="modify", because="Short needles.")["candidates"][0]
    assert (first["muscle"], first["restricted"]) == ("infraspinatus", None)
    assert first["because"][-1] == "With care: Short needles."


def test_the_strictest_restriction_is_the_one_told() -> None:
    limits = [{**WOUND, "action": "modify"}, {**WOUND, "action": "consult"}, WOUND]
    assert answer(restrictions=limits)["candidates"][-1]["restricted"]["action"] == "avoid"


@pytest.mark.control("C-193")
def test_the_same_input_in_any_order_is_the_same_byte_for_byte() -> None:
    palpation = [FOUND, {**FOUND, "muscle": "deltoid", "familiar_pain": False}]
    pain = [SHOULDER, ARM, {"region": "sacrum", "side": "midline", "intensity": 3}, {**ARM, "side": "left"}]
    limits = [WOUND, {**WOUND, "action": "modify", "because": "b"}, {**WOUND, "action": "modify", "because": "a"}]
    lists = {"pain": pain, "palpation": palpation, "restrictions": limits}
    first = json.dumps(answer(**lists))
    for seed in range(10):
        mixed = deepcopy(lists)
        for one in mixed.values():
            random.Random(seed).shuffle(one)
        assert json.dumps(answer(**mixed)) == first
