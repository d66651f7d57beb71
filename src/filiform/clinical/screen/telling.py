"""How a clause speaks of a thing it names: it has it, had it, has ended it, denies it, or means somebody else.

Simple on purpose. Where the words leave a doubt the thing counts as present: the next step is a question to a person,
and a needless question costs less than a missed blood thinner. So a denial reaches only as far as the words leave no
other reading.
"""

from __future__ import annotations

from enum import StrEnum

Tokens = tuple[str, ...]


class Told(StrEnum):
    """How a text speaks of a thing."""

    PRESENT = "present"
    ENDED = "ended"  # stopped, resolved
    HISTORY = "history"  # "history of", "previous"
    DENIED = "denied"  # "no", "denies", or somebody else's


def _phrases(written: str) -> tuple[Tokens, ...]:
    return tuple(tuple(one.split()) for one in written.split(","))


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split())


_NOT = _phrases(
    "no, not, never, denies, denied, denying, without, nil, neither, nor, isnt, doesnt, dont, hasnt, havent, "
    "wasnt, arent, negative for, ruled out, free of, absence of, risk of, risk for, screening for, screened for, "
    "tested for, vaccinated against, to prevent"
)
# After these words a "no" or "not" says nothing against the illness or the drug.
_NOT_A_DENIAL = _phrases(
    "not only, not just, not sure, not certain, not well, not controlled, not under, not stable, not stopped, "
    "never stopped, not always, not regularly, no change, no changes, no problem, no problems, no issue, no "
    "issues, no trouble, no side, no doubt, dont know, not know, not yet, no missed, never missed, never miss, "
    "not better, not gone, not cured, not resolved, not healed, not over, not finished, not treated, no longer, "
    "not improving, no complications, no symptoms, not stop, never stop, dont stop, no bleeding"
)
_BREAKS = _words(
    "and on with takes has have now started since because due plus is uses given unless until from i but although "
    "while after before then still"
)
_PROPERLY = _words("properly regularly always correctly prescribed missed")
_DENIED_BEHIND = _phrases(
    "ruled out, excluded, negative, not present, not found, not detected, test negative, screening, vaccine, "
    "vaccination, jab, prevention, risk, is negative, was negative, tests negative, immunisation, immunization"
)
_DENIED_ALONE = _phrases("no, none, never, denied, absent, nil, n, false, not known, is absent")
_ENDS_BEFORE = _phrases(
    "stopped, ceased, discontinued, finished, completed, came off, come off, taken off, weaned off, no longer, "
    "used to take, used to have, resolved, got over, recovered from, quit"
)
_ENDS_BEHIND = _phrases(
    "stopped, ceased, discontinued, finished, completed, ended, resolved, cured, healed, cleared up, gone, until, "
    "was stopped, has resolved, had stopped, no longer taken, no longer, has gone, is over, recovered"
)
_FILLERS = _words(
    "taking my her his the all using a course of on tablets takes take has is treatment with and or from having "
    "have was are been an any their its being"
)
_WHEN = _words(
    "in since on by last ago now completely for this years months weeks a one two three four five six after "
    "before because due when early late mid around about"
)
_PAST = _phrases(
    "history of, h o, hx of, hx, past, previous, previously, prior, former, formerly, years ago, year ago, as a "
    "child, in childhood, in my youth, had, months ago, past medical history, pmh"
)
_PAST_BEHIND = _phrases("years ago, year ago, as a child, in childhood, in my youth, months ago, history")
_KIN = _words(
    "mother father mum mom dad brother sister aunt uncle grandmother grandfather grandma grandpa cousin family "
    "parents parent son daughter husband wife partner maternal paternal fh fhx sibling siblings relative "
    "relatives niece nephew"
)
_ABOUT_THE_PATIENT = _words("i im ive patient he she they says said told reports thinks")
# The single words after which a thing named next may be denied, or somebody else's.
DENIERS = frozenset(phrase[0] for phrase in _NOT if len(phrase) == 1) | _KIN
_ALLERGIC = _words("allergy allergic allergies intolerance intolerant hypersensitivity anaphylaxis")


def told(before: Tokens, after: Tokens, tail: Tokens, medicine: bool) -> Told:
    """How the words around a term speak of it.

    `before` and `after` are the words of its part of the clause, `tail` those of a following part that names nothing
    else ("warfarin, stopped in 2018"). `medicine` terms are also denied by an allergy to them: such a drug is not
    taken.
    """
    if _somebody_else(before, after) or _denied(before, after) or (medicine and _allergic(before, after)):
        return Told.DENIED
    if _ended(before, after) or _ends_here(tail):
        return Told.ENDED
    if _has(before[-5:], _PAST) or _has(after, _PAST_BEHIND) or _starts(tail, _PAST_BEHIND):
        return Told.HISTORY
    return Told.PRESENT


def _somebody_else(before: Tokens, after: Tokens) -> bool:
    """A relative's illness. "Mother of two" and "my son says I have" speak of the patient."""
    for index, word in enumerate(before):
        following = before[index + 1 :]
        if word in _KIN and following[:1] != ("of",) and not _ABOUT_THE_PATIENT & set(following):
            return True
    if after[:1] in (("in",), ("runs",), ("on",)):
        return bool(_KIN & set(after[:5]))
    return bool(after) and after[0] in _KIN


def _denied(before: Tokens, after: Tokens) -> bool:
    if after in _DENIED_ALONE or _starts(after, _DENIED_BEHIND):
        return before[-1:] != ("not",)
    if _PROPERLY & set(after):
        return False
    near = before[-7:]
    return any(_reaches(near[index:]) for index in range(len(near)))


def _reaches(words: Tokens) -> bool:
    """Whether a denial begins `words` and no word after it ends its reach."""
    if _starts(words, _NOT_A_DENIAL):
        return False
    for phrase in _NOT:
        if words[: len(phrase)] == phrase:
            rest = words[len(phrase) :]
            return not _BREAKS & set(rest[1:]) and rest[:1] != ("and",)
    return False


def _ended(before: Tokens, after: Tokens) -> bool:
    for index in range(len(before)):
        for phrase in _ENDS_BEFORE:
            rest = before[index + len(phrase) :]
            if before[index : index + len(phrase)] == phrase and all(w in _FILLERS or w.isdigit() for w in rest):
                return not _has(before[max(0, index - 2) : index], _NOT)
    return any(_ends_here(after[index:]) and not _has(after[:index][-2:], _NOT) for index in range(len(after)))


def _ends_here(words: Tokens) -> bool:
    """Whether `words` begin by saying that the thing before them is over, and not that something else is."""
    for phrase in _ENDS_BEHIND:
        if words[: len(phrase)] == phrase:
            following = words[len(phrase) : len(phrase) + 1]
            return not following or following[0] in _WHEN or following[0].isdigit()
    return False


def _allergic(before: Tokens, after: Tokens) -> bool:
    return (bool(after) and after[0] in _ALLERGIC) or (before[-1:] == ("to",) and bool(_ALLERGIC & set(before[-3:])))


def _has(words: Tokens, phrases: tuple[Tokens, ...]) -> bool:
    return any(words[index : index + len(phrase)] == phrase for index in range(len(words)) for phrase in phrases)


def _starts(words: Tokens, phrases: tuple[Tokens, ...]) -> bool:
    return any(words[: len(phrase)] == phrase for phrase in phrases)
