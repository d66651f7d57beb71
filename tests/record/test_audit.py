"""The audit chain: it verifies, it finds every row that was touched, and it holds nobody's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from filiform.clinical.access import Act
from filiform.record import audit
from filiform.record.actions import book, follow, people
from filiform.record.models import AuditRow
from filiform.record.reads.practice import audit_trail
from filiform.record.write import Refused
from tests import clinic, steps
from tests.clinic import NOW, Clinic

ROWS = 20
MIDDLE = 10


@pytest.fixture
def here(db: None) -> Clinic:
    """A practice with more than ROWS audit rows, and the triggers off for this test: somebody who owns the database."""
    here = clinic.make()
    while newest(here) < ROWS:
        audit.leave(by=here.therapist, at=NOW, act=Act.READ_CHART, about=here.patient, detail={"n": newest(here)})
    connection.check_constraints()
    for what in ("update", "delete"):
        run(f"DROP TRIGGER record_auditrow_no_{what}" + (" ON record_auditrow" if pg() else ""))
    return here


def pg() -> bool:
    return connection.vendor == "postgresql"


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def newest(here: Clinic) -> int:
    return chain(here).count()


def chain(here: Clinic) -> Any:
    return AuditRow.objects.filter(practice_id=here.practice)


def change(**values: Any) -> Callable[[Clinic], None]:
    return lambda here: chain(here).filter(number=MIDDLE).update(**values) and None


def remove(here: Clinic) -> None:
    chain(here).filter(number=MIDDLE).delete()


def remove_and_renumber(here: Clinic) -> None:
    remove(here)
    for row in chain(here).filter(number__gt=MIDDLE).order_by("number"):
        chain(here).filter(number=row.number).update(number=row.number - 1)


def swap(here: Clinic) -> None:
    one, two = chain(here).get(number=MIDDLE), chain(here).get(number=MIDDLE + 1)
    chain(here).filter(pk=one.pk).update(number=9999)
    chain(here).filter(pk=two.pk).update(number=MIDDLE)
    chain(here).filter(pk=one.pk).update(number=MIDDLE + 1)


def insert(here: Clinic) -> None:
    for row in chain(here).filter(number__gte=MIDDLE).order_by("-number"):
        chain(here).filter(pk=row.pk).update(number=row.number + 1)
    row = chain(here).get(number=MIDDLE - 1)
    row.pk, row.number = None, MIDDLE
    row.save(force_insert=True)


def reseal_one(here: Clinic) -> None:
    """Changed by somebody who knows how a seal is made, and sealed again."""
    before, row = chain(here).get(number=MIDDLE - 1), chain(here).get(number=MIDDLE)
    row.by = "staff:somebody-else"
    part = audit._sealed_part(
        here.practice, row.number, row.at, row.by, row.role, row.act, row.about, row.done, dict(row.detail)
    )
    change(by=row.by, sealed=audit.seal(before.sealed, part))(here)


@pytest.mark.control("C-108")
def test_an_untouched_chain_verifies(here: Clinic) -> None:
    assert audit.first_broken(here.practice) is None
    assert audit.first_broken(here.practice, newest=5) is None
    assert audit.first_broken(here.practice, newest=10_000) is None


@pytest.mark.control("C-108")
@pytest.mark.parametrize(
    ("touch", "found"),
    [
        (change(by="staff:somebody-else"), MIDDLE),
        (change(about="another"), MIDDLE),
        (change(act="employ"), MIDDLE),
        (change(role="owner"), MIDDLE),
        (change(done=False), MIDDLE),
        (change(at=NOW.replace(microsecond=1)), MIDDLE),
        (change(detail={"n": -1}), MIDDLE),
        (change(sealed="f" * 64), MIDDLE),
        (remove, MIDDLE),
        (remove_and_renumber, MIDDLE),
        (swap, MIDDLE),
        (insert, MIDDLE),
        (reseal_one, MIDDLE + 1),
    ],
)
def test_a_row_that_was_touched_is_found(here: Clinic, touch: Callable[[Clinic], None], found: int) -> None:
    touch(here)
    assert audit.first_broken(here.practice) == found
    assert audit.first_broken(here.practice, newest=newest(here) - MIDDLE + 2) == found
    owner = here.staff["owner"]
    assert audit_trail(by=owner, now=NOW).first_broken == found


@pytest.mark.control("C-108")
def test_what_lies_before_the_newest_is_trusted(here: Clinic) -> None:
    change(by="staff:somebody-else")(here)
    assert audit.first_broken(here.practice, newest=5) is None


def test_chains_of_two_practices_are_two(here: Clinic) -> None:
    other = clinic.make("Birch")
    change(by="x")(here)
    assert audit.first_broken(other.practice) is None
    assert list(chain(other).values_list("number", flat=True)) == list(range(1, newest(other) + 1))


def test_what_is_cut_off_at_the_end_is_not_seen(here: Clinic) -> None:
    """A chain cannot see that: the newest seal must be kept elsewhere. Said here so that nobody believes otherwise."""
    chain(here).filter(number__gt=MIDDLE).delete()
    assert audit.first_broken(here.practice) is None


def test_the_trail_says_who_and_what(here: Clinic) -> None:
    trail = audit_trail(by=here.staff["auditor"], now=NOW, about=str(here.visit))
    assert [line.who for line in trail.rows if line.act == "book visit"] == ["Front Desk of Alder"]
    assert trail.whole


# ---- nothing about the patient in it

CANARY = {
    "family": "Quetzalcoatl-Vance",
    "given": "Xiomara",
    "phone": "512 555 8675",
    "email": "xiomara@quetzal.example",
    "birth_date": date(1971, 2, 27),
}
SPOKEN = ("Quetzalcoatl", "quetzalcoatl", "Xiomara", "xiomara", "5558675", "555 8675", "1971-02-27", "27 Feb 1971")
CLINICAL = ("upper_trapezius", "shoulder_superior", "anticoagulant", "Neck pain", "screen when driving")


@pytest.mark.django_db
@pytest.mark.control("C-109")
def test_no_audit_row_holds_a_name_a_birth_date_a_number_or_a_finding() -> None:
    here = clinic.make()
    desk = here.staff["front_desk"]
    with pytest.raises(Refused):  # in a refusal neither
        people.register_patient(**{**about(here), **CANARY, "given": "", "family": ""})
    patient = people.register_patient(**about(here), **CANARY)  # type: ignore[arg-type]
    visit = book.book_visit(
        by=desk,
        now=NOW,
        patient_id=patient,
        practitioner_id=here.staff["owner"].staff_id,  # type: ignore[arg-type]
        place_id=here.place,
        starts_at=NOW,
        minutes=30,
        reason="Xiomara Quetzalcoatl-Vance's neck",
    )
    book.mark_arrived(by=desk, now=NOW, visit_id=visit)
    one = steps.Visit(here, visit, NOW, birth=CANARY["birth_date"])  # type: ignore[arg-type]
    steps.on(one, "amended")
    token = follow.make_link(**one.about(purpose="screening"))
    follow.open_link(by=desk, now=one.at, token=token, birth_date=CANARY["birth_date"])  # type: ignore[arg-type]
    book.request_visit(by=desk, now=NOW, place_id=here.place, name="Xiomara", phone=CANARY["phone"])  # type: ignore[arg-type]

    whole = "\n".join(map(str, AuditRow.objects.values_list("by", "role", "act", "about", "detail")))
    assert whole.count("\n") > 25
    assert [word for word in (*SPOKEN, *CLINICAL, token) if word in whole] == []
    assert str(patient) in whole, "the negative control: what is in there is found"


def about(here: Clinic) -> dict[str, Any]:
    return {"by": here.staff["front_desk"], "now": NOW, "place_id": here.place}
