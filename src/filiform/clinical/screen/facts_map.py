"""From the facts of `./filiform screen --facts` to the answers and the background that the screening reads.

A list that was told is the whole list: the questions it covers are settled, by yes where an entry says so and by no
where none does. Of two facts that contradict each other both are kept: the less safe counts and the finding says so.
Entries that no rule understands are read by a person. The set-up of the room is no fact of these: it is asked there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from filiform.clinical.screen.book import AnswerKind, Profile, Question, Rulebook
from filiform.clinical.screen.decide import MAY_START, MuscleMap, screen
from filiform.clinical.screen.facts import Answer, Background, DoctorAnswer, Kind, Said, Verdict
from filiform.clinical.screen.facts_days import MONTHS_3, before, last_day, over, pressure
from filiform.clinical.screen.facts_in import Facts, Told
from filiform.clinical.screen.facts_keys import (
    ABLE,
    ABLE_WORDS,
    ASKED_BY,
    CAPACITY,
    CODE,
    COVERED,
    DENIALS,
    DENIES,
    FEVER,
    KINDS,
    NO_WORDS,
    SYSTEMS,
    THIN,
    YES_WORDS,
)
from filiform.clinical.screen.operator import Jurisdiction, operator_rules
from filiform.clinical.screen.result import Action, Ask, Evidence, Finding, Result, strictest
from filiform.clinical.screen.signs import Known, Today, gather
from filiform.clinical.screen.symptoms import Symptom, seen, seen_in
from filiform.clinical.screen.telling import Told as How
from filiform.clinical.screen.words import mentions, tokens
from filiform.clinical.terms import MuscleSide


@dataclass(slots=True)
class Mapped:
    """What the screening is given. `settled` are the questions that a list answered; `denials` signs told as absent."""

    answers: list[Answer] = field(default_factory=list)
    background: list[Background] = field(default_factory=list)
    doctors: list[DoctorAnswer] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    denials: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)


def screen_facts(
    facts: Facts,
    *,
    book_rules: Rulebook,
    symptoms: Sequence[Symptom],
    places: Mapping[str, Jurisdiction],
    on: date,
    plan: Sequence[MuscleSide] = (),
    muscles: MuscleMap | None = None,
    estim: bool = False,
    profile: Profile = "default",
) -> Result:
    """The screening of told facts. Raises ValueError for an unknown profile."""
    age = int(facts.numbers["age"]) if "age" in facts.numbers else None
    mapped = map_facts(facts, book_rules, symptoms, on, Today(age, tuple(plan), estim))
    result = screen(
        mapped.answers,
        mapped.background,
        book_rules=book_rules,
        patient_age=age,
        on=on,
        plan=plan,
        muscles=muscles,
        estim=estim,
        profile=profile,
        doctor_answers=mapped.doctors,
    )
    findings, asks = operator_rules(facts.operator, places, on)
    return with_more(_told_plainly(result, mapped, book_rules), findings, (*mapped.asks, *asks))


def with_more(result: Result, findings: Sequence[Finding], asks: Sequence[Ask]) -> Result:
    """`result` with further findings and questions; they can only make it stricter."""
    disposition = strictest([result.disposition, *(one.action.disposition for one in findings)])
    return replace(
        result,
        disposition=disposition,
        cleared=result.cleared and not asks and disposition in MAY_START,
        findings=(*findings, *result.findings),
        ask=(*result.ask, *asks),
    )


def map_facts(facts: Facts, book: Rulebook, symptoms: Sequence[Symptom], on: date, today: Today) -> Mapped:
    """The answers and the background that `facts` mean."""
    mapped = Mapped(doctors=list(facts.doctors))
    mapping = _Mapping(facts, book, symptoms, on, mapped)
    mapping.person()
    mapping.said()
    mapping.lists()
    mapping.values()
    mapping.doctor()
    _settle(facts, mapped, book, gather(mapped.answers, mapped.background, book, on, today))
    return mapped


class _Mapping:
    """Takes the facts group by group; what it gathers is `mapped`."""

    def __init__(self, facts: Facts, book: Rulebook, symptoms: Sequence[Symptom], on: date, mapped: Mapped) -> None:
        self.facts, self.book, self.symptoms, self.on, self.mapped = facts, book, symptoms, on, mapped
        self.context = " ".join(self._context())

    def answer(self, question: str, said: Said, detail: str = "", chosen: Sequence[str] = ()) -> None:
        """One more answer."""
        self.mapped.answers.append(Answer(question, said, detail, chosen=tuple(chosen)))

    # --- the person ---

    def person(self) -> None:
        """Wish, fear, guardian and child, sex, thin."""
        for key, question in (("willing", "willing"), ("guardian_consent", "guardian"), ("child_assent", "assent")):
            if key in self.facts.flags:
                self.answer(question, Said.YES if self.facts.flags[key] else Said.NO)
        fear = self.facts.choices.get("needle_phobia")
        if fear == "none":
            self.answer("fear", Said.NO)
        elif fear:
            self.answer("fear", Said.YES, chosen=["a_little" if fear == "mild" else "a_lot"])
        self._capacity(self.facts.said.get("capacity"))
        if self.facts.numbers.get("bmi", THIN) < THIN:
            words = f"Underweight: BMI {self.facts.numbers['bmi']:g}"
            self.mapped.background.append(Background(Kind.TEXT, words, source="facts:bmi"))

    def _capacity(self, told: Told | None) -> None:
        proxy = self.facts.said.get("legal_proxy")
        present = proxy is not None and proxy is not False
        if proxy is not None and told is not True:  # "no proxy" of somebody who decides alone means that none is needed
            self.answer("proxy_here", Said.YES if present else Said.NO)
        if told is True or (told and {word for text in told for word in tokens(text)} <= ABLE_WORDS):
            self.answer("capacity", Said.NO)
            self.mapped.denials |= dict.fromkeys(ABLE, "capacity: true")
        elif told is False:
            self.answer("capacity", Said.YES, chosen=["proxy" if present else "confused"])
            if present:  # whether they can keep still and speak up is still unknown
                self.answer("capacity", Said.UNSURE)
        elif told:
            self._capacity_words(" ".join(told), present)

    def _capacity_words(self, text: str, proxy: bool) -> None:
        words = set(tokens(text))
        chosen = [option for option, known in CAPACITY.items() if words & set(known.split())]
        if proxy and "confused" in chosen:
            chosen = [*(one for one in chosen if one != "confused"), "proxy"]
        if chosen:
            self.answer("capacity", Said.YES, text, sorted(set(chosen)))
        if not chosen or proxy:
            self.answer("capacity", Said.UNSURE, text)

    # --- yes, no or words ---

    def said(self) -> None:
        """Every fact of which the answer is yes, no or words."""
        for key, told in self.facts.said.items():
            if told is False:
                self.mapped.denials |= dict.fromkeys(DENIES.get(key, ()), f"{key}: false")
            if key in ASKED_BY:
                self._said(ASKED_BY[key], told)
        self._bleeding(self.facts.said.get("bleeding_history"))
        self._day(self.facts.said.get("fasting"), self.facts.said.get("syncope_history"))
        wound = self.facts.said.get("wound")
        if wound:
            self._words("skin", _texts(wound), chosen=("wound",))
        self._fever(self.facts.said.get("fever"))

    def _said(self, question: str, told: Told) -> None:
        if told is True:
            self.answer(question, Said.YES)
        elif told is False:
            if not (question == "skin" and self.facts.said.get("wound") not in (None, False)):
                self.answer(question, Said.NO)
        else:
            self._words(question, _texts(told))

    def _words(self, question: str, told: Sequence[str], chosen: Sequence[str] = ()) -> None:
        for text in told or ("",):
            words = tokens(text)
            if words and set(words) <= NO_WORDS:
                self.answer(question, Said.NO)
            elif words and (words[0] in DENIALS or (question == "surgery" and over(text, self.on, MONTHS_3))):
                self.answer(question, Said.UNSURE, text)  # whether an old operation matters is asked
            elif chosen or not words or set(words) <= YES_WORDS:
                self.answer(question, Said.YES, "" if set(words) <= YES_WORDS else text, chosen)
            else:
                self._written(self.book.question(question), text)

    def _written(self, question: Question, text: str) -> None:
        """Words that name something: the options they mean, or the thing itself, or the question's plain yes."""
        meant = [one for one in mentions(text, self.book.vocabulary) if one.told is not How.DENIED]
        signs = {sign for one in meant for sign in (one.term.sign, one.term.past) if sign}
        options = [option.id for option in question.options if signs & set(option.signs)]
        if question.id == "surgery":  # what it was says nothing of when: not known to be over is recent
            options = sorted({*options, "recent"})
        if question.id in ("skin", "lymph"):
            self._symptoms("lymphoedema" if question.id == "lymph" else "skin", text)
        if signs and not options and not signs & set(question.yes):
            self.mapped.background.append(Background(Kind.TEXT, text, source=f"facts:{question.id}"))
        else:
            self.answer(question.id, Said.YES, text, options)

    def _bleeding(self, told: Told | None) -> None:
        if told is not None:
            self.answer("thinner_bleeding", Said.NO if told is False else Said.YES)

    def _day(self, fasting: Told | None, faints: Told | None) -> None:
        if fasting:
            self.answer("state", Said.YES, "; ".join(_texts(fasting)), ["hungry"])
        if faints:
            self._words("needling_before", _texts(faints), chosen=("faint",))

    def _fever(self, told: Told | None) -> None:
        degrees = self.facts.numbers.get("fever")
        if degrees is not None and degrees >= FEVER:
            self.answer("infection", Said.YES, f"{degrees:g} degrees", ["fever"])
        elif degrees is not None:
            self.answer("infection", Said.UNSURE, f"{degrees:g} degrees")
        elif told:
            self._words("infection", _texts(told), chosen=("fever",))

    # --- lists ---

    def lists(self) -> None:
        """Every entry of every list."""
        for key, entries in self.facts.lists.items():
            for text in entries:
                self._entry(key, text)

    def _entry(self, key: str, text: str) -> None:
        named = self._symptoms(key, text) | self._pressure(text)
        day = last_day(text)
        fact = Background(KINDS.get(key, Kind.TEXT), text, codes_in(text, key), onset=day, source=f"facts:{key}")
        self.mapped.background.append(fact)
        coded = any(code in self.book.vocabulary.by_code for code in fact.codes)
        if not named and not coded and not mentions(text, self.book.vocabulary):
            self.answer("anything_else", Said.YES, text)

    def _context(self) -> Iterator[str]:
        """What was told elsewhere and makes a symptom another one: a stiff neck is one thing, with fever another."""
        told = self.facts.lists.get("symptoms", ())
        feverish = [one for text in told for one in seen(text, self.symptoms) if one.symptom.id == "fever"]
        if (
            self.facts.numbers.get("fever", 0) >= FEVER
            or self.facts.said.get("fever")
            or any(one.told is How.PRESENT for one in feverish)
        ):
            yield "fever"
        if self.facts.numbers.get("pregnancy_weeks"):
            yield "pregnant"
        if any(pressure(text) for texts in self.facts.lists.values() for text in texts):
            yield "blood pressure"

    def _pressure(self, text: str) -> bool:
        found = pressure(text)
        for question, number in zip(("pressure_upper", "pressure_lower"), found or (), strict=False):
            self.mapped.answers.append(Answer(question, Said.YES, text, number=number))
        return found is not None

    def _is_old(self, key: str, text: str, question: str) -> bool:
        """An event of an earlier time: no warning sign of today, and no change since a later answer of a doctor."""
        if question == "doctor_since" and self.mapped.doctors:
            return before(text, min(one.on for one in self.mapped.doctors))
        return key == "events" and question.startswith("flags_") and over(text, self.on, MONTHS_3)

    def _symptoms(self, key: str, text: str) -> bool:
        found = seen_in(key, text, self.symptoms, self.context, self.on)
        for one in found:
            if self._is_old(key, text, one.symptom.question):
                if one.symptom.question != "doctor_since":
                    self.answer(one.symptom.question, Said.UNSURE, text)
            elif one.told is How.PRESENT:
                chosen = [one.symptom.option] if one.symptom.option else []
                self.answer(one.symptom.question, Said.YES, text, chosen)
            elif one.told is not How.DENIED:
                self.answer(one.symptom.question, Said.UNSURE, text)
        return bool(found)

    # --- values ---

    def values(self) -> None:
        """Blood values and weeks of pregnancy. A value without a date counts when it alarms and never reassures."""
        for key in ("inr", "platelets", "neutrophils"):
            if key in self.facts.numbers:
                self.mapped.answers.append(Answer(key, Said.YES, number=self.facts.numbers[key]))
                self.answer(key, Said.UNSURE)
        weeks, male = self.facts.numbers.get("pregnancy_weeks"), self.facts.choices.get("sex") == "male"
        if weeks:
            self.answer("pregnancy", Said.YES, chosen=["pregnant"])
            self.mapped.answers.append(Answer("pregnancy_weeks", Said.YES, number=weeks))
            if male:
                self.mapped.denials["pregnancy"] = "sex: male"
        elif weeks == 0 or male:
            self.answer("pregnancy", Said.NO)

    def doctor(self) -> None:
        """A doctor's words without who, when and what close nothing; a no among them refuses."""
        words = self.facts.doctor_words
        if not words:
            return
        if set(tokens(words)) & DENIALS:
            open_ones = {rule.answered_as for rule in self.book.rules if Action.CONSULT in rule.actions.values()}
            self.mapped.doctors += [
                DoctorAnswer(one, "not told", "A doctor", self.on, Verdict.NO, words) for one in sorted(open_ones)
            ]
        question = "Which doctor answered, when, and what was asked? Only a recorded answer closes a consultation."
        self.mapped.asks.append(Ask("doctor_answer", f"{question} Told was: {words}"))


