"""A room with two tablets and a server, played by Hypothesis: what is really in the patient, and what each knows of it.

The people never err but for mistaps; the network does everything it can: it loses requests and answers, repeats,
reorders, cuts batches, and a tablet may be without it for the whole session. After each step the server must know the
truth about every needle whose event has reached it, hold nothing that nobody entered, and close nothing with a needle
unaccounted for.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from filiform.clinical.needle import Event, State, before_closing, event_from, fold
from filiform.clinical.terms import MuscleId
from tests.clinical.needle.making import MUSCLES, PACK

Body = dict[str, Any]
AT = "2026-11-23T15:58:00+01:00"
OVER_LUNG = frozenset({MuscleId("upper_trapezius"), MuscleId("levator_scapulae")})


class Server(Protocol):
    """What the room sends to."""

    def take(self, batch: list[Body]) -> set[str]:
        """Keep the events of `batch`; the ids that are acknowledged."""
        ...

    def ids(self) -> list[str]:
        """The id of every event it holds, as often as it holds it."""
        ...

    def state(self) -> State:
        """What they fold to."""
        ...

    def may_close(self) -> bool:
        """Whether it would close the session now."""
        ...


class Known:
    """Events that somebody knows, each once, and what they fold to; folded anew only when there are more."""

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}
        self._folded: tuple[int, State] | None = None

    def learn(self, *events: Event) -> None:
        for event in events:
            self.events.setdefault(event.id, event)

    def state(self) -> State:
        if self._folded is None or self._folded[0] != len(self.events):
            self._folded = len(self.events), fold(self.events.values())
        return self._folded[1]


class FoldAlone(Known):
    """A server that is nothing but a set of events and the fold."""

    def take(self, batch: list[Body]) -> set[str]:
        self.learn(*map(event_from, batch))
        return {body["id"] for body in batch}

    def ids(self) -> list[str]:
        return list(self.events)

    def may_close(self) -> bool:
        return not before_closing(self.state(), OVER_LUNG)


class Tablet(Known):
    """What one tablet knows, and what it has not been told that the server has."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.outbox: dict[str, Body] = {}
        self.acknowledged: set[str] = set()


