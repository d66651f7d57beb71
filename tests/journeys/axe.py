"""What a browser can tell of any page: axe, sideways scrolling, the order of Tab and whether focus is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another theme or size of the same page can change.
LOOKS = (
    "color-contrast",
    "link-in-text-block",
    "target-size",
    "scrollable-region-focusable",
    "label-content-name-mismatch",
)
AXE = Axe()
MOST_TABS = 120

# Numbers everything that Tab should reach, in the order of the document. Of radio buttons of one name Tab reaches one.
NUMBER = """() => {
  const radios = new Set(), wanted = [];
  const every = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]');
  for (const one of every) {
    if (one.tabIndex < 0 || one.disabled || one.type === 'hidden') continue;
    if (!one.checkVisibility({visibilityProperty: true})) continue;
    if (one.type === 'radio') {
      const group = (one.form ? [...document.forms].indexOf(one.form) : '-') + one.name;
      const chosen = [...document.getElementsByName(one.name)].some(r => r.form === one.form && r.checked);
      if (chosen ? !one.checked : radios.has(group)) continue;
      radios.add(group);
    }
    one.dataset.tab = wanted.length;
    wanted.push(one.outerHTML.slice(0, 100));
  }
  document.activeElement.blur();
  return wanted;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const marked = element => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  };
  // A radio or checkbox drawn as a tile shows its focus on the label.
  const shown = marked(one) || (one.labels && [...one.labels].some(marked)) || marked(one.parentElement)
    || (one.nextElementSibling && marked(one.nextElementSibling));
  const box = one.getBoundingClientRect();
  return {tab: one.dataset.tab ?? null, shown, html: one.outerHTML.slice(0, 100), height: box.height};
}"""


def violations(page: Page, only: tuple[str, ...] = ()) -> list[str]:
    """What axe finds (by the rules `only`, when given), each with the first element it means."""
    options = {"runOnly": list(only) or RULES, "resultTypes": ["violations"]}
    found = AXE.run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:140]}" for one in found]


def sideways(page: Page, width: int) -> list[str]:
    """What makes the page wider than the window, when it is."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide <= width:
        return []
    guilty = page.evaluate(
        """width => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1)
           .slice(0, 3).map(e => e.outerHTML.slice(0, 70))""",
        width,
    )
    return [f"{wide} px wide in {width}: {guilty}"]


def tabbing(page: Page) -> list[str]:
    """What is wrong with Tab: something not reached, out of order, or focused without being seen."""
    wanted: list[str] = page.evaluate(NUMBER)[:MOST_TABS]
    faults: list[str] = []
    for number, html in enumerate(wanted):
        here = _tab(page, number - 1)
        if here is None or here["tab"] != str(number):
            faults.append(f"Tab reached {here and here['html']} instead of {html}")
            break
        if not here["shown"]:
            faults.append(f"focus is not seen on {html}")
    return faults


def _tab(page: Page, before: int) -> dict[str, Any] | None:
    """Press Tab; again while it moves on inside a date or a time, whose parts are one element."""
    for _ in range(6):
        page.keyboard.press("Tab")
        here: dict[str, Any] | None = page.evaluate(FOCUSED)
        if here is None or here["tab"] != str(before):
            break
    return here