def _texts(told: Told) -> tuple[str, ...]:
    return () if isinstance(told, bool) else told


def codes_in(text: str, key: str) -> tuple[tuple[str, str], ...]:
    """The codes that an entry is, when it is one: "73211009", "SNOMED 73211009", "E11.9", "rxnorm|855332"."""
    found = CODE.fullmatch(text.strip())
    if not found:
        return ()
    named = (found["system"] or "").strip().lower()
    if named:
        if SYSTEMS.get(named) == "icd10cm":
            return _with_category(found["code"])
        return ((SYSTEMS[named], found["code"]),) if named in SYSTEMS else ()
    if not found["code"].isdigit():
        return _with_category(found["code"])
    return (("rxnorm" if key == "medications" else "snomed", found["code"]),)


def _with_category(code: str) -> tuple[tuple[str, str], ...]:
    """An ICD-10 code and the category it lies in: E11.9 is E11."""
    return tuple(("icd10cm", one) for one in dict.fromkeys((code, code.partition(".")[0])))


def _settle(facts: Facts, mapped: Mapped, book: Rulebook, known: Known) -> None:
    """Answer the questions that the told keys cover: yes where something says so, no where nothing does.

    A question of which only some keys were told stays open, whatever they said.
    """
    given = {answer.question for answer in mapped.answers}
    for question, keys in COVERED.items():
        if question in given and not all(map(facts.told, keys)):
            mapped.answers.append(Answer(question, Said.UNSURE))
        elif question not in given and all(map(facts.told, keys)):
            mapped.settled.add(question)
            mapped.answers.extend(_settling(book.question(question), known))
    if known.holds("diabetes") and "fasting" in facts.said:
        mapped.answers.append(Answer("diabetes_eaten", Said.NO if facts.said["fasting"] else Said.YES))
    mapped.answers.append(Answer("setup", Said.NO))


