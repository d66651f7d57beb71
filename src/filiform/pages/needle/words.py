"""The words of the live session's page, for templates and for its program: {name} is filled in by the program.

What to do when something is wrong is in our own words after facts.md 3.3, recalled; **no clinician has reviewed it**.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from filiform.clinical import needle
from filiform.clinical.figure import View
from filiform.clinical.needle.problems import STEPS, Outcome, SearchPlace, Step, Wrong

Words = list[tuple[str, str]]  # (value, words)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of problem: its words, when it is an emergency, and its steps in their order."""

    what: str
    words: str
    emergency: str
    steps: Words


def problems() -> list[Trouble]:
    """Every kind, fainting first."""
    return [Trouble(what.value, _what(what), _emergency(what), _steps(what)) for what in Wrong]


def _what(what: Wrong) -> str:
    return {
        Wrong.FAINT: _("Fainting"),
        Wrong.SHARP_PAIN: _("Unusual sharp pain"),
        Wrong.BLEEDING: _("Bleeding"),
        Wrong.STUCK_NEEDLE: _("Stuck needle"),
        Wrong.BENT_NEEDLE: _("Bent needle"),
        Wrong.BROKEN_NEEDLE: _("Broken needle"),
        Wrong.CHEST: _("Chest symptoms"),
        Wrong.NEEDLESTICK: _("Needlestick"),
    }[what]


def _emergency(what: Wrong) -> str:
    lung = _("Breathless, blue, faint or getting worse: ambulance. Normal pulse and oxygen do not rule it out.")
    return {
        Wrong.FAINT: _(
            "Not awake within a minute, chest pain, breathless, seizure, head hit, or not well in 20 to 30 minutes: "
            "emergency. After needling over the lung it may be a collapsed lung."
        ),
        Wrong.SHARP_PAIN: lung,
        Wrong.BLEEDING: _("Growing, pulsing, tense, numb, or still bleeding after 10 minutes: emergency."),
        Wrong.STUCK_NEEDLE: "",
        Wrong.BENT_NEEDLE: "",
        Wrong.BROKEN_NEEDLE: _("Over chest, neck, spine or abdomen: emergency. The patient stays still. Do not dig."),
        Wrong.CHEST: lung,
        Wrong.NEEDLESTICK: _("Protection against infection begins as early as possible, within 72 hours at most."),
    }[what]


def _steps(what: Wrong) -> Words:
    return [(step.value, _step(step, what)) for step in STEPS[what]]


def _step(step: Step, what: Wrong) -> str:
    return {
        Step.STIM_OFF: _("Stimulation switched off"),
        Step.NEEDLES_OUT: _("Needles taken out; counted afterwards"),
        Step.NEEDLE_WITHDRAWN: _("Needle drawn out, not put in there again")
        if what is Wrong.SHARP_PAIN
        else _("Needle drawn out"),
        Step.LAID_FLAT: _("Laid flat"),
        Step.LEGS_RAISED: _("Legs raised"),
        Step.PULSE_AND_BREATHING: _("Pulse and breathing watched"),
        Step.BREATHING_ASKED: _("Asked: short of breath, chest pain, cough?"),
        Step.FEELING_CHECKED: _("Feeling and strength checked"),
        Step.PRESSED: _("Pressed firmly, 5 to 10 minutes"),
        Step.EDGE_MARKED: _("Edge of the swelling marked"),
        Step.WAITED: _("Waited; the patient let go of the muscle"),
        Step.NEEDLE_BESIDE: _("A needle put in beside it"),
        Step.KEPT_STILL: _("Patient keeps still"),
        Step.SKIN_MARKED: _("Skin marked; an end that shows pulled straight with forceps"),
        Step.FRAGMENT_KEPT: _("Rest of the needle and its lot kept"),
        Step.WASHED: _("Washed with soap and water, not squeezed"),
        Step.REPORTED: _("Reported at once"),
        Step.EMERGENCY_CALLED: _("Emergency called"),
    }[step]


def outcomes() -> Words:
    """How a problem ends here."""
    said = {
        Outcome.SETTLED: _("Settled"),
        Outcome.CALL_BACK: _("Ask again today"),
        Outcome.DOCTOR: _("To a doctor"),
        Outcome.EMERGENCY: _("Emergency took over"),
    }
    return [(one.value, said[one]) for one in Outcome]


def places() -> Words:
    """Where a missing needle is looked for, in this order."""
    said = {
        SearchPlace.SKIN: _("Skin: each point that was needled, with light"),
        SearchPlace.HAIR: _("Hair and hair line"),
        SearchPlace.CLOTHING: _("Folds of clothing, glove cuffs"),
        SearchPlace.TABLE: _("Table: under the patient, towel, tray"),
        SearchPlace.FLOOR: _("Floor around the table"),
    }
    return [(one.value, said[one]) for one in SearchPlace]


def positions() -> Words:
    """How the patient lies."""
    return [
        ("prone", _("On the belly")),
        ("supine", _("On the back")),
        ("side_lying", _("On the side")),
        ("sitting", _("Sitting")),
    ]


