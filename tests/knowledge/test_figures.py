"""Every published figure of the measures, typed a second time from facts.md section 6: a slip in one is seen."""

from __future__ import annotations

import pytest

from filiform.clinical.evaluate import Figure
from filiform.knowledge import book

# measure: errors, then changes that matter; "people value", with % for per cent and @a-b for a starting value.
TABLE = {
    "pain": (
        "low_back 2, neck 2.1, neck 4, specific_back 1.77",
        "low_back 2, neck 1.3, neck 1.5, specific_back 1 @1-4, specific_back 2 @5-7, specific_back 3 @8-10, "
        "specific_back 4 @8-10, chronic_musculoskeletal 2, chronic_musculoskeletal 33%, chronic_musculoskeletal 1, "
        "chronic_musculoskeletal 15%",
    ),
    "tightness": ("", ""),
    "range": ("- 10, - 5", ""),
    "crom": ("chronic_neck 6.8, chronic_neck 3.5, - 7, - 5", ""),
    "flexion_rotation": ("- 7", ""),
    "ppt": ("- 0.5", "- 20%, - 15%"),
    "vas": ("- 15, - 10", "- 20, - 12"),
    "psfs": ("low_back 2, radiating_neck 2.1", "neck 2, shoulder 2, shoulder 1.9"),
    "psfs_single": ("low_back 3", ""),
    "psfs_2": ("neck 1.1", "neck 2.7"),
    "rmdq": ("low_back 5, low_back 4", "low_back 5, low_back 30%"),
    "groc": ("", "- 3, - 5"),
    "pgic": ("", ""),
    "ndi": ("neck 5", "neck 5, neck 7.5, neck 9.5, radiating_neck 7, payer_cms_access 8"),
    "odi": ("low_back 15, low_back 10", "low_back 10, low_back 30%, back_surgery 12.8, payer_cms_access 8"),
    "quickdash": ("- 13, - 15, - 11", "- 18, - 14, shoulder 13.6, shoulder 10.8, payer_cms_access 10"),
    "lefs": ("- 9", "- 9"),
    "spadi": ("shoulder 18", "shoulder 13, shoulder 8"),
    "hit6": ("", "tension_headache 8, migraine 6, migraine 2.5"),
    "promis_pi": ("- 5, - 2", "- 5.5, - 3, - 2, payer_cms_access 2"),
    "promis_pf": ("- 5, - 2", "- 5.5, - 3, - 2, payer_cms_access 2"),
    "koos_jr": ("", "- 10, - 8, payer_cms_access 10"),
    "hoos_jr": ("", "- 10, - 8, payer_cms_access 10"),
}
RANGES = {
    "pain": (0, 10), "tightness": (0, 10), "range": (-30, 190), "crom": (-30, 190), "flexion_rotation": (0, 90),
    "ppt": (0, 20), "vas": (0, 100), "psfs": (0, 10), "psfs_single": (0, 10), "psfs_2": (0, 10), "rmdq": (0, 24),
    "groc": (-7, 7), "pgic": (1, 7), "ndi": (0, 50), "odi": (0, 100), "quickdash": (0, 100), "lefs": (0, 80),
    "spadi": (0, 100), "hit6": (36, 78), "promis_pi": (10, 90), "promis_pf": (10, 90), "koos_jr": (0, 100),
    "hoos_jr": (0, 100),
}  # fmt: skip


def _written(figures: tuple[Figure, ...]) -> str:
    return ", ".join(_one(figure) for figure in figures)


def _one(figure: Figure) -> str:
    begins = f" @{figure.begins[0]}-{figure.begins[1]}" if figure.begins else ""
    return f"{figure.people or '-'} {figure.value:g}{'%' if figure.percent else ''}{begins}"


@pytest.mark.control("C-150")
@pytest.mark.parametrize("name", TABLE)
def test_figures_and_range_are_those_of_the_facts(name: str) -> None:
    scale = book().scales[name]
    assert (_written(scale.errors), _written(scale.important)) == TABLE[name]
    assert (scale.low, scale.high) == RANGES[name]


def test_no_measure_is_left_out() -> None:
    assert list(book().scales) == list(TABLE)
    assert set(TABLE) == set(RANGES)


def test_a_payers_rule_is_never_used_unasked() -> None:
    for scale in book().scales.values():
        for figures in (scale.errors, scale.important):
            assert not figures or figures[0].people != "payer_cms_access"
