"""The muscle that is pressed now: its points, the four findings of the one that is looked at, and where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from filiform.clinical.terms import MuscleSide
from filiform.knowledge import points
from filiform.pages.locate import picture, shown
from filiform.pages.locate.asked import Asked
from filiform.pages.locate.shown import Card
from filiform.record.pressing import MOST_POINTS, Point
from filiform.record.reads import locate as reads
from filiform.record.reads.locate import Located

STEP = 4.0  # units that one press of an arrow moves a point


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a finding. `value` as the form sends it; `on`: this was found."""

    value: str
    words: str
    on: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One of the four findings."""

    name: str
    words: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """One of the muscle's points."""

    number: int
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Nudge:
    """An arrow: where the point would be."""

    icon: str
    words: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything of the muscle that is pressed now. `kept`: the point that is looked at was pressed already."""

    card: Card
    across: tuple[str, ...]
    seen: str
    point: int
    kept: bool
    points: tuple[Numbered, ...]
    following: Numbered | None
    questions: tuple[Question, ...]
    view: str
    nudges: tuple[Nudge, ...]


def panel(found: Located, asked: Asked) -> Panel | None:
    """The panel of the muscle that was asked for; None when there is none."""
    one = asked.muscle
    if one is None:
        return None
    there = found.points.get(one, ())
    point = next((point for point in there if point.number == asked.point), None)
    last = max((point.number for point in there), default=0)
    number = asked.point if point else last + 1
    return Panel(
        card=shown.one_card(found, one, reads.locks(found, one)),
        across=picture.across(one),
        seen=", ".join(picture.view_words(view) for view in points.views(one)),
        point=number,
        kept=point is not None,
        points=tuple(Numbered(p.number, asked.query(point=p.number), p is point) for p in there),
        following=Numbered(last + 1, asked.query(point=last + 1), point is None) if 0 < last < MOST_POINTS else None,
        questions=tuple(_questions(point)),
        view=point.view.value if point else "",
        nudges=tuple(_nudges(one, point)) if point else (),
    )


def _questions(point: Point | None) -> Iterator[Question]:
    yes_no = (("yes", _("Yes"), True), ("no", _("No"), False))
    tender = tuple(
        (str(n), words, n) for n, words in enumerate((_("0 none"), _("1 tender"), _("2 winces"), _("3 withdraws")))
    )
    asked = (
        ("familiar_pain", _("Is this the pain you know?"), yes_no),
        ("tenderness", _("Tenderness"), tender),
        ("taut_band", _("Taut band"), yes_no),
        ("twitch", _("Twitch"), yes_no),
    )
    for name, words, choices in asked:
        found = getattr(point.found, name) if point else None
        made = (Choice(f"{name}:{value}", text, found is not None and found == of) for value, text, of in choices)
        yield Question(name, words, tuple(made))


def _nudges(one: MuscleSide, point: Point) -> Iterator[Nudge]:
    """The arrows that keep the point on its muscle."""
    x, y = point.spot
    for icon, words, right, down in (
        ("up", _("Up"), 0, -STEP),
        ("down", _("Down"), 0, STEP),
        ("back", _("Left on the picture"), -STEP, 0),
        ("next", _("Right on the picture"), STEP, 0),
    ):
        spot = round(x + right, 1), round(y + down, 1)
        away = points.away(one, point.view, spot)
        if away is not None and away == 0:
            yield Nudge(icon, words, f"{spot[0]:g}", f"{spot[1]:g}")
