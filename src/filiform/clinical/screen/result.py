"""What the screening says: findings, restrictions, open questions and one disposition, and their JSON
(contracts.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from filiform.clinical.terms import Cite, Side, Sure


class Disposition(StrEnum):
    """What may happen today, from the mildest to the strictest, in the order of `contracts.md`."""

    PROCEED = "proceed"
    PROCEED_MODIFIED = "proceed_modified"
    REGION_EXCLUDED = "region_excluded"
    DEFER = "defer"
    CONSULT_FIRST = "consult_first"
    REFUSE = "refuse"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """0 for the mildest, 6 for the strictest."""
        return _RANK[self]


_RANK = {disposition: rank for rank, disposition in enumerate(Disposition)}


def strictest(dispositions: Iterable[Disposition]) -> Disposition:
    """The strictest of `dispositions`; `proceed` when there is none."""
    return max(dispositions, key=lambda disposition: disposition.rank, default=Disposition.PROCEED)


class Action(StrEnum):
    """What one rule asks for (facts.md section 2). `none`: the profile does not hold this rule at all."""

    NONE = "none"
    NOTE = "note"
    MODIFY = "modify"
    REGION = "region"
    DEFER = "defer"
    CONSULT = "consult"
    REFUSE = "refuse"
    ALERT = "alert"

    @property
    def disposition(self) -> Disposition:
        """The disposition that this action alone leads to."""
        return _DISPOSITION[self]


_DISPOSITION = {
    Action.NONE: Disposition.PROCEED,
    Action.NOTE: Disposition.PROCEED,
    Action.MODIFY: Disposition.PROCEED_MODIFIED,
    Action.REGION: Disposition.REGION_EXCLUDED,
    Action.DEFER: Disposition.DEFER,
    Action.CONSULT: Disposition.CONSULT_FIRST,
    Action.REFUSE: Disposition.REFUSE,
    Action.ALERT: Disposition.EMERGENCY,
}


class Scope(StrEnum):
    """What a restriction restricts."""

    PATIENT = "patient"
    REGION = "region"
    MUSCLE = "muscle"
    TECHNIQUE = "technique"


class Restrict(StrEnum):
    """How far a restriction goes."""

    AVOID = "avoid"
    MODIFY = "modify"
    CONSULT = "consult"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was said or recorded. `date` is None when the record gives none."""

    text: str
    date: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that holds for this patient today, with everything that made it hold."""

    rule: str
    condition: str
    action: Action
    because: str
    evidence: tuple[Evidence, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Restriction:
    """One limit on today's needling. `target` is one id: a region, a muscle, a technique, or a precaution for the
    whole patient. `side` None means both sides."""

    scope: Scope
    target: str
    side: Side | None
    action: Restrict
    because: str
    rule: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that must be known before needling and is not. `question` is the sentence to read out."""

    condition: str
    question: str


@dataclass(frozen=True, slots=True)
class Result:
    """The whole answer. `knowledge` is the content hash of the rules that were used."""

    disposition: Disposition
    cleared: bool
    findings: tuple[Finding, ...]
    restrictions: tuple[Restriction, ...]
    ask: tuple[Ask, ...]
    profile: str
    knowledge: str

    def as_json(self) -> dict[str, Any]:
        """The answer of `./filiform screen`, exactly as `contracts.md` gives it."""
        stored = self.as_stored()
        for restriction in stored["restrictions"]:
            del restriction["rule"]
        return stored

    def as_stored(self) -> dict[str, Any]:
        """As `as_json`, with the rule of each restriction beside it: what the record keeps, so that nothing is lost."""
        return {
            "disposition": self.disposition.value,
            "cleared": self.cleared,
            "findings": [_finding_json(finding) for finding in self.findings],
            "restrictions": [_restriction_json(restriction) for restriction in self.restrictions],
            "ask": [{"condition": ask.condition, "question": ask.question} for ask in self.ask],
            "profile": self.profile,
            "knowledge": self.knowledge,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """The result that `as_json` or `as_stored` wrote. A missing or wrong key raises KeyError or ValueError."""
        return cls(
            disposition=Disposition(data["disposition"]),
            cleared=bool(data["cleared"]),
            findings=tuple(_finding(item) for item in data["findings"]),
            restrictions=tuple(restriction_from_json(item) for item in data["restrictions"]),
            ask=tuple(Ask(item["condition"], item["question"]) for item in data["ask"]),
            profile=str(data["profile"]),
            knowledge=str(data["knowledge"]),
        )


def cite_json(cite: Cite) -> dict[str, str]:
    """One cite as JSON."""
    return {"source": cite.source, "sure": cite.sure.value, "locator": cite.locator}


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "condition": finding.condition,
        "action": finding.action.value,
        "because": finding.because,
        "evidence": [
            {"text": one.text, "date": one.date.isoformat() if one.date else None, "source": one.source}
            for one in finding.evidence
        ],
        "cites": [cite_json(cite) for cite in finding.cites],
    }


def _restriction_json(restriction: Restriction) -> dict[str, Any]:
    return {
        "scope": restriction.scope.value,
        "target": restriction.target,
        "side": restriction.side.value if restriction.side else None,
        "action": restriction.action.value,
        "because": restriction.because,
        "rule": restriction.rule,
    }


def _finding(item: Mapping[str, Any]) -> Finding:
    return Finding(
        rule=item["rule"],
        condition=item["condition"],
        action=Action(item["action"]),
        because=item["because"],
        evidence=tuple(
            Evidence(one["text"], date.fromisoformat(one["date"]) if one["date"] else None, one["source"])
            for one in item["evidence"]
        ),
        cites=tuple(Cite(one["source"], Sure(one["sure"]), one["locator"]) for one in item["cites"]),
    )


def restriction_from_json(item: Mapping[str, Any]) -> Restriction:
    """One restriction of `as_json` or `as_stored`; the rule is empty when the JSON does not carry it."""
    return Restriction(
        scope=Scope(item["scope"]),
        target=item["target"],
        side=Side(item["side"]) if item["side"] else None,
        action=Restrict(item["action"]),
        because=item["because"],
        rule=item.get("rule", ""),
    )
