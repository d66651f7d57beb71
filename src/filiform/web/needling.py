"""How a needle is used, in words: where it is planned and where it is done they are the same."""

from __future__ import annotations

from django.utils.translation import gettext as _

from filiform.clinical.needle.manner import Manner


def techniques() -> list[tuple[str, str]]:
    """How a needle is used: value and words."""
    return [
        ("superficial", _("Superficial")),
        ("deep", _("Deep")),
        ("pistoning", _("Pistoning")),
        ("retained", _("Left in place")),
        ("estim", _("For e-stim")),
    ]


def manner_words(how: Manner | None) -> str:
    """A plan in one line: "Deep, 20 mm, 10 min"; "" for none."""
    if how is None:
        return ""
    words = [
        dict(techniques())[how.technique.value] if how.technique is not None else "",
        _("%(n)s\u00a0mm") % {"n": f"{how.depth_mm:g}"} if how.depth_mm is not None else "",
        _("%(n)s\u00a0min") % {"n": f"{how.planned_minutes:g}"} if how.planned_minutes is not None else "",
        _("needle %(size)s\u00a0mm") % {"size": size} if (size := needle_size(how)) else "",
    ]
    return ", ".join(filter(None, words))


def needle_size(how: Manner) -> str:
    """The planned needle as packs are called, "0.30 x 40"; as much of it as was planned."""
    sizes = (how.gauge_mm and f"{how.gauge_mm:.2f}", how.length_mm and f"{how.length_mm:g}")
    return "\u00a0×\u00a0".join(size for size in sizes if size)
