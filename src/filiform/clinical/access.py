"""Who may do what: role by act, one table. The same answer opens a route, refuses a write and hides a button."""

from __future__ import annotations

from enum import StrEnum

from filiform.clinical.terms import Block


class Role(StrEnum):
    FRONT_DESK = "front_desk"
    THERAPIST = "therapist"
    OWNER = "owner"
    AUDITOR = "auditor"  # reads everything, writes nothing
    PATIENT = "patient"  # holds a signed link, has no account
    VISITOR = "visitor"  # nobody has signed in
    SYSTEM = "system"  # the program itself: due messages, imports from the command line


STAFF = frozenset({Role.FRONT_DESK, Role.THERAPIST, Role.OWNER, Role.AUDITOR})


class Act(StrEnum):
    # reading
    SEE_PUBLIC_PAGES = "see_public_pages"
    SEE_TODAY = "see_today"
    FIND_PATIENT = "find_patient"
    READ_CONTACT = "read_contact"  # name, birth date, telephone, what is still missing; nothing clinical
    READ_CHART = "read_chart"
    READ_OPEN_SESSIONS = "read_open_sessions"
    READ_FOLLOW_UPS = "read_follow_ups"
    READ_OUTBOX = "read_outbox"
    READ_REQUESTS = "read_requests"
    READ_AUDIT = "read_audit"
    READ_OWN_LINK = "read_own_link"
    SEE_ATLAS = "see_atlas"  # the muscles as the field knows them; no patient
    SEE_STOCK = "see_stock"  # lots and packs, no patient
    READ_LOT = "read_lot"  # whom needles of a lot went into, to call them; nothing else of them
    # the desk
    REQUEST_VISIT = "request_visit"
    ANSWER_REQUEST = "answer_request"
    REGISTER_PATIENT = "register_patient"
    BOOK_VISIT = "book_visit"
    MARK_ARRIVAL = "mark_arrival"
    # the visit
    SCREEN = "screen"
    RECORD_DOCTOR_ANSWER = "record_doctor_answer"
    SIGN_CONSENT = "sign_consent"
    WITHDRAW_CONSENT = "withdraw_consent"
    DRAW_PAIN = "draw_pain"
    PALPATE = "palpate"
    CHOOSE_MUSCLES = "choose_muscles"
    OPEN_SESSION = "open_session"
    ADD_SESSION_EVENT = "add_session_event"
    CLOSE_SESSION = "close_session"
    GIVE_TREATMENT = "give_treatment"
    MEASURE = "measure"
    OPEN_EPISODE = "open_episode"
    WRITE_PLAN = "write_plan"
    DECIDE = "decide"
    SIGN_NOTE = "sign_note"
    AMEND_NOTE = "amend_note"
    # afterwards
    ANSWER_FOLLOW_UP = "answer_follow_up"
    READ_ANSWER = "read_answer"  # a person took notice of what a patient answered, and says what came of it
    REPORT_ADVERSE_EVENT = "report_adverse_event"
    SEND_MESSAGES = "send_messages"
    MAKE_LINK = "make_link"
    # the record as a whole
    ADD_BACKGROUND = "add_background"
    IMPORT_RECORD = "import_record"
    EXPORT_RECORD = "export_record"
    SET_UP_PRACTICE = "set_up_practice"
    EMPLOY = "employ"
    KEEP_STOCK = "keep_stock"  # take in, put away, recall


_ANYONE = frozenset(Role) - {Role.SYSTEM}
_DESK = frozenset({Role.FRONT_DESK, Role.THERAPIST, Role.OWNER})
_CLINICIAN = frozenset({Role.THERAPIST})
_CLINICAL_READER = frozenset({Role.THERAPIST, Role.OWNER, Role.AUDITOR})

ALLOWED: dict[Act, frozenset[Role]] = {
    Act.SEE_PUBLIC_PAGES: _ANYONE,
    Act.SEE_TODAY: STAFF,
    Act.FIND_PATIENT: STAFF,
    Act.READ_CONTACT: STAFF,
    Act.READ_CHART: _CLINICAL_READER,
    Act.READ_OPEN_SESSIONS: STAFF,
    Act.READ_FOLLOW_UPS: STAFF,
    Act.READ_OUTBOX: STAFF,
    Act.READ_REQUESTS: STAFF,
    Act.READ_AUDIT: frozenset({Role.OWNER, Role.AUDITOR}),
    Act.READ_OWN_LINK: frozenset({Role.PATIENT}),
    Act.SEE_ATLAS: STAFF,
    Act.SEE_STOCK: STAFF,
    Act.READ_LOT: STAFF,
    Act.REQUEST_VISIT: _ANYONE - {Role.AUDITOR},
    Act.ANSWER_REQUEST: _DESK,
    Act.REGISTER_PATIENT: _DESK,
    Act.BOOK_VISIT: _DESK,
    Act.MARK_ARRIVAL: _DESK,
    Act.SCREEN: _CLINICIAN | {Role.PATIENT},
    Act.RECORD_DOCTOR_ANSWER: _CLINICIAN,
    Act.SIGN_CONSENT: _CLINICIAN,
    Act.WITHDRAW_CONSENT: _CLINICIAN,
    Act.DRAW_PAIN: _CLINICIAN | {Role.PATIENT},
    Act.PALPATE: _CLINICIAN,
    Act.CHOOSE_MUSCLES: _CLINICIAN,
    Act.OPEN_SESSION: _CLINICIAN,
    Act.ADD_SESSION_EVENT: _CLINICIAN,
    Act.CLOSE_SESSION: _CLINICIAN,
    Act.GIVE_TREATMENT: _CLINICIAN,
    Act.MEASURE: _CLINICIAN,
    Act.OPEN_EPISODE: _CLINICIAN,
    Act.WRITE_PLAN: _CLINICIAN,
    Act.DECIDE: _CLINICIAN,
    Act.SIGN_NOTE: _CLINICIAN,
    Act.AMEND_NOTE: _CLINICIAN,
    Act.ANSWER_FOLLOW_UP: _DESK | {Role.PATIENT},
    Act.READ_ANSWER: _CLINICIAN | {Role.OWNER},
    Act.REPORT_ADVERSE_EVENT: _CLINICIAN | {Role.OWNER},
    Act.SEND_MESSAGES: frozenset({Role.SYSTEM}),
    Act.MAKE_LINK: _DESK | {Role.SYSTEM},
    Act.ADD_BACKGROUND: _CLINICIAN,
    Act.IMPORT_RECORD: frozenset({Role.SYSTEM, Role.OWNER}),
    Act.EXPORT_RECORD: frozenset({Role.SYSTEM, Role.OWNER, Role.THERAPIST}),
    Act.SET_UP_PRACTICE: frozenset({Role.SYSTEM, Role.OWNER}),
    Act.EMPLOY: frozenset({Role.SYSTEM, Role.OWNER}),
    Act.KEEP_STOCK: _DESK,
}


def may(role: Role, act: Act) -> tuple[Block, ...]:
    """Empty when `role` may do `act`; else the one block that says so. An act without a row is for nobody."""
    if role in ALLOWED.get(act, frozenset()):
        return ()
    who = role.value.replace("_", " ")
    return (Block("access.role", f"The role {who} may not {act.value.replace('_', ' ')}."),)
