"""The components as HTML: what they say, that nothing typed becomes markup, and what they refuse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template

from filiform.clinical.terms import Block, Cite, Level, Side, Sure
from filiform.web import buttons, charts, marks, sources
from filiform.web.parts import Chip, Kind, RailStep, StepState

EVIL = '<script>alert("x")</script>&'
SAFE = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;"


def draw(template: str, **context: object) -> str:
    """A template with `ui` loaded, rendered."""
    return Template("{% load ui %}" + template).render(Context(context))


@pytest.mark.parametrize(
    ("side", "css", "letter", "word"),
    [("left", "l", "L", "left"), ("right", "r", "R", "right"), (Side.MIDLINE, "m", "M", "midline")],
)
def test_a_side_is_coded_by_shape_letter_and_word(side: Side | str, css: str, letter: str, word: str) -> None:
    mark = draw("{% side side %}", side=side)
    assert f'class="side {css}"' in mark and f'aria-label="{word}"' in mark and f">{letter}<" in mark
    assert draw("{% side side words=True %}", side=side).endswith(f"</span> {word}")


def test_no_side_draws_nothing_and_a_wrong_one_is_an_error() -> None:
    assert draw("{% side none %}", none=None) == ""
    with pytest.raises(KeyError):
        marks.side_mark("port")


def test_a_chip_has_icon_word_and_side() -> None:
    html = draw('{% chip "stop" text "no" "left" %}', text="No needles in the arm")
    assert 'class="chip stop"' in html and "<svg" in html and "No needles in the arm" in html
    assert 'aria-label="left"' in html


def test_an_unknown_kind_of_chip_is_an_error() -> None:
    with pytest.raises(ValueError, match="purple"):
        marks.chip("purple", "x")


@pytest.mark.parametrize(
    "template",
    [
        '{% chip "ok" x %}',
        '{% go x "/" %}',
        "{% submit x %}",
        "{% stat x x %}",
        "{% empty x %}",
        "{% person name=x number=x %}",
        "{% care x items note=x %}",
        '{% icon "check" label=x %}',
    ],
)
def test_what_was_typed_is_never_markup(template: str) -> None:
    html = draw(template, x=EVIL, items=[EVIL])
    assert EVIL not in html and SAFE in html


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "00:00"), (59, "00:59"), (462, "07:42"), (3600, "1:00:00"), (3725.9, "1:02:05"), (-3, "00:00")],
)
def test_clock(seconds: float, shown: str) -> None:
    assert marks.clock(seconds) == shown


def test_minutes_unknown_is_not_nought() -> None:
    assert marks.minutes(None) == "–"


def test_minutes_live_and_late() -> None:
    early, late = marks.minutes(599, live=True, target=600), marks.minutes(600, live=True, target=600)
    assert 'data-elapsed="599"' in early and "time is up" not in early.split(">")[1] and " late" not in early
    assert 'class="num clock late"' in late and "10:00 time is up" in late


def test_needles_say_how_many_and_look_different_at_nought() -> None:
    assert 'aria-label="1 needle in"' in marks.needles(1)
    assert 'aria-label="3 needles in"' in marks.needles(3) and "none" not in marks.needles(3)
    assert 'class="needles none"' in marks.needles(0)


STOP = Block("consent.missing", "Consent for the left arm is missing.")
WARN = Block("screen.tired", "The patient slept badly.", Level.WARN)


def test_reasons_come_hardest_first() -> None:
    html = marks.blocks([WARN, STOP])
    assert html.index("Consent for") < html.index("slept badly")
    assert 'data-rule="consent.missing"' in html
    assert marks.blocks([]) == ""


@pytest.mark.parametrize(
    "draw_button", [lambda b: buttons.go("Start", "/s", blocks=b), lambda b: buttons.submit("Start", blocks=b)]
)
def test_a_refused_button_is_disabled_and_says_why(draw_button) -> None:  # type: ignore[no-untyped-def]
    refused, warned, free = draw_button([STOP]), draw_button([WARN]), draw_button([])
    assert "disabled" in refused and STOP.because in refused and 'href="/s"' not in refused
    described = refused.split('aria-describedby="')[1].split('"')[0]
    assert f'id="{described}"' in refused
    assert "disabled" not in warned and WARN.because in warned
    assert "disabled" not in free


def test_a_button_of_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="huge"):
        buttons.go("x", "/", size="huge")


def test_the_rail_has_one_next_step() -> None:
    steps = [
        RailStep("Screen", StepState.DONE, "/a"),
        RailStep("Consent", StepState.NEXT, "/b"),
        RailStep("Needle", StepState.TODO),
    ]
    html = marks.rail(steps)
    assert html.count('aria-current="step"') == 1
    assert '<a href="/a">' in html and html.count("<a ") == 2
    with pytest.raises(ValueError, match="one next step"):
        marks.rail([*steps, RailStep("Plan", StepState.NEXT)])


def test_person_says_an_unknown_birth_date() -> None:
    assert "born 12 Mar 1984 (42)" in draw('{% person name="A" born=born age=42 %}', born=date(1984, 3, 12))
    assert "born 1984" in draw('{% person name="A" born="1984" %}')
    assert "birth date not known" in draw('{% person name="A" %}')


def test_chips_are_a_list() -> None:
    html = marks.chips([Chip(Kind.OK, "Ready", "check"), Chip(Kind.WARN, "Review")])
    assert html.count("<li>") == 2 and marks.chips([]) == ""


def test_a_missing_value_breaks_no_line_and_is_never_drawn_as_nought() -> None:
    html = charts.sparkline([10, None, 0], label="fell")
    points = html.split('points="')[1].split('"')[0].split()
    assert len(points) == 2 and points[0] == "4.0,4.0" and points[1] == "70.0,18.0"
    assert charts.sparkline([5, None]) == "" and charts.sparkline([]) == ""


def test_span_stays_within_its_scale() -> None:
    html = charts.span(-5, 500, low=0, high=90)
    assert 'class="from" cx="8.0"' in html and 'class="to" cx="192.0"' in html
    with pytest.raises(ValueError, match="no length"):
        charts.span(1, 2, low=3, high=3)


def test_a_span_takes_measures_as_they_are_kept() -> None:
    html = charts.span(Decimal("3.0"), Decimal("7.5"), low=0.0, high=10.0)
    assert html == charts.span(3.0, 7.5) and "circle" in html


def test_a_cite_says_source_place_and_how_sure() -> None:
    html = sources.cites([Cite("boyce_2020", Sure.FOUND, "abstract"), Cite("article", Sure.UNSURE)])
    assert "(2020), abstract" in html and "we read this in the source" in html
    assert 'class="sure unsure"' in html and "not checked in a source yet" in html


def test_a_claim_without_a_source_says_so() -> None:
    assert "No source is recorded" in sources.cites([])


def test_unreviewed_is_said() -> None:
    assert "No clinician has reviewed these texts yet." in draw("{% unreviewed %}")