def feelings() -> Words:
    """What a patient may feel that is not cramp or ache."""
    said = {
        "sharp": _("Sharp"),
        "electric": _("Electric"),
        "burning": _("Burning"),
        "spreading": _("Spreading pain"),
        "numb": _("Numb"),
        "cough": _("Cough"),
        "breathless": _("Breathless"),
        "faint": _("Faint"),
    }
    return [(one, said[one]) for one in said if one not in needle.EXPECTED_FEELINGS]


def view(found: View) -> str:
    """Which view of the figure this is."""
    return {
        View.FRONT: _("Front view"),
        View.BACK: _("Back view"),
        View.LEFT: _("From the patient's left"),
        View.RIGHT: _("From the patient's right"),
        View.HEAD_FRONT: _("Head, front"),
        View.HEAD_BACK: _("Head, back"),
        View.HEAD_LEFT: _("Head, patient's left"),
        View.HEAD_RIGHT: _("Head, patient's right"),
        View.HAND_PALM: _("Hand, palm"),
        View.HAND_BACK: _("Hand, back"),
        View.FOOT_TOP: _("Foot, top"),
        View.FOOT_SOLE: _("Foot, sole"),
        View.FOOT_OUTER: _("Foot, outer side"),
        View.FOOT_INNER: _("Foot, inner side"),
    }[found]


def program() -> dict[str, str]:
    """What `live.js` says."""
    return {**_counts(), **_events(), **_warnings(), **_questions()}


def _counts() -> dict[str, str]:
    return {
        "title": _("{n} needles in"),
        "one_still": _("1 needle is still in"),
        "still": _("{n} needles are still in"),
        "ready": _("Chest, count, close"),
        "number": _("no. {n} · {muscle}, {side}"),
        "needle": _("needle {n}"),
        "no_next": _("no other muscle"),
        "no_pack": _("no pack open"),
        "pack": _("{gauge} × {length} mm, lot {lot}, {left} unused"),
        "out_line": _("{n} · {muscle}, {side}"),
        "left_in": _("left in on purpose"),
        "due": _("time is up"),
        "out_of": _("OUT: needle {n}, {muscle}, {side}"),
        "twitch_one": _("1 twitch"),
        "twitches": _("{n} twitches"),
    }


def _events() -> dict[str, str]:
    return {
        "in": _("Needle {n} in"),
        "out": _("Needle {n} out"),
        "twitch": _("Twitch, needle {n}"),
        "normal": _("Cramp or ache, needle {n}: normal"),
        "feeling": _("Feeling, needle {n}"),
        "technique": _("Technique, needle {n}"),
        "open_pack": _("Pack opened, lot {lot}"),
        "estim_on": _("Stimulation on, {hz} Hz"),
        "estim_off": _("Stimulation off"),
        "turn": _("Patient turned over; {n} needles in, as counted"),
        "hand_over": _("Handed over; {n} needles in, as counted"),
        "all_out": _("All out: {n} needles, as claimed. Count them now."),
        "problem": _("Problem recorded"),
        "step": _("Step recorded"),
        "problem_over": _("Problem ended"),
        "chest_check": _("Answers recorded"),
        "count": _("Count recorded: {n}"),
        "searched": _("Looked there"),
        "missing": _("Incident recorded"),
        "extra": _("Incident recorded"),
        "left_in_done": _("Needle {n} stays in on purpose"),
        "taken_back": _("Needle {n} taken back: it was never in"),
        "dropped": _("1 needle dropped unused"),
        "undone": _("Taken back"),
        "plain": _("not set"),
        "mm": _("{n} mm"),
        "min": _("{n} min"),
        "too_deep": _(
            "{n} mm is set, and the needle of the open pack is {length} mm long: it never goes in to its handle. "
            "Set another depth, or open a pack of longer needles."
        ),
    }


def _warnings() -> dict[str, str]:
    return {
        "map_missing": _("The picture could not be loaded. The hazard above still holds."),
        "sleep": _("This screen may go to sleep by itself. Touch it now and then; every event is safe."),
        "away": _("The server does not answer. {n} events are safe on this device and will be sent."),
        "signed_out": _("You were signed out. {n} events are safe on this device: sign in again to send them."),
        "disk": _("This device cannot write to its disk. Nothing more is recorded here: use paper."),
        "other": _("Somebody else has signed in on this device, or the page is old: load it again."),
        "closed": _("The session was closed elsewhere: load the page again."),
        "refused": _("{n} events were refused by the server: {because}"),
        "aside": _("{n} events are kept beside the session: {because}"),
        "failed": _("Nothing was recorded: {because}"),
    }


def _questions() -> dict[str, str]:
    return {
        "ask_turn": _("How many needles are in now?"),
        "ask_hand": _("Count together with {who}: how many needles are in now?"),
        "ask_count": _("How many needles do you count?"),
        "why_turn": _("Look at the skin, front and back."),
        "why_count": _(
            "Used and unused together, in this visit's own tray or counter, before they go into the sharps box. "
            "Filiform shows its own number after your answer."
        ),
        "agrees": _("The count is right."),
        "lacks": _("{n} not accounted for. The patient stays on the table."),
        "over": _("{n} too many. Record what was opened, or an incident."),
        "searched_in": _("Searched: {where}. Not found."),
        "unsent": _("{n} events are not sent yet. The session closes when the server has them all."),
    }
