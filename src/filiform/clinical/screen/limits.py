"""From a rule that holds to the restrictions it sets: which regions, muscles and techniques, on which side, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from filiform.clinical.screen.book import Rule, Rulebook, Where
from filiform.clinical.screen.result import Restrict, Restriction, Scope
from filiform.clinical.screen.signs import Fact, sites_of
from filiform.clinical.terms import BodySite, Side


def restrictions_of(rule: Rule, reasons: Sequence[Fact], book: Rulebook) -> Iterator[Restriction]:
    """Every restriction of `rule`, given the `reasons` for which it holds (their places decide the regions)."""
    for precaution in rule.precautions:
        known = book.precautions[precaution]
        yield Restriction(known.scope, known.id, None, Restrict.MODIFY, known.words, rule.id)
    because = rule.limits_because or rule.because
    for technique in rule.avoid_techniques:
        yield Restriction(Scope.TECHNIQUE, technique, None, Restrict.AVOID, because, rule.id)
    for group in rule.avoid_muscles:
        for muscle in book.muscle_sets[group]:
            yield Restriction(Scope.MUSCLE, muscle, None, Restrict.AVOID, because, rule.id)
    for group in rule.avoid_regions:
        for region in book.region_sets[group]:
            yield Restriction(Scope.REGION, region, None, Restrict.AVOID, because, rule.id)
    for site in sorted(_excluded(rule, reasons, book)):
        yield Restriction(Scope.REGION, site.region, site.side, Restrict.AVOID, because, rule.id)


def _excluded(rule: Rule, reasons: Sequence[Fact], book: Rulebook) -> set[BodySite]:
    """The regions around the places that the evidence names; none when the rule excludes no place."""
    if rule.avoid_at is None:
        return set()
    found: set[BodySite] = set()
    for site in sites_of(reasons):
        found.add(site)
        if rule.avoid_at is Where.AREA:
            found |= {BodySite(region, side) for region in book.areas[site.region] for side in _sides(site)}
        elif rule.avoid_at is not Where.SITE:
            found |= around(site, book, quadrant=rule.avoid_at is Where.LIMB_AND_QUADRANT)
    return found


def around(site: BodySite, book: Rulebook, *, quadrant: bool) -> set[BodySite]:
    """The whole limb that `site` lies in, with `quadrant` also the quarter of the trunk that it joins.

    A site on that quarter of the trunk stands for the limb as well when the quadrant is asked for.
    """
    found: set[BodySite] = set()
    for limb, trunk in book.limbs:
        in_limb, in_trunk = site.region in book.region_sets[limb], site.region in book.region_sets[trunk]
        if in_limb or (quadrant and in_trunk):
            groups = (limb, trunk) if quadrant else (limb,)
            found |= {
                BodySite(region, side)
                for group in groups
                for region in book.region_sets[group]
                for side in _sides(site)
            }
    return found


def _sides(site: BodySite) -> tuple[Side, ...]:
    """A mark on the midline stands for both sides."""
    return (Side.LEFT, Side.RIGHT) if site.side is Side.MIDLINE else (site.side,)