def _settling(question: Question, known: Known) -> Iterator[Answer]:
    chosen = tuple(one.id for one in question.options if one.signs and all(map(known.holds, one.signs)))
    if chosen:
        yield Answer(question.id, Said.YES, chosen=chosen)
    elif question.kind is AnswerKind.YES_NO and any(map(known.holds, question.yes)):
        yield Answer(question.id, Said.YES)
    elif not any(map(known.holds, (*question.yes, *(sign for one in question.options for sign in one.signs)))):
        yield Answer(question.id, Said.NO)


def _told_plainly(result: Result, mapped: Mapped, book: Rulebook) -> Result:
    """The evidence as it was told, without the answers that only repeat it, and every contradiction named."""
    return replace(result, findings=tuple(_plain(one, mapped, book) for one in result.findings))


def _plain(finding: Finding, mapped: Mapped, book: Rulebook) -> Finding:
    repeats = {f"answer:{question}" for question in mapped.settled}
    evidence = tuple(one for one in finding.evidence if one.source not in repeats) or finding.evidence
    rule = book.rule(finding.rule)
    against = {
        told
        for sign in (*rule.all_of, *rule.any_of)
        for denied, told in mapped.denials.items()
        if sign == denied or sign.startswith(denied + ".")
    }
    if not against:
        return replace(finding, evidence=evidence)
    words = f"Two facts contradict each other ({', '.join(sorted(against))}); the less safe of them counts."
    against_it = tuple(Evidence(told, None, "facts") for told in sorted(against))
    return replace(finding, because=f"{finding.because} {words}", evidence=evidence + against_it)
