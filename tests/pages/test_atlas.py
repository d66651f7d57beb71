"""The atlas: found by name, place or complaint, two taps to every place, dangers first, all with its source."""

from __future__ import annotations

import gzip
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filiform.clinical.anatomy import Hazard, Muscle, Tier
from filiform.clinical.anatomy_drawn import MARK
from filiform.clinical.figure import View
from filiform.clinical.terms import MuscleId, MuscleSide, RegionId, Side
from filiform.knowledge import anatomy_drawn, book
from filiform.knowledge.zones import zones
from filiform.pages.atlas import pictures, shown, views
from filiform.pages.atlas.finding import LONGEST, MOST_MUSCLES, find
from filiform.web import sources
from filiform.web.bodymap import overlays
from tests import clinic
from tests.clinic import Clinic
from tests.pages.visiting import MOST_BYTES, MOST_QUERIES, signed_in

pytestmark = pytest.mark.django_db
MUSCLES = book().muscles
REGIONS = book().regions
SOME = ("infraspinatus", "rhomboids", "levator_ani_coccygeus", "masseter", "abductor_hallucis")
# The places of the article (mission, row M11), by the region whose page they are.
ARTICLE = {
    "shoulder": "shoulder_lateral",
    "neck": "neck_posterior",
    "heel": "heel",
    "hip": "hip_lateral",
    "back": "thoracic_middle",
    "low back": "lumbar",
    "pelvic floor": "pelvic_floor",
    "hamstrings": "thigh_posterior",
}


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


@pytest.fixture
def browser(here: Clinic) -> Client:
    return signed_in()


def page(browser: Client, url: str) -> str:
    """The page, with its budgets checked."""
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    assert len(asked) <= MOST_QUERIES, "\n".join(one["sql"][:160] for one in asked)
    assert len(gzip.compress(answer.content)) <= MOST_BYTES, url
    return answer.content.decode()


def words(html: str) -> str:
    """What a reader sees, in one line, all small."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()).casefold()


def links(html: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"]*)"', html.partition("<main")[2])]


# ---- who may read it


def test_people(here: Clinic) -> None:
    for role in ("front_desk", "therapist", "owner", "auditor"):
        assert signed_in(role).get("/atlas/").status_code == 200, role
    nobody = Client().get("/atlas/muscles/infraspinatus/")
    assert nobody.status_code == 302
    assert "/account/login/" in nobody.headers["Location"]


def test_what_there_is_not_is_not_found(browser: Client) -> None:
    for url in ("/atlas/muscles/no_such_muscle/", "/atlas/places/elbow_of_nowhere/"):
        assert browser.get(url).status_code == 404
    assert "from behind" in words(page(browser, "/atlas/muscles/infraspinatus/?side=up"))
    assert "where does it hurt" in words(page(browser, "/atlas/?part=tail.left&view=inside"))


# ---- two taps


def taps(browser: Client, first: str) -> dict[str, int]:
    """{region: how many taps on the map lead to its page}, beginning at the page `first`."""
    html = page(browser, first)
    found: dict[str, int] = {}
    for part in {href for href in links(html) if href.startswith("?part=")}:
        for href in links(page(browser, "/atlas/" + part.partition("#")[0])):
            if href.startswith("/atlas/places/"):
                found[href.split("/")[3]] = 2
    return found


def test_every_place_of_the_article_is_two_taps_away(browser: Client) -> None:
    found = taps(browser, "/atlas/")
    assert {place: found.get(region) for place, region in ARTICLE.items()} == dict.fromkeys(ARTICLE, 2)
    for region in ARTICLE.values():
        assert [href for href in links(page(browser, f"/atlas/places/{region}/")) if href.startswith("/atlas/muscles/")]


def test_the_walk_misses_a_place_that_the_map_has_not(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    without = tuple(zone for zone in zones() if all(place.region != "heel" for place in zone.places))
    monkeypatch.setattr(pictures, "zones", lambda: without)
    with pytest.raises(AssertionError):
        test_every_place_of_the_article_is_two_taps_away(browser)


def test_every_region_is_on_the_map_and_in_the_list(browser: Client) -> None:
    assert set(taps(browser, "/atlas/") | taps(browser, "/atlas/?view=sides")) == set(REGIONS)
    html = page(browser, "/atlas/")
    assert {href.split("/")[3] for href in links(html) if href.startswith("/atlas/places/")} == set(REGIONS)
    assert {href.split("/")[3] for href in links(html) if href.startswith("/atlas/muscles/")} == set(MUSCLES)


@pytest.mark.parametrize("region", REGIONS)
def test_a_place_names_who_is_felt_there_and_who_lies_there(browser: Client, region: RegionId) -> None:
    html = page(browser, f"/atlas/places/{region}/?side=left")
    listed = [href for href in links(html) if href.startswith("/atlas/muscles/")]
    wanted = {one.id for one in MUSCLES.values() if region in one.regions}
    assert {href.split("/")[3] for href in listed} == wanted
    assert all(href.endswith("?side=left") for href in listed), "the side goes along"
    assert "no fixed referral should be expected" in words(html)


# ---- a muscle's page


def told(html: str, muscle: Muscle) -> list[str]:
    """What the page must say of the muscle and does not."""
    text = words(html)
    needed = [muscle.name, muscle.position, muscle.technique, muscle.complaints, MARK, "no clinician has reviewed"]
    needed += [REGIONS[region].words for region in (*muscle.primary, *muscle.spill, *muscle.enters)]
    needed += [book().sources[cite.source].title for cite in muscle.cites]
    needed += [sources.sure_word(cite.sure) for cite in muscle.cites]
    needed += [one.words for one in book().conditions.values() if muscle.id in one.muscles]
    return [one for one in needed if " ".join(one.split()).casefold() not in text]


def dangers_told(html: str, muscle: Muscle) -> list[str]:
    """The dangers that the page's first part does not name."""
    first = words(html.partition('class="split"')[0])
    chips = words(html.partition('class="chips"')[2].partition("</ul>")[0])
    needed = [muscle.hazard, *drawn_across(muscle)] + ["for specialists"] * (muscle.tier is Tier.D)
    missing = [one for one in needed if " ".join(one.split()).casefold() not in first]
    return missing + [chip.text for chip in shown_chips(muscle) if chip.text.casefold() not in chips]


