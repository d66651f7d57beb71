"""Run in an installation (`python -m tests.journeys.scenes`): a practice at each step of a visit, and every page there.

Prints as JSON the pages worth opening: who, which address, with which session. A page that looks like one already
listed (the same address, no element or class that is new in it or around it) is left out: short, and complete.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from filiform.config.start import migrate, start_django

if TYPE_CHECKING:
    from tests.pages.walk import Scene

STEPS = ("arrived", "screened", "consented", "opened", "needling", "counted", "closed", "decided", "amended")
SESSION = "sessionid"
FRAME = "around every page"


def main() -> None:
    """Make them."""
    start_django()
    migrate()
    from tests.pages import walk

    seen: dict[str, set[str]] = {}
    found: list[dict[str, Any]] = []
    for step in reversed(STEPS):  # the fullest pages first
        scene = walk.scene(step, "Alder" if step == "amended" else f"Practice {step}")
        others = ("front_desk", "owner", "auditor") if step == "amended" else ()
        public = ("visitor", "patient") if step == "amended" else ()
        for who in (*public, "therapist", *others):
            found += [{"step": step, **page} for page in pages(scene, who, seen)]
    print(json.dumps(found))


def pages(scene: Scene, who: str, seen: dict[str, set[str]]) -> Iterator[dict[str, Any]]:
    """The pages of `who` with something not yet seen at that address."""
    from tests.pages import walk

    browser = scene.browser(who)
    for route in walk.own_routes():
        if walk.expected(route, who) != "in":
            continue
        url = route.url(scene.ids)
        answer = browser.get(url)
        if answer.status_code != 200 or not walk.whole_page(answer):
            continue
        frame, main = parts(answer.content.decode())
        new = skeleton(main) - seen.setdefault(route.name, set())
        if new | skeleton(frame) - seen.setdefault(FRAME, set()):
            seen[route.name] |= new
            seen[FRAME] |= skeleton(frame)
            cookie = browser.cookies.get(SESSION)
            yield {"who": who, "route": route.name, "url": url, "session": cookie.value if cookie else ""}


def parts(html: str) -> tuple[str, str]:
    """What stands around every page, and the page itself."""
    before, tag, after = html.partition("<main")
    return before, tag + after


def skeleton(html: str) -> set[str]:
    """Every element with its classes and kind, without words and ids."""
    tags = re.findall(r"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>", html)
    return {f"{tag}.{cls}" for tag, attributes in tags for cls in _classes(attributes)}


def _classes(attributes: str) -> list[str]:
    given = re.search(r'class="([^"]*)"', attributes)
    return [*(given.group(1).split() if given else ()), "disabled" if " disabled" in attributes else ""]


if __name__ == "__main__":
    main()
