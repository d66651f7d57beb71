"""Needles in stock: lots, what came in and what was put away, and recalls. Packs that were opened are in the ledger."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from filiform.clinical.stock import ALIKE
from filiform.record.models.base import Recorded, one_of
from filiform.record.models.practice import Place, Practice


class LotOf(models.Func):
    """The lot that an event names, as `clinical.stock.key` compares it: of `open_pack`, or of a correction of one.

    In the database's own words, so that an index can hold it: a recall asks every event that there ever was.
    """

    arity = 1
    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        column = "%(expressions)s"
        lot = f"coalesce(json_extract({column}, '$.lot'), json_extract({column}, '$.fields.lot'))"
        return self.as_sql(compiler, connection, template=_compared(f"upper({lot})"))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        column = "%(expressions)s"
        lot = f"coalesce({column} ->> 'lot', {column} #>> '{{fields,lot}}')"
        # Of all letters only a to z have capitals in the collation C, as in SQLite.
        return self.as_sql(compiler, connection, template=_compared(f'upper({lot} COLLATE "C")'))


def _compared(capitals: str) -> str:
    for written, compared in ALIKE:
        capitals = f"replace({capitals}, '{written}', '{compared}')"
    return capitals


class Lot(Recorded):
    """Needles that were made together. `key` is the number as it is compared; sizes in mm, `needles` of one pack."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=60)
    number = models.CharField(max_length=60)  # as it is on the box
    maker = models.CharField(max_length=80)
    gauge_mm = models.DecimalField(max_digits=4, decimal_places=2)
    length_mm = models.DecimalField(max_digits=5, decimal_places=1)
    needles = models.PositiveSmallIntegerField()
    expiry = models.DateField()  # the last day on which a pack may be opened

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="lot_once"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(number="") & ~Q(maker=""), name="lot_is_named"),
            models.CheckConstraint(condition=Q(needles__gte=1, needles__lte=200), name="lot_needles_1_to_200"),
        ]


class LotMoveKind(models.TextChoices):
    RECEIVED = "received"
    PUT_AWAY = "put_away"


class LotMove(Recorded):
    """Packs of a lot that came to a place, or were put away there for some other reason than being opened."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="moves")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=LotMoveKind.choices)
    packs = models.PositiveIntegerField()
    because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            one_of("kind", LotMoveKind, "lot_move_kind_known"),
            models.CheckConstraint(condition=Q(packs__gte=1), name="lot_move_of_a_pack_at_least"),
            models.CheckConstraint(condition=~Q(kind="put_away") | ~Q(because=""), name="lot_put_away_for_a_reason"),
        ]


class LotRecall(Recorded):
    """Somebody said that the lot must not be used. Never taken back: what was wrongly recalled is received anew."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="recall")
    because = models.CharField(max_length=300)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(because=""), name="recall_says_why")]
