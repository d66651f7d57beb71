"""Who acts: a member of staff, a patient with a signed link, a visitor, or the program itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from filiform.clinical.access import Role

NOWHERE = UUID(int=0)  # the id of no practice: whoever has it finds nothing


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is opaque and goes into every row: `staff:<uuid>`, `patient:<uuid>`, `system:<what>`, `visitor`.

    `practice` bounds everything the actor can see; NOWHERE for a visitor and for the program before set-up.
    `place` is where a member of staff works today; None for others.
    """

    id: str
    role: Role
    practice: UUID = NOWHERE
    place: UUID | None = None
    name: str = ""
    patient: UUID | None = None  # whose link it is
    zone: str = "UTC"  # the practice's clock, for showing times

    @property
    def staff_id(self) -> UUID | None:
        """The practitioner's id, or None when the actor is not staff."""
        kind, _, value = self.id.partition(":")
        return UUID(value) if kind == "staff" else None


VISITOR = Actor(id="visitor", role=Role.VISITOR)


def system(what: str, practice: UUID | None) -> Actor:
    """The program itself, doing `what` (`import`, `worker`, `demo`, `setup`) for one practice."""
    return Actor(id=f"system:{what}", role=Role.SYSTEM, practice=practice or NOWHERE)
