"""Days, years and blood pressures in what people write, and what they change in a screening of facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from filiform.clinical.screen.facts_days import before, last_day, over, pressure, within
from tests.clinical.screen.test_facts import also, asked, found

ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("clot on 2026-10-05", date(2026, 10, 5)),
        ("started 2024-01-02, doubled 2026-11-12", date(2026, 11, 12)),
        ("2026-02-31", None),
        ("in 2019", None),
        ("call 12026-10-055", None),
        ("", None),
    ],
)
def test_the_latest_full_date_counts(text: str, day: date | None) -> None:
    assert last_day(text) == day


def test_within_and_over_at_their_edges() -> None:
    assert within("2026-08-23", ON, 92) and not within("2026-08-22", ON, 92)
    assert over("2026-08-22", ON, 92) and not over("2026-08-23", ON, 92)
    assert not within("in August", ON, 92) and not over("in August", ON, 92)
    assert over("in 2024", ON, 92)
    assert not over("in 2025", ON, 92)  # the last day of 2025 is long over, but "last year" is often told of last month


def test_before_a_day() -> None:
    day = date(2026, 9, 1)
    assert before("2026-08-31", day) and not before("2026-09-01", day)
    assert before("in 2025", day) and not before("in 2026", day)
    assert not before("lately", day)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("BP 185/95", (185, 95)),
        ("blood pressure at rest: 150 / 112", (150, 112)),
        ("5/10 pain", None),
        ("knee 120/80", None),
        ("bp is fine", None),
    ],
)
def test_a_blood_pressure(text: str, numbers: tuple[int, int] | None) -> None:
    assert pressure(text) == numbers


TOLD: list[tuple[dict[str, Any], str, set[str], set[str]]] = [
    # facts, disposition, findings among, asked among
    ({"symptoms": ["BP 179/109"]}, "proceed", set(), set()),
    ({"symptoms": ["BP 180/109"]}, "defer", {"blood_pressure defer"}, {"blood_pressure"}),
    ({"symptoms": ["BP 179/110"]}, "defer", {"blood_pressure defer"}, {"blood_pressure"}),
    ({"symptoms": ["BP 190/100", "no headache"]}, "defer", {"blood_pressure defer"}, {"blood_pressure"}),
    ({"symptoms": ["BP 190/100", "headache"]}, "emergency", {"blood_pressure alert"}, set()),
    ({"fever": 38.4, "symptoms": ["no stiff neck"]}, "defer", {"infection defer"}, {"infection"}),
    ({"fever": 38.4, "symptoms": ["stiff neck"]}, "emergency", {"infection alert"}, set()),
    ({"symptoms": ["fever", "stiff neck"]}, "emergency", {"infection alert"}, set()),
    ({"fever": True, "symptoms": ["tingling of the nose"]}, "defer", {"infection defer"}, {"other"}),
    ({"symptoms": ["no fever", "stiff neck"]}, "proceed", set(), {"other"}),
    ({"pregnancy_weeks": 24, "symptoms": ["contractions"]}, "defer", {"pregnancy defer"}, set()),
    ({"symptoms": ["muscle contractions"]}, "proceed", set(), {"other"}),
    ({"surgery": "left hip replacement on 2026-10-12"}, "consult_first", {"surgery consult", "implant region"}, set()),
    ({"surgery": "left hip replacement on 2026-01-12"}, "region_excluded", {"implant region"}, {"surgery"}),
    ({"surgery": "left hip replacement"}, "consult_first", {"surgery consult"}, set()),
    ({"conditions": ["epilepsy"], "events": ["seizure on 2026-10-20"]}, "consult_first", {"epilepsy defer"}, set()),
    ({"conditions": ["epilepsy, seizure free since 2019-02-03"]}, "consult_first", set(), {"epilepsy"}),
    ({"conditions": ["DVT left leg on 2026-10-05"]}, "consult_first", {"vascular_disease defer"}, set()),
    ({"conditions": ["DVT left leg on 2026-01-05"]}, "consult_first", {"vascular_disease consult"}, set()),
    ({"events": ["collapsed lung after dry needling in 2024"]}, "consult_first", {"reaction consult"}, {"red_flag"}),
    ({"events": ["collapsed yesterday"]}, "emergency", {"acute_medical alert"}, set()),
    ({"symptoms": ["chest pain since 2019"]}, "emergency", {"red_flag alert"}, set()),
    ({"skin": "cellulitis left calf, spreading"}, "emergency", {"infection alert"}, set()),
    ({"lymphoedema": "left arm, lymphoedema is red and hot"}, "emergency", {"lymphoedema alert"}, set()),
    ({"skin": "infected toenail"}, "defer", {"infection defer"}, set()),
    ({"conditions": ["HIV infected, CD4 normal"]}, "proceed", {"blood_borne_virus note"}, {"immunosuppression"}),
]


@pytest.mark.parametrize(
    ("told", "disposition", "findings", "asks"), TOLD, ids=[str(number) for number in range(len(TOLD))]
)
def test_what_was_told(told: dict[str, Any], disposition: str, findings: set[str], asks: set[str]) -> None:
    result = also(**told)
    assert result.disposition == disposition, (found(result), asked(result))
    assert findings <= found(result)
    assert asks <= asked(result)


YES = {"condition": "anticoagulant", "asked": "Needling?", "answered_by": "Dr X", "on": "2026-09-01", "verdict": "yes"}


@pytest.mark.parametrize(
    ("event", "reopened"),
    [
        ("seizure on 2026-11-09", True),
        ("bleed on 2026-08-09", False),
        ("bleed in 2019", False),
        ("bleed in 2026", True),
        ("pneumonia", True),
    ],
)
def test_a_change_after_the_doctor_s_answer_reopens_it_and_one_before_does_not(event: str, reopened: bool) -> None:
    result = also(medications=["apixaban 5 mg"], events=[event], doctor_answer=YES)
    assert ("anticoagulant consult" in found(result)) is reopened


def test_guard_removed_a_date_that_is_not_read_would_clear_the_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: where every operation counts as over, the one of six weeks ago is no finding any more."""
    monkeypatch.setattr("filiform.clinical.screen.facts_map.over", lambda *_: True)
    told, disposition, findings, asks = TOLD[12]
    with pytest.raises(AssertionError):
        test_what_was_told(told, disposition, findings, asks)
