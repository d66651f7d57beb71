"""Clinical rows are appended, never overwritten or deleted: the database itself refuses, on both engines.

Cost: one trigger per table. Danger: a migration that must change such rows has to drop the trigger and say why.
Lawful erasure (a later issue) works through the table `record_erasurepermit`: while a row stands there, DELETE passes.
"""

from __future__ import annotations

APPEND_ONLY = (
    "record_auditrow",
    "record_credential",
    "record_import",
    "record_importedresource",
    "record_problem",
    "record_medicine",
    "record_allergy",
    "record_device",
    "record_screening",
    "record_doctoranswer",
    "record_consent",
    "record_consentwithdrawal",
    "record_paindrawing",
    "record_palpation",
    "record_choice",
    "record_sessionevent",
    "record_treatment",
    "record_measure",
    "record_plan",
    "record_decision",
    "record_adverseevent",
    "record_note",
    "record_amendment",
)
# These change in one known way (arrive, close, read, send) but are never deleted.
NEVER_DELETED = (
    "record_patient",
    "record_visit",
    "record_episode",
    "record_session",
    "record_followup",
    "record_followupanswer",
)

WHO = ("practitioner_id", "room_id", "patient_id")  # nobody is in two visits at once
_PERMITTED = "EXISTS (SELECT 1 FROM record_erasurepermit)"


def sqlite_up() -> list[str]:
    """The statements that put the triggers on, for SQLite."""
    return [
        *(_sqlite_trigger(table, "UPDATE", "1") for table in APPEND_ONLY),
        *(_sqlite_trigger(table, "DELETE", f"NOT {_PERMITTED}") for table in (*APPEND_ONLY, *NEVER_DELETED)),
        _SQLITE_CLOSED,
        *_sqlite_no_double_booking(),
    ]


def postgresql_up() -> list[str]:
    """The statements that put the triggers and the exclusion constraints on, for PostgreSQL."""
    return [
        _PG_FUNCTION,
        *(_pg_trigger(table, "UPDATE") for table in APPEND_ONLY),
        *(_pg_trigger(table, "DELETE") for table in (*APPEND_ONLY, *NEVER_DELETED)),
        _PG_CLOSED_FUNCTION,
        "CREATE TRIGGER session_stays_closed BEFORE UPDATE ON record_session "
        "FOR EACH ROW EXECUTE FUNCTION filiform_session_stays_closed()",
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        *(_pg_no_overlap(who) for who in WHO),
    ]


def _sqlite_trigger(table: str, what: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: rows are appended, never changed or deleted'); END"
    )


_SQLITE_CLOSED = (
    "CREATE TRIGGER session_stays_closed BEFORE UPDATE ON record_session WHEN OLD.closed_at IS NOT NULL "
    "BEGIN SELECT RAISE(ABORT, 'record_session: a closed session is never changed'); END"
)


def _sqlite_no_double_booking() -> list[str]:
    clash = " OR ".join(
        f"EXISTS (SELECT 1 FROM record_visit v WHERE v.{who} = NEW.{who} AND v.starts_at < NEW.ends_at "
        # No visit lasts more than four hours (visit_within_four_hours): the index need not be read further back.
        "AND v.starts_at > datetime(NEW.starts_at, '-4 hours') AND v.ends_at > NEW.starts_at "
        "AND v.id <> NEW.id AND v.state IN ('booked', 'arrived'))"
        for who in WHO
    )
    return [
        f"CREATE TRIGGER visit_no_double_booking_{when.lower()} BEFORE {when} ON record_visit "
        f"WHEN NEW.state IN ('booked', 'arrived') AND ({clash}) "
        "BEGIN SELECT RAISE(ABORT, 'visit_no_double_booking'); END"
        for when in ("INSERT", "UPDATE")
    ]


_PG_FUNCTION = f"""
CREATE FUNCTION filiform_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND {_PERMITTED} THEN RETURN OLD; END IF;
  RAISE EXCEPTION '%: rows are appended, never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_PG_CLOSED_FUNCTION = """
CREATE FUNCTION filiform_session_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL THEN
    RAISE EXCEPTION 'record_session: a closed session is never changed'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
"""


def _pg_trigger(table: str, what: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION filiform_append_only()"
    )


def _pg_no_overlap(who: str) -> str:
    return (
        f"ALTER TABLE record_visit ADD CONSTRAINT visit_no_double_booking_{who} EXCLUDE USING gist "
        f"({who} WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (state IN ('booked', 'arrived'))"
    )
