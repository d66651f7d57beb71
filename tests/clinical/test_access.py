"""Role by act, typed a second time: who may do what, and that nobody else may."""

from __future__ import annotations

import pytest

from filiform.clinical import access
from filiform.clinical.access import ALLOWED, Act, Role, may

DESK, THERAPIST, OWNER, AUDITOR, PATIENT, SYSTEM = (
    Role.FRONT_DESK, Role.THERAPIST, Role.OWNER, Role.AUDITOR, Role.PATIENT, Role.SYSTEM,
)  # fmt: skip
READS = {act for act in Act if act.value.startswith(("see_", "find_", "read_")) and act is not Act.READ_ANSWER}
HANDS_ON = {
    Act.RECORD_DOCTOR_ANSWER, Act.SIGN_CONSENT, Act.WITHDRAW_CONSENT, Act.PALPATE, Act.CHOOSE_MUSCLES,
    Act.OPEN_SESSION, Act.ADD_SESSION_EVENT, Act.CLOSE_SESSION, Act.GIVE_TREATMENT, Act.MEASURE, Act.OPEN_EPISODE,
    Act.WRITE_PLAN, Act.DECIDE, Act.SIGN_NOTE, Act.AMEND_NOTE, Act.ADD_BACKGROUND,
}  # fmt: skip


def test_every_act_has_a_row_and_somebody_who_may() -> None:
    assert set(ALLOWED) == set(Act)
    assert all(ALLOWED.values())


@pytest.mark.parametrize("act", sorted(HANDS_ON))
def test_what_needs_clinical_hands_is_a_therapists_alone(act: Act) -> None:
    assert {role for role in Role if not may(role, act)} == {THERAPIST}


def test_an_auditor_writes_nothing() -> None:
    assert {act for act in Act if not may(AUDITOR, act)} <= READS


def test_the_front_desk_reads_nothing_clinical() -> None:
    clinical = {Act.READ_CHART, Act.READ_AUDIT, Act.READ_ANSWER, Act.EXPORT_RECORD, *HANDS_ON}
    assert not {act for act in clinical if not may(DESK, act)}


def test_a_patient_answers_for_themselves_only() -> None:
    allowed = {act for act in Act if not may(PATIENT, act)}
    assert allowed == {
        Act.SEE_PUBLIC_PAGES, Act.READ_OWN_LINK, Act.REQUEST_VISIT, Act.SCREEN, Act.DRAW_PAIN, Act.ANSWER_FOLLOW_UP,
    }  # fmt: skip


def test_the_program_itself_needles_and_signs_nothing() -> None:
    assert not {act for act in HANDS_ON if not may(SYSTEM, act)}


def test_a_refusal_names_role_and_act() -> None:
    [block] = may(AUDITOR, Act.SIGN_NOTE)
    assert (block.rule, block.because) == ("access.role", "The role auditor may not sign note.")


def test_an_act_without_a_row_is_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "ALLOWED", {})
    assert all(may(role, act) for role in Role for act in Act)
