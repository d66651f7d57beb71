"""Every place and part of the drawing on a telephone is measured for a finger, in Chromium, in every build."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from filiform.clinical.terms import Side
from filiform.knowledge.zones import zones
from tests.journeys.sheet import BUILDS, TALL, TAP, VIEWS, Scene, opened, serving, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with serving(tmp_path_factory.mktemp("drawing")) as found:
        yield found


# ---- large enough for a finger

# What can be tapped and holds no circle of `most` px in which a finger always gets this very thing: its name, and how
# wide the widest is that was found: from the label, then on a grid of 3 px, then uphill from the six best.
TOO_SMALL = """([what, most]) => {
  const turn = n => [Math.cos(n * Math.PI / 12), Math.sin(n * Math.PI / 12)];
  const around = Array.from({length: 24}, (_, n) => turn(n));
  const widest = one => {
    const box = one.getBoundingClientRect(), most_r = most / 2, text = one.querySelector('text');
    const hits = (x, y) => document.elementFromPoint(x, y)?.closest(what) === one;
    const fits = (x, y, r) => hits(x, y) && around.every(([cos, sin]) => hits(x + r * cos, y + r * sin));
    const radius = (x, y, from) => {
      let r = from;
      while (r < most_r && fits(x, y, r + .25)) r += .25;
      return r;
    };
    let start = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    if (text) {
      const at = new DOMPoint(+text.getAttribute('x'), +text.getAttribute('y')).matrixTransform(text.getScreenCTM());
      start = [at.x, at.y - 7];
    }
    if (fits(...start, most_r)) return most;
    const spots = [];
    for (let y = box.top + 1; y < box.bottom; y += 3)
      for (let x = box.left + 1; x < box.right; x += 3)
        if (fits(x, y, most_r - 4)) spots.push([radius(x, y, most_r - 4), x, y]);
    let best = 0;
    for (let [r, x, y] of spots.sort((a, b) => b[0] - a[0]).slice(0, 6)) {
      for (const step of [2, 1, .5, .25])
        for (let went = true; went && r < most_r; ) {
          went = false;
          for (const [cos, sin] of around)
            if (fits(x + step * cos, y + step * sin, r + .25)) {
              [x, y] = [x + step * cos, y + step * sin];
              [r, went] = [radius(x, y, r + .25), true];
            }
        }
      best = Math.max(best, r);
      if (best >= most_r) break;
    }
    return best * 2;
  };
  const every = [...document.querySelectorAll(what)];
  const found = every.map(one => [one.dataset.place || one.getAttribute('aria-label'), widest(one)]);
  return [every.length, found.filter(([, wide]) => wide < most)];
}"""


def narrow(page: Page, what: str) -> dict[str, float]:
    """What of `what` is too small for a finger, and how wide it is."""
    looked_at, found = page.evaluate(TOO_SMALL, [what, TAP])
    assert looked_at
    return dict(found)


def zone_names(build: str) -> list[str]:
    """Every part of the neutral figure; of the others one of a pair, whose mirror tests/drawing holds."""
    found = [zone for zone in zones() if build == "neutral" or zone.side is not Side.RIGHT]
    return [f"{zone.id}.{zone.side.value}" if zone.side else zone.id for zone in found]


@pytest.mark.control("C-226")
@pytest.mark.parametrize("build", BUILDS)
def test_every_place_and_part_is_at_least_44_px_for_a_finger_in_every_build(
    browser: Browser, scene: Scene, build: str
) -> None:
    small: dict[str, dict[str, float]] = {}
    with window(browser, viewport=TALL) as context:
        page = opened(context, scene)
        page.goto(f"{scene.home}/p/drawing/?figure={build}")
        for view in VIEWS:
            page.goto(f"{scene.home}/p/drawing/?view={view}")
            if found := narrow(page, "a.cell"):
                small[view] = found
        for name in zone_names(build):
            page.goto(f"{scene.home}/p/drawing/?part={name}")
            if found := narrow(page, "[data-place]"):
                small[name] = found
    assert small == {}, json.dumps(small, indent=1)


@pytest.mark.control("C-226")
def test_control_on_the_whole_figure_the_places_would_be_too_small(browser: Browser, scene: Scene) -> None:
    """Negative control: the same measure, of a part that is shown as small as in the whole figure."""
    with window(browser, viewport=TALL) as context:
        page = opened(context, scene)
        page.goto(f"{scene.home}/p/drawing/?part=face")
        assert narrow(page, "[data-place]") == {}
        page.evaluate("document.querySelector('.figure').style.width = '90px'")
        assert "temple.left" in narrow(page, "[data-place]")