shown_chips, pictures_dangers = shown.hazard_chips, pictures.dangers  # kept before a test takes them away


def drawn_across(muscle: Muscle) -> tuple[str, ...]:
    return pictures_dangers(muscle, Side.RIGHT)


@pytest.mark.control("C-235")
@pytest.mark.parametrize("muscle", MUSCLES.values(), ids=list(MUSCLES))
def test_every_muscle_says_all_that_is_known_and_its_dangers_first(browser: Client, muscle: Muscle) -> None:
    html = page(browser, f"/atlas/muscles/{muscle.id}/")
    assert told(html, muscle) == []
    assert dangers_told(html, muscle) == []
    assert ("each of these depths may reach it" in words(html)) is (
        Hazard.PLEURA in muscle.hazards and "goes in at most" in words(html)
    )
    assert len(shown_chips(muscle)) == len(muscle.hazards), "a tag without words would not be shown"


@pytest.mark.control("C-235")
@pytest.mark.parametrize("what", ["tags", "drawn"])
def test_a_danger_that_is_left_out_is_missed(browser: Client, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    muscle = MUSCLES[MuscleId("rhomboids")]
    taken: dict[str, tuple[object, str, object]] = {
        "tags": (shown, "hazard_chips", lambda muscle: []),
        "drawn": (pictures, "dangers", lambda muscle, side: ()),
    }
    monkeypatch.setattr(*taken[what])
    assert dangers_told(page(browser, "/atlas/muscles/rhomboids/"), muscle) != []


@pytest.mark.control("C-235")
def test_dangers_across_the_muscle_are_loud_and_the_lung_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    muscle = MUSCLES[MuscleId("rhomboids")]

    def loud() -> bool:
        picture = str(pictures.near(muscle, Side.RIGHT).map)
        return 'class="dangers loud"' in picture and bool(re.search(r'<text class="loud"[^>]*>lung<', picture))

    assert loud()
    monkeypatch.setattr(overlays, "crossed", lambda *_: ())
    assert not loud(), "with nothing that crosses, this must fail"


@pytest.mark.control("C-236")
@pytest.mark.parametrize("muscle", MUSCLES.values(), ids=list(MUSCLES))
def test_a_muscle_for_specialists_has_no_diameter_and_every_other_has(muscle: Muscle) -> None:
    found = shown.needling(muscle)
    assert bool(found.diameters) is (muscle.tier is not Tier.D)
    assert found.cites
    assert [one.deepest_mm < one.mm * 0.7 for one in found.lengths] == [True] * len(found.lengths)


# ---- sides


def sides_shown(html: str, muscle: MuscleId) -> set[Side]:
    """The sides whose outline is drawn as the chosen muscle."""
    drawn = set(re.findall(r'class="m chosen" d="([^"]+)"', html.partition('class="legend"')[0]))
    every = {
        outline.path: outline.side
        for view in View
        for side in (Side.LEFT, Side.RIGHT)
        if (outline := anatomy_drawn.anatomy(view, pictures.FIGURE).outline(MuscleSide(muscle, side)))
    }
    return {every[path] for path in drawn if path in every}


@pytest.mark.control("C-237")
@pytest.mark.parametrize("muscle", SOME)
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_the_side_that_is_asked_for_is_the_side_that_is_drawn(browser: Client, muscle: str, side: Side) -> None:
    html = page(browser, f"/atlas/muscles/{muscle}/?side={side.value}")
    assert sides_shown(html, MuscleId(muscle)) == {side}
    assert f"{MUSCLES[MuscleId(muscle)].name}, {side.value}".casefold() in words(html)
    current = html.partition('aria-current="page"><span class="side')[2]
    assert current.startswith(f" {side.value[0]}")
    other = {"left": "right", "right": "left"}[side.value]
    assert not [href for href in links(html) if href.endswith(f"/?side={other}")], "a link turns the side round"


@pytest.mark.control("C-237")
def test_a_page_that_forgets_the_side_is_noticed(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_side", lambda request: Side.RIGHT)
    with pytest.raises(AssertionError):
        test_the_side_that_is_asked_for_is_the_side_that_is_drawn(browser, "infraspinatus", Side.LEFT)


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
@pytest.mark.parametrize("muscle", MUSCLES.values(), ids=list(MUSCLES))
def test_the_pictures_show_where_its_pain_is_felt_by_texture(muscle: Muscle, side: Side) -> None:
    """In at most three pictures every main zone on the skin is drawn, and told apart from the spillover."""
    felt = pictures.felt(muscle, side)
    every = [pictures.near(muscle, side), *pictures.of_pain(muscle, side)]
    html = "".join(str(one.map) for one in every)
    assert len(every) <= 3
    main = {place for place, is_main in felt.items() if is_main and pictures._drawn(place)}
    assert ('class="referral main"' in html) is bool(main)
    assert all(one.words and f'aria-label="{unescape(one.words)}"' in unescape(str(one.map)) for one in every)
    assert str(every[0].map).count('class="mark suggested"') >= 1, "its usual points"


# ---- the search


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("infraspinatus", "infraspinatus"),
        ("infraspinaus", "infraspinatus"),
        ("PIRIFORMUS", "piriformis"),
        ("piri", "piriformis"),
        ("rectus fem", "rectus_femoris"),
        ("frozen shoulder", "subscapularis"),
        ("tension hedache", "temporalis"),
        ("ql", "quadratus_lumborum"),
        ("stiff neck", "levator_scapulae"),
    ],
)
def test_found_by_name_by_complaint_and_with_a_typing_mistake(query: str, first: str) -> None:
    assert find(query).muscles[0].muscle.id == first


