"""Events as a device makes them, in one short line each, and a strategy for whole sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from filiform.clinical.needle import Event, event_from

PACK = {"needles": 5, "gauge_mm": 0.30, "length_mm": 40, "lot": "L-77", "expiry": "2027-03-31"}
MUSCLES = ("infraspinatus", "upper_trapezius", "levator_scapulae", "piriformis")


def make(kind: str, name: str, **more: Any) -> Event:
    """One event; `pack` has the usual label, everything else what is given."""
    common = {"id": name, "at": "2026-11-23T15:58:00+01:00", "device": "tablet-1", "by": "Ana"}
    label = PACK if kind == "open_pack" else {}
    return event_from({**common, "kind": kind, **label, **more})


def needle_in(name: str, pack: str = "p", **more: Any) -> Event:
    return make("in", name, **{"muscle": "infraspinatus", "side": "right", "pack": pack, **more})


def count(name: str, tray: int, *covered: Event) -> Event:
    return make("count", name, tray=tray, covers=sorted({event.id for event in covered}))


def whole_session() -> list[Event]:
    """Three of five needles in and out, a twitch, and a right count: may be closed."""
    events = [make("open_pack", "p")]
    events += [needle_in(f"n{number}") for number in range(3)]
    events += [make("twitch", "t", needle="n0")]
    events += [make("out", f"o{number}", needle=f"n{number}") for number in range(3)]
    return [*events, count("c", 5, *events)]


def rules(blocks: Any) -> list[str]:
    return [block.rule for block in blocks]


@dataclass
class Room:
    """What really is in a room while a session is played: a person who never errs, to compare the fold with.

    Events are appended as one tablet would make them; `really_*` are sets of needles, kept by hand.
    """

    events: list[Event] = field(default_factory=list)
    packs: dict[str, int] = field(default_factory=dict)
    really_in: set[str] = field(default_factory=set)
    really_out: set[str] = field(default_factory=set)
    really_left: set[str] = field(default_factory=set)

    def say(self, kind: str, **more: Any) -> str:
        name = f"e{len(self.events)}"
        device = f"tablet-{len(self.events) % 2}"
        self.events.append(make(kind, name, **{"device": device, **more}))
        return name

    @property
    def every_needle(self) -> set[str]:
        return self.really_in | self.really_out | self.really_left

    @property
    def on_the_tray(self) -> int:
        return sum(self.packs.values()) - len(self.really_in) - len(self.really_left)

    def open_pack(self, needles: int) -> None:
        self.packs[self.say("open_pack", needles=needles)] = needles

    def put_in(self, muscle: str, pack: int) -> None:
        free = [name for name in self.packs if self.packs[name] > self._used(name)]
        if free:
            side = "left" if pack % 2 else "right"
            self.really_in.add(self.say("in", muscle=muscle, side=side, pack=free[pack % len(free)]))

    def _used(self, pack: str) -> int:
        return sum(1 for event in self.events if getattr(event, "pack", None) == pack and event.id in self.every_needle)

    def take_out(self, which: int) -> None:
        if self.really_in:
            name = sorted(self.really_in)[which % len(self.really_in)]
            self.say("out", needle=name)
            self.really_in.remove(name)
            self.really_out.add(name)

    def leave_in(self, which: int) -> None:
        if self.really_in:
            name = sorted(self.really_in)[which % len(self.really_in)]
            due = "2026-11-26T10:00:00+01:00"
            self.say("left_in", needle=name, reason="ear needle", patient_agreed=True, due_out=due)
            self.really_in.remove(name)
            self.really_left.add(name)

    def twitch(self, which: int) -> None:
        if self.really_in:
            self.say("twitch", needle=sorted(self.really_in)[which % len(self.really_in)])

    def mistap(self) -> None:
        """A needle recorded by mistake and taken back at once: nothing happened in the room."""
        if self.packs:
            name = self.say("in", muscle="infraspinatus", side="right", pack=min(self.packs))
            self.say("undo", event=name)

    def mistap_without_undo(self) -> None:
        """A needle of a pack that may be empty, recorded by mistake and never taken back."""
        if self.packs:
            self.say("in", muscle="infraspinatus", side="right", pack=min(self.packs))

    def take_back(self, which: int) -> None:
        """Any event is taken back, wrongly or not; what is really in the room is then no longer known here."""
        if self.events:
            self.say("undo", event=self.events[which % len(self.events)].id)

    def relabel(self, length_mm: float) -> None:
        """The length of a pack's needles is put right, by somebody who may not know of another correction."""
        if self.packs:
            self.say("correct", event=min(self.packs), fields={"length_mm": length_mm}, reason="read again")

    def deepen(self, depth_mm: float) -> None:
        """A needle that is in goes deeper."""
        if self.really_in:
            self.say("technique", needle=min(self.really_in), technique="deep", depth_mm=depth_mm)

    def out_though_left_in(self) -> None:
        """A needle that was left in on purpose is recorded as out as well, by somebody who did not know."""
        if self.really_left:
            self.say("out", needle=min(self.really_left))

    def take_back_an_out(self) -> None:
        """An `out` recorded by mistake, taken back, then the taking back taken back: it was right after all."""
        if self.really_in:
            name = min(self.really_in)
            out = self.say("out", needle=name)
            self.say("undo", event=self.say("undo", event=out))
            self.really_in.remove(name)
            self.really_out.add(name)

    def everything_out(self) -> None:
        self.say("all_out", needles=sorted(self.really_in))
        self.really_out |= self.really_in
        self.really_in = set()

    def count(self, wrong_by: int = 0) -> None:
        self.say("count", tray=max(self.on_the_tray + wrong_by, 0), covers=[event.id for event in self.events])