class Ward(RuleBasedStateMachine):
    """The machine; `server` says what it plays against."""

    steps: ClassVar[int] = 0  # over all machines, so that a run can say how far it went

    def __init__(self) -> None:
        super().__init__()
        self.tablets = (Tablet("t1"), Tablet("t2"))
        self.said: dict[str, Body] = {}
        self.events: dict[str, Event] = {}
        self.packs: dict[str, int] = {}
        self.where: dict[str, str] = {}  # of every needle that went in: in, out, left_in
        self.travelling: list[list[Body]] = []
        self.server: Server = self.make_server()

    def make_server(self) -> Server:
        """The server of one session."""
        return FoldAlone()

    def common(self, tablet: Tablet) -> Body:
        """What every event of a tablet says."""
        return {"at": AT, "device": tablet.name, "by": "Ana"}

    def say(self, tablet: Tablet, kind: str, **fields: Any) -> str:
        name = str(UUID(int=len(self.said) + 1))
        body = {"id": name, **self.common(tablet), "kind": kind, **fields}
        self.said[name] = tablet.outbox[name] = body
        self.events[name] = event_from(body)
        tablet.learn(self.events[name])
        return name

    @property
    def tray(self) -> int:
        """What somebody finds who counts by hand."""
        return sum(self.packs.values()) - sum(1 for where in self.where.values() if where != "out")

    def known_in(self, tablet: Tablet) -> list[str]:
        return sorted(one.id for one in tablet.state().open_needles if self.where.get(one.id) == "in")

    which = st.integers(0, 1)
    some = st.integers(0, 99)

    # ---- what people do

    @initialize()
    def begin(self) -> None:
        self.open_pack(0, 5)

    @rule(which=which, needles=st.integers(1, 5))
    def another_pack(self, which: int, needles: int) -> None:
        self.open_pack(which, needles)

    def open_pack(self, which: int, needles: int) -> None:
        self.packs[self.say(self.tablets[which], "open_pack", **{**PACK, "needles": needles})] = needles

    @rule(which=which, muscle=st.sampled_from(MUSCLES), some=some)
    def put_in(self, which: int, muscle: str, some: int) -> None:
        tablet = self.tablets[which]
        # Two people may take from one pack at once: whether one is left is seen in the hand, not on the tablet.
        drawn = [body["pack"] for name, body in self.said.items() if name in self.where]
        free = [name for name in self.packs if name in tablet.events and drawn.count(name) < self.packs[name]]
        if free:
            side = "left" if some % 2 else "right"
            self.where[self.say(tablet, "in", muscle=muscle, side=side, pack=free[some % len(free)])] = "in"

    @rule(which=which, some=some)
    def take_out(self, which: int, some: int) -> None:
        tablet = self.tablets[which]
        if names := self.known_in(tablet):
            self.where[names[some % len(names)]] = "out"
            self.say(tablet, "out", needle=names[some % len(names)])

    @rule(which=which, some=some)
    def leave_in(self, which: int, some: int) -> None:
        tablet = self.tablets[which]
        if (names := self.known_in(tablet)) and some < 20:
            self.where[names[some % len(names)]] = "left_in"
            due = "2026-11-25T10:00:00+01:00"
            fields = {"reason": "ear", "patient_agreed": True, "due_out": due}
            self.say(tablet, "left_in", needle=names[some % len(names)], **fields)

    @rule(which=which, some=some)
    def twitch(self, which: int, some: int) -> None:
        tablet = self.tablets[which]
        if names := self.known_in(tablet):
            self.say(tablet, "twitch", needle=names[some % len(names)])

    @rule(which=which)
    def mistap(self, which: int) -> None:
        """Recorded by mistake and taken back within seconds; the two may travel apart."""
        tablet = self.tablets[which]
        pack = next((name for name in self.packs if name in tablet.events), None)
        if pack:
            name = self.say(tablet, "in", muscle=MUSCLES[0], side="right", pack=pack)
            self.say(tablet, "undo", event=name)

    @rule(which=which)
    def out_by_mistake(self, which: int) -> None:
        tablet = self.tablets[which]
        if names := self.known_in(tablet):
            self.say(tablet, "undo", event=self.say(tablet, "out", needle=names[0]))

    @rule(which=which, some=some)
    def everything_out(self, which: int, some: int) -> None:
        tablet = self.tablets[which]
        if some < 15:
            names = self.known_in(tablet)
            self.say(tablet, "all_out", needles=names)
            self.where.update(dict.fromkeys(names, "out"))

    @rule(which=which)
    def ask_chest(self, which: int) -> None:
        tablet = self.tablets[which]
        needles = [one.id for one in tablet.state().needles]
        self.say(tablet, "chest_check", covers=needles, breathless=False, chest_pain=False)

    @rule(which=which)
    def count(self, which: int) -> None:
        tablet = self.tablets[which]
        self.say(tablet, "count", tray=self.tray, covers=list(tablet.state().events))

    # ---- what the network does

    @rule(which=which, order=st.randoms(use_true_random=False), most=st.integers(1, 6), lost=st.booleans())
    def send(self, which: int, order: Any, most: int, lost: bool) -> None:
        """Some of an outbox, in any order; the answer may be lost, then the tablet knows nothing of it."""
        tablet = self.tablets[which]
        batch = order.sample(list(tablet.outbox.values()), min(most, len(tablet.outbox)))
        if batch:
            answered = self.server.take(batch)
            self.travelling.append(batch)
            if not lost:
                self.told(tablet, answered)

    @rule(some=some, which=which)
    def repeat(self, some: int, which: int) -> None:
        """Something that was sent before arrives again, much later."""
        if self.travelling:
            self.server.take(self.travelling[some % len(self.travelling)])

    @rule(which=which)
    def pull(self, which: int) -> None:
        """A tablet learns what the server holds."""
        self.learn_all(self.tablets[which])

    def learn_all(self, tablet: Tablet) -> None:
        tablet.learn(*(self.events[name] for name in self.server.ids()))

    @precondition(lambda self: any(tablet.outbox for tablet in self.tablets))
    @rule()
    def everything_arrives(self) -> None:
        self.flush()
        state = self.server.state()
        assert {one.id for one in state.open_needles} == self.really("in")
        assert {one.id for one in state.left_in} == self.really("left_in")
        assert state.out == len(self.really("out"))
        assert state.tray == self.tray

    def flush(self) -> None:
        for tablet in self.tablets:
            if tablet.outbox:
                self.told(tablet, self.server.take(list(tablet.outbox.values())))
            assert not tablet.outbox, "an event that the server can read was not acknowledged"

    def told(self, tablet: Tablet, answered: set[str]) -> None:
        tablet.acknowledged |= answered & tablet.outbox.keys()
        tablet.outbox = {name: body for name, body in tablet.outbox.items() if name not in answered}

    def really(self, where: str) -> set[str]:
        return {name for name, here in self.where.items() if here == where}

    # ---- what always holds

    @invariant()
    def nothing_is_lost_or_invented(self) -> None:
        type(self).steps += 1
        names = self.server.ids()
        assert len(set(names)) == len(names), "an event is held twice"
        assert set(names) <= self.said.keys(), "the server holds what nobody entered"
        for tablet in self.tablets:
            assert tablet.acknowledged <= set(names), "an acknowledged event is lost"

    @invariant()
    def no_needle_is_lost(self) -> None:
        """Every needle that is really in, and of whose going in the server knows, is in for the server too.

        But for one that was said to be out by mistake, until the undo arrives. Nothing closes meanwhile: see below.
        """
        arrived, state = set(self.server.ids()), self.server.state()
        on_the_way = {
            body["event"] for name, body in self.said.items() if body["kind"] == "undo" and name not in arrived
        }
        taken_for_out = {self.said[name].get("needle") for name in on_the_way & arrived}
        assert (self.really("in") & arrived) - taken_for_out <= {one.id for one in state.open_needles}
        assert {one.id for one in state.needles} <= arrived & (self.where.keys() | self.mistaken())

    def mistaken(self) -> set[str]:
        """Needles that were recorded by mistake: they count until the undo arrives, which is the safe way round."""
        return {body["event"] for body in self.said.values() if body["kind"] == "undo"}

    @invariant()
    def nothing_closes_with_a_needle_unaccounted_for(self) -> None:
        if not self.server.may_close():
            return
        arrived = set(self.server.ids())
        assert not self.really("in") & arrived, "it would close with a needle in"
        held = [self.said[name] for name in arrived]
        counts = [body for body in held if body["kind"] == "count"]
        others = arrived - {body["id"] for body in counts}
        assert any(others <= set(body["covers"]) for body in counts), "it would close without a count of everything"
        over = {name for name, body in self.said.items() if name in self.where and body["muscle"] in OVER_LUNG}
        asked = {name for body in held if body["kind"] == "chest_check" for name in body["covers"]}
        assert over & arrived <= asked, "it would close without asking about the chest"

    def teardown(self) -> None:
        """The guard against guarding too much: in the end every honest session closes."""
        if not self.said:
            return
        self.flush()
        tablet = self.tablets[0]
        self.learn_all(tablet)
        for name in sorted(self.really("in")):
            self.where[name] = "out"
            self.say(tablet, "out", needle=name)
        self.count(0)
        self.flush()
        self.nothing_closes_with_a_needle_unaccounted_for()  # what was never asked about is not asked by itself
        self.ask_chest(0)
        self.count(0)
        self.flush()
        assert self.server.may_close(), before_closing(self.server.state(), OVER_LUNG)