@pytest.mark.parametrize("query", [*ARTICLE, "low bak", "sholder", "pain in the heel", "calf"])
def test_found_by_place(query: str) -> None:
    found = find(query)
    assert found.muscles
    assert found.places or query == "hamstrings"
    if query in ARTICLE and found.places:
        assert ARTICLE[query] in {region.id for region in found.places}


def test_each_muscle_is_found_first_by_its_own_name() -> None:
    wrong = [muscle.id for muscle in MUSCLES.values() if find(muscle.name).muscles[0].muscle is not muscle]
    assert wrong == []


def test_back_of_the_head_is_no_back_pain() -> None:
    assert [region.id for region in find("back pain").places][:3] == ["thoracic_middle", "thoracic_lower", "lumbar"]
    assert "occiput" not in {region.id for region in find("back pain").places}


def test_a_muscle_says_why_it_was_found(browser: Client) -> None:
    assert "pain usually felt here: heel" in words(page(browser, "/atlas/?q=heel+pain"))
    assert "complaint: plantar heel pain" in words(page(browser, "/atlas/?q=plantar+heel"))


def test_nothing_found_says_so_and_some_words_say_so_too(browser: Client) -> None:
    assert "nothing fits these words" in words(page(browser, "/atlas/?q=xyzzy"))
    assert "no muscle fits every word" in words(page(browser, "/atlas/?q=soleus+xyzzy"))


def test_results_while_typing_are_the_list_alone(browser: Client) -> None:
    answer = browser.get("/atlas/?q=soleus", headers={"HX-Request": "true", "HX-Target": "found"})
    html = answer.content.decode()
    assert "/atlas/muscles/soleus/" in html and "<html" not in html and '<svg class="bodymap' not in html
    assert 'id="found-said"' in html, "a screen reader hears how many"
    assert links("<main" + html) == links(
        "<main" + page(browser, "/atlas/?q=soleus").partition('id="found"')[2].partition("<section")[0]
    )


@given(st.text(max_size=120))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_is_typed_is_answered(query: str) -> None:
    found = find(query)
    assert len(found.query) <= LONGEST
    assert len(found.muscles) <= MOST_MUSCLES
    assert found.more == 0 or len(found.muscles) == MOST_MUSCLES


def test_what_is_typed_comes_back_as_text(browser: Client) -> None:
    html = page(browser, "/atlas/?q=%3Cscript%3Ealert(1)%3C/script%3E%00")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
