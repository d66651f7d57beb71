"""Consent: to named areas, to the text that was shown, by a named person; taken back at any moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform import knowledge
from filiform.clinical import consent as rule
from filiform.record import agreeing
from filiform.record.actions import consent
from filiform.record.models import AuditRow, Choice, Consent, ConsentWithdrawal
from filiform.record.reads.consent import ConsentToday, consent_today
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from tests import clinic
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db
NECK = {"region": "neck_lateral", "side": "right"}
STROKES = "M10 20L30 40L50 20M60 60L61 61"


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def look(here: Clinic, **other: Any) -> ConsentToday:
    return consent_today(**{"by": here.therapist, "now": NOW, "visit_id": here.visit, **other})


def sign(here: Clinic, seen: int = 0, **other: Any) -> int:
    usual: dict[str, Any] = {
        "areas": [NECK],
        "text_hash": agreeing.text_for(agreeing.chosen(here.visit)).hash,
        "signed_by": "Maya Okafor",
    }
    return consent.sign_consent(
        **{"by": here.therapist, "now": NOW, "visit_id": here.visit, "seen": seen, **usual, **other}
    )


def withdraw(here: Clinic, seen: int = 1, **other: Any) -> None:
    consent.withdraw_consent(
        **{"by": here.therapist, "now": NOW + timedelta(minutes=5), "visit_id": here.visit, "seen": seen, **other}
    )


def chosen(here: Clinic, *muscles: tuple[str, str], number: int = 1) -> None:
    Choice.objects.create(
        visit_id=here.visit,
        number=number,
        muscles=[{"muscle": muscle, "side": side} for muscle, side in muscles],
        recorded_at=NOW,
        recorded_by=here.therapist.id,
    )


def rules(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {block.rule for block in refusal.value.blocks}


def test_a_typed_name_is_the_signature(here: Clinic) -> None:
    assert sign(here) == 1
    row = Consent.objects.get(visit_id=here.visit)
    assert (row.way, row.signature, row.signed_by) == ("typed", "Maya Okafor", "Maya Okafor")
    assert row.sites == [NECK]
    assert row.text_version == knowledge.book().consent.version
    page = look(here)
    assert page.newest is not None
    assert page.newest.witness == here.therapist.name
    assert page.newest.withdrawn_at is None


def test_a_drawn_signature_is_kept_as_strokes_with_the_name(here: Clinic) -> None:
    sign(here, strokes=STROKES, signs_as="guardian", signed_by="  Ada   Okafor ")
    row = Consent.objects.get(visit_id=here.visit)
    assert (row.way, row.signature, row.signed_by) == ("drawn", STROKES, "Ada Okafor (parent or guardian)")


@pytest.mark.control("C-064")
def test_areas_are_exactly_where_the_chosen_muscles_are_entered(here: Clinic) -> None:
    chosen(here, ("soleus", "left"), ("upper_trapezius", "right"))
    muscles = knowledge.book().muscles
    expected = {(r, "left") for r in muscles["soleus"].enters} | {
        (r, "right") for r in muscles["upper_trapezius"].enters
    }
    assert {(site.region, site.side) for site in look(here).areas} == expected
    signed = rule.Signed(NOW.date(), frozenset(look(here).areas), "", True)
    planned = [rule.planned(muscles[one.muscle], one.side) for one in look(here).head.choice]
    assert rule.covers(signed, planned, NOW.date()) == ()


@pytest.mark.control("C-064")
def test_the_line_on_the_lung_is_in_the_text_exactly_when_a_muscle_lies_over_it(here: Clinic) -> None:
    assert look(here).text.over_lung, "while no muscle is chosen any could be"
    chosen(here, ("soleus", "left"))
    assert not look(here).text.over_lung
    sign(here)
    assert not Consent.objects.get(visit_id=here.visit).pleural_risk_told
    chosen(here, ("soleus", "left"), ("upper_trapezius", "right"), number=2)
    assert look(here).text.over_lung
    sign(here, seen=1)
    assert Consent.objects.get(visit_id=here.visit, number=2).pleural_risk_told


@pytest.mark.control("C-064")
def test_a_text_that_is_not_the_one_shown_now_cannot_be_signed(here: Clinic) -> None:
    chosen(here, ("soleus", "left"))
    opened = look(here).text.hash
    chosen(here, ("upper_trapezius", "right"), number=2)
    with pytest.raises(Refused) as refusal:
        sign(here, text_hash=opened)
    assert rules(refusal) == {"consent.text_changed"}
    assert not Consent.objects.exists()
    assert sign(here, text_hash=look(here).text.hash) == 1  # the negative control: the text as it is now


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"areas": []}, "consent.areas_missing"),
        ({"areas": [{"region": "wing", "side": "left"}]}, "site.region_unknown"),
        ({"areas": [{"region": "palm", "side": "midline"}]}, "site.not_midline"),
        ({"areas": [NECK] * 400}, "consent.areas_many"),
        ({"signed_by": "  "}, "consent.name_missing"),
        ({"signed_by": "x" * 161}, "consent.name_too_long"),
        ({"signs_as": "neighbour"}, "consent.signs_as"),
        ({"text_hash": ""}, "consent.text_changed"),
        ({"strokes": "M1 1"}, "consent.strokes"),
        ({"strokes": '"/><script>alert(1)</script>'}, "consent.strokes"),
        ({"strokes": "M1 1" + "L2 2" * 10_001}, "consent.strokes"),
    ],
)
def test_wrong_input_is_refused_by_name_and_nothing_is_stored(
    here: Clinic, change: dict[str, Any], refused: str
) -> None:
    with pytest.raises(Refused) as refusal:
        sign(here, **change)
    assert rules(refusal) == {refused}
    assert not Consent.objects.exists()


def test_of_two_who_sign_at_once_one_wins(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    sign(here)
    with pytest.raises(Stale):
        sign(here, signed_by="Somebody else")
    monkeypatch.setattr(consent.within, "next_number", lambda *_: 1)
    with pytest.raises(Stale):
        sign(here, signed_by="Somebody else")
    assert Consent.objects.get(visit_id=here.visit).signed_by == "Maya Okafor"


@pytest.mark.control("C-064")
def test_withdrawal_needs_no_reason_and_ends_the_consent(here: Clinic) -> None:
    sign(here)
    withdraw(here)
    page = look(here)
    assert page.newest is not None
    assert page.newest.withdrawn_at is not None
    assert page.head.consent is not None
    assert page.head.consent.withdrawn
    assert sign(here, seen=1) == 2, "the patient may agree again"
    assert not look(here).head.consent.withdrawn  # type: ignore[union-attr]


def test_withdrawing_twice_or_what_nobody_saw_is_told(here: Clinic) -> None:
    with pytest.raises(Refused) as refusal:
        withdraw(here, seen=0)
    assert rules(refusal) == {"consent.missing"}
    sign(here)
    with pytest.raises(Stale):
        withdraw(here, seen=0)
    withdraw(here, because="I changed my mind")
    with pytest.raises(Stale):
        withdraw(here)
    assert ConsentWithdrawal.objects.get().because == "I changed my mind"


def test_too_long_a_reason_is_refused(here: Clinic) -> None:
    sign(here)
    with pytest.raises(Refused) as refusal:
        withdraw(here, because="x" * 501)
    assert rules(refusal) == {"consent.reason_too_long"}
    assert not ConsentWithdrawal.objects.exists()


@pytest.mark.parametrize("role", ["front_desk", "owner", "auditor"])
def test_only_a_therapist_witnesses(here: Clinic, role: str) -> None:
    sign(here)
    with pytest.raises(NotAllowed):
        sign(here, seen=1, by=here.staff[role])
    with pytest.raises(NotAllowed):
        withdraw(here, by=here.staff[role])
    assert AuditRow.objects.filter(about=str(here.visit), done=False).count() == 2


def test_another_practice_sees_nothing(here: Clinic) -> None:
    sign(here)
    other = clinic.make("Birch").therapist
    for act in (
        lambda: sign(here, seen=1, by=other),
        lambda: withdraw(here, by=other),
        lambda: look(here, by=other),
    ):
        with pytest.raises(NotFound):
            act()
    assert Consent.objects.count() == 1


def test_front_desk_may_not_read_it(here: Clinic) -> None:
    with pytest.raises(NotAllowed):
        look(here, by=here.staff["front_desk"])


@given(st.text(max_size=60))
def test_strokes_are_never_more_than_strokes(text: str) -> None:
    """What is let through goes into an SVG path: only M, L, digits and spaces."""
    try:
        consent._check_strokes(text)
    except Refused:
        return
    assert set(text) <= set("ML 0123456789")