def _acts() -> st.SearchStrategy[Callable[[Room], None]]:
    some = st.integers(0, 9)
    return st.one_of(
        st.integers(1, 6).map(lambda n: lambda room: room.open_pack(n)),
        st.tuples(st.sampled_from(MUSCLES), some).map(lambda t: lambda room: room.put_in(*t)),
        st.tuples(st.sampled_from(MUSCLES), some).map(lambda t: lambda room: room.put_in(*t)),
        some.map(lambda n: lambda room: room.take_out(n)),
        some.map(lambda n: lambda room: room.take_out(n)),
        some.map(lambda n: lambda room: room.leave_in(n)),
        some.map(lambda n: lambda room: room.twitch(n)),
        st.just(lambda room: room.mistap()),
        st.just(lambda room: room.take_back_an_out()),
        st.just(lambda room: room.everything_out()),
        st.sampled_from([0, 0, 0, 1, -1]).map(lambda n: lambda room: room.count(n)),
    )


def _played(acts: list[Callable[[Room], None]]) -> Room:
    room = Room()
    room.open_pack(4)
    for act in acts:
        act(room)
    return room


rooms = st.lists(_acts(), max_size=25).map(_played)
"""Rooms in the middle of an honest session on two tablets."""

_NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f"])
_LABEL = st.fixed_dictionaries({"needles": st.integers(1, 3), "expiry": st.sampled_from(["2027-01-01", "2026-01-01"])})


def _bodies_beside_the_needles(
    other: st.SearchStrategy[str], several: st.SearchStrategy[list[str]]
) -> dict[str, st.SearchStrategy[dict[str, Any]]]:
    """Kinds that move no needle, but may be named, corrected and taken back as all others."""
    known = {"needles_in": st.integers(0, 2), "known": several}
    return {
        "twitch": st.fixed_dictionaries({"needle": other}),
        "technique": st.fixed_dictionaries(
            {"needle": other, "technique": st.sampled_from(["deep", "estim"])},
            optional={"depth_mm": st.sampled_from([10, 40.5]), "planned_minutes": st.sampled_from([5, 0.5])},
        ),
        "estim_on": st.fixed_dictionaries({"needles": several, "hz": st.just(2)}),
        "estim_off": st.fixed_dictionaries({"estim": other}),
        "turn": st.fixed_dictionaries({"to": st.just("prone"), **known}),
        "hand_over": st.fixed_dictionaries({"to": st.sampled_from(["Bo", "Cy"]), **known}, optional={"after": other}),
        "searched": st.fixed_dictionaries({"place": st.just("floor"), "found": st.integers(0, 1)}),
        "problem": st.fixed_dictionaries(
            {"what": st.sampled_from(["faint", "chest", "sharp_pain"])}, optional={"needle": other}
        ),
        "step": st.fixed_dictionaries({"problem": other, "step": st.sampled_from(["laid_flat", "pressed"])}),
        "problem_over": st.fixed_dictionaries({"problem": other, "outcome": st.sampled_from(["settled", "doctor"])}),
        "chest_check": st.fixed_dictionaries(
            {"covers": several, "breathless": st.booleans(), "chest_pain": st.just(False)}
        ),
    }


def _wild_event(draw: st.DrawFn) -> Event:
    """Any event naming anything, with a fresh or a repeated id: what a broken or hostile device might send."""
    name = draw(_NAMES)
    other = _NAMES.filter(lambda one: one != name)
    several = st.lists(other, max_size=4, unique=True)
    bodies: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "open_pack": _LABEL,
        "in": st.fixed_dictionaries(
            {"muscle": st.just("infraspinatus"), "side": st.sampled_from(["left", "right"]), "pack": other}
        ),
        "out": st.fixed_dictionaries({"needle": other}),
        "left_in": st.fixed_dictionaries(
            {
                "needle": other,
                "reason": st.just("ear"),
                "patient_agreed": st.booleans(),
                "due_out": st.just("2026-11-26T10:00:00Z"),
            }
        ),
        "all_out": st.fixed_dictionaries({"needles": several}),
        "dropped": st.fixed_dictionaries({"pack": other, "needles": st.integers(1, 2)}),
        "count": st.fixed_dictionaries({"tray": st.integers(0, 6), "covers": several}),
        "missing": st.fixed_dictionaries({"needles": st.integers(1, 2), "account": st.just("searched")}),
        "extra": st.fixed_dictionaries({"needles": st.integers(1, 2), "account": st.just("found")}),
        "undo": st.fixed_dictionaries({"event": other}),
        "correct": st.fixed_dictionaries(
            {
                "event": other,
                "reason": st.just("typo"),
                "fields": st.dictionaries(st.sampled_from(["needle", "needles", "pack"]), st.integers(1, 2), min_size=1)
                | st.fixed_dictionaries({"needle": _NAMES}),
            }
        ),
        "incident": st.fixed_dictionaries({"what": st.just("expired_pack"), "account": st.just("x"), "about": other}),
        **_bodies_beside_the_needles(other, several),
    }
    kind = draw(st.sampled_from(sorted(bodies)))
    return make(kind, name, **draw(bodies[kind]))


wild = st.lists(st.composite(_wild_event)(), max_size=14)
"""Lists of events without any sense: nothing may crash, depend on order, or close with a needle unaccounted for."""
