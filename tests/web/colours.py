"""How far apart two colours are to an eye: CIELAB (D65), for usual sight, three kinds of colour blindness, and in grey.

Colour blindness at full severity by the matrices of Machado, Oliveira and Fernandes 2009 (their table for 1.0), applied
to linear RGB. The distance is the plain one of 1976 (delta E): about 2 can just be seen side by side.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

TOKENS = Path(__file__).parents[2] / "src" / "filiform" / "web" / "static" / "web" / "tokens.css"
THEMES = ("light", "dark")
Rgb = tuple[float, float, float]
Lab = tuple[float, float, float]
Matrix = tuple[Rgb, Rgb, Rgb]

_GREY: Rgb = (0.2126, 0.7152, 0.0722)
SIGHTS: dict[str, Matrix] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "grey": (_GREY, _GREY, _GREY),
}
_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)


def tokens(theme: str, file: Path = TOKENS) -> dict[str, str]:
    """The colours of a theme, by name."""
    text = file.read_text(encoding="utf-8")
    block = text.split(f"[data-theme={theme}] {{")[1].split("}")[0]
    shared = text.split(":root {")[1].split("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6})", shared + block))


def linear(colour: str) -> Rgb:
    """#RRGGBB as linear light, 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _light(red), _light(green), _light(blue)


def _light(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def over(top: Rgb, share: float, ground: Rgb) -> Rgb:
    """What is seen from afar when `top` covers a share of the ground (paint on paper: light adds up)."""
    red, green, blue = (share * a + (1 - share) * b for a, b in zip(top, ground, strict=True))
    return red, green, blue


def seen(light: Rgb, sight: str) -> Lab:
    """How a colour looks to that sight."""
    red, green, blue = (min(1.0, max(0.0, _times(row, light))) for row in SIGHTS[sight])
    x, y, z = (_bent(_times(row, (red, green, blue)) / white) for row, white in zip(_XYZ, _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _times(row: Rgb, light: Rgb) -> float:
    return sum(a * b for a, b in zip(row, light, strict=True))


def _bent(value: float) -> float:
    return value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116


def apart(one: Rgb, other: Rgb, sight: str) -> float:
    """The distance between two colours to that sight."""
    return math.dist(seen(one, sight), seen(other, sight))
