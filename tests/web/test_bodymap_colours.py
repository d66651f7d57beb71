"""The layers of the body map stay apart without colours: the distances, from the tokens, for every kind of sight.

Each layer has a texture of its own. Where two textures are of one family (dots and rings, thin and thick hatching) what
they cover must differ as well. docs/bodymap.md shows the same numbers, and the map as each sight sees it.
"""

from __future__ import annotations

import math
import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from filiform.web.bodymap.legend import KINDS
from filiform.web.bodymap.textures import PATTERNS, Texture
from tests.web.colours import SIGHTS, THEMES, Rgb, apart, linear, over, seen, tokens

CSS = (Path(__file__).parents[2] / "src/filiform/web/static/web/bodymap.css").read_text(encoding="utf-8")
SEEN = 20.0  # delta E: a line or dot of a layer against the skin
TOLD = 20.0  # two layers whose colours are this far apart in every sight could share a texture; none does
STEP = 8.0  # one strength of pain against the next, and two textures of one family seen from afar
FAMILY = {
    Texture.FLAT: "flat",
    Texture.DOTS: "spots",
    Texture.RINGS: "spots",
    Texture.THIN_HATCH: "hatch",
    Texture.THICK_HATCH: "hatch",
    Texture.CROSS_HATCH: "cross-hatch",
    Texture.PALE: "pale",
    Texture.EDGE: "edge",
    Texture.DASHED_EDGE: "dashed edge",
    Texture.DASHED_RING: "sign with a number in a dashed ring",
    Texture.CROSSED_RING: "sign with a cross",
    Texture.DISC: "full sign",
    Texture.TICKED_RING: "sign with a tick",
}
# The ink of each layer: the token of its lines, dots or edge.
INK = {"pain": "pain4", "muscle": "line-strong", "in": "ink-on-needle"} | {
    kind.name: kind.tokens[0] for kind in KINDS if kind.name not in ("pain", "muscle", "in")
}
# How much of the ground the ink of a texture covers: from the patterns, see `test_shares`.
SHARE = {"refer": 0.342, "spill": 0.112, "danger": 0.044, "loud": 0.433}


def ink(name: str, theme: str) -> Rgb:
    return linear(tokens(theme)[INK[name]])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_every_layer_is_seen_on_the_skin(theme: str, sight: str) -> None:
    skin = linear(tokens(theme)["skin"])
    for kind in KINDS:
        ground = linear(tokens(theme)["needle"]) if kind.name == "in" else skin
        assert apart(ink(kind.name, theme), ground, sight) >= SEEN, kind.name


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_strengths_of_pain_are_told_apart(theme: str, sight: str) -> None:
    steps = [linear(tokens(theme)[f"pain{number}"]) for number in (1, 2, 3, 4)]
    for weaker, stronger in pairwise(steps):
        assert apart(weaker, stronger, sight) >= STEP


def test_no_two_layers_share_a_texture() -> None:
    assert len({kind.texture for kind in KINDS}) == len(KINDS)
    assert set(FAMILY) == set(Texture)


def alike(theme: str, sight: str, ground: str = "skin") -> set[tuple[str, str]]:
    """The pairs of layers that this sight cannot tell apart by colour alone."""
    return {
        (one.name, other.name)
        for one, other in combinations(KINDS, 2)
        if apart(ink(one.name, theme), ink(other.name, theme), sight) < TOLD
    }


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_what_looks_alike_in_colour_differs_in_texture(theme: str, sight: str) -> None:
    family = {kind.name: FAMILY[kind.texture] for kind in KINDS}
    skin = linear(tokens(theme)["skin"])
    pairs = alike(theme, sight)
    assert ("refer", "spill") in pairs, "the test sees no pair at all"
    for one, other in pairs:
        if family[one] != family[other]:
            continue
        from_afar = [over(ink(name, theme), SHARE[name], skin) for name in (one, other)]
        assert apart(*from_afar, sight) >= STEP, (one, other)


def test_without_textures_the_layers_could_not_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: one family for all, and the test above fails for want of a difference."""
    monkeypatch.setattr(f"{__name__}.FAMILY", dict.fromkeys(Texture, "flat"))
    monkeypatch.setattr(f"{__name__}.SHARE", {kind.name: 0.5 for kind in KINDS})
    for sight in ("protan", "deutan", "tritan", "grey"):
        with pytest.raises(AssertionError):
            test_what_looks_alike_in_colour_differs_in_texture("light", sight)


def test_shares() -> None:
    """What a pattern covers, from its own numbers, with the opacity that the stylesheet gives it."""
    (size, _turn, dots) = PATTERNS["refer"]
    radii = [float(r) for r in re.findall(r'r="([\d.]+)"', dots)]
    assert SHARE["refer"] == pytest.approx(sum(math.pi * r * r for r in radii) / size**2, abs=0.001)
    (size, _turn, rings) = PATTERNS["spill"]
    width = float(re.findall(r"\.t-spill circle \{[^}]*stroke-width: ([\d.]+)", CSS)[0])
    around = sum(2 * math.pi * float(r) * width for r in re.findall(r'r="([\d.]+)"', rings))
    assert SHARE["spill"] == pytest.approx(around / size**2, abs=0.001)
    for layer, name in (("danger", "quiet"), ("loud", "loud")):
        (size, _turn, line) = PATTERNS[name]
        opacity = re.findall(rf"\.t-{name} rect \{{[^}}]*opacity: ([\d.]+)", CSS)
        covered = float(re.findall(r'width="([\d.]+)"', line)[0]) / size * float(opacity[0] if opacity else 1)
        assert SHARE[layer] == pytest.approx(covered, abs=0.001)


@pytest.mark.parametrize(
    ("rule", "token"),
    [
        (r"\.pain \{", "pain4"),
        (r"\.p1 \{", "pain1"),
        (r"\.p4 \{", "pain4"),
        (r"\.t-refer circle \{", "refer"),
        (r"\.t-spill circle \{", "refer"),
        (r"\.t-quiet rect \{", "hazard"),
        (r"\.t-loud rect \{", "hazard"),
        (r"\.t-restrict path \{", "restrict"),
        (r"\.m\.chosen \{", "primary"),
        (r"\.m\.done \{", "ok"),
        (r"\.mark circle \{", "ink"),
        (r"\.mark\.in circle \{", "needle"),
        (r"\.skin \{", "skin"),
    ],
)
def test_the_stylesheet_draws_with_the_tokens_that_were_measured(rule: str, token: str) -> None:
    (body,) = re.findall(rule + r"([^}]*)\}", CSS)
    assert f"var(--{token})" in body


def test_the_arithmetic_is_that_of_the_books() -> None:
    """White, black and red in CIELAB; grey is blind to hue; full severity takes red to the colour of the tables."""
    assert apart(linear("#FFFFFF"), linear("#000000"), "usual") == pytest.approx(100, abs=0.1)
    assert seen(linear("#FF0000"), "usual") == pytest.approx((53.24, 80.09, 67.20), abs=0.2)
    lightness, a, b = seen(linear("#FF0000"), "grey")
    assert (a, b) == pytest.approx((0, 0), abs=0.1)
    assert lightness == pytest.approx(53.24, abs=0.2)
    assert apart(linear("#FF0000"), linear("#808000"), "protan") > 1
