"""What the knowledge must hold: sources everywhere, the reviewed tables cell by cell, the derived safety sets."""

from __future__ import annotations

import csv
import subprocess
import sys

import pytest

from filiform.clinical.anatomy import Hazard, Muscle, with_hazard
from filiform.clinical.terms import Sure
from filiform.knowledge import book
from filiform.knowledge.loading import HERE
from tests.shared import SHARED, needs_shared

BOOK = book()


def ids(text: str) -> list[str]:
    """A list of ids, written as words."""
    return text.split()


PLEURA = ids(
    """
    semispinalis_capitis rectus_abdominis abdominal_obliques sternocleidomastoid upper_trapezius middle_trapezius
    lower_trapezius levator_scapulae splenius_cervicis scalenes supraspinatus infraspinatus teres_minor teres_major
    latissimus_dorsi subscapularis rhomboids serratus_anterior serratus_posterior_superior serratus_posterior_inferior
    pectoralis_major pectoralis_minor subclavius thoracic_multifidus iliocostalis_thoracis longissimus_thoracis
    iliocostalis_lumborum quadratus_lumborum
    """
)
NON_COMPRESSIBLE = ids(
    """
    lateral_pterygoid medial_pterygoid tibialis_posterior iliopsoas obturator_internus levator_ani_coccygeus
    subscapularis popliteus flexor_hallucis_longus quadratus_lumborum piriformis
    """
)
IMPLANT = ids(
    """
    pectoralis_major pectoralis_minor serratus_anterior vastus_medialis popliteus gluteus_maximus gluteus_medius
    gluteus_minimus tensor_fasciae_latae iliopsoas
    """
)
PREGNANCY = ids(
    """
    rectus_abdominis abdominal_obliques iliopsoas quadratus_lumborum lumbar_multifidus longissimus_thoracis
    iliocostalis_lumborum gluteus_maximus gluteus_medius gluteus_minimus piriformis obturator_internus
    levator_ani_coccygeus
    """
)


def test_there_are_90_regions_and_98_muscles() -> None:
    assert (len(BOOK.regions), len(BOOK.muscles)) == (90, 98)


def _facts() -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [(region.id, region.cites) for region in BOOK.regions.values()]
    for muscle in BOOK.muscles.values():
        cited = muscle.cited
        kinds = (cited.zones, cited.hazard, cited.tier, cited.technique, cited.enters)
        found += [(f"{muscle.id} {n}", kind) for n, kind in enumerate(kinds)]
    found += [(page.slug, part.cites) for page in BOOK.education.values() for part in page.paragraphs]
    found += [(line.id, line.cites) for line in BOOK.consent.statements]
    found += [(rule.id, rule.cites) for rule in BOOK.screening.rules]
    sheet = BOOK.aftercare
    return found + [(part.text, part.cites) for part in sheet.normal + sheet.do + sheet.now + sheet.same_day]


def test_every_fact_has_a_source() -> None:
    assert [name for name, cites in _facts() if not cites] == []


def test_every_source_has_a_licence_and_a_date_and_every_cite_a_source() -> None:
    for source in BOOK.sources.values():
        assert source.licence and source.url_or_citation and source.as_of.year >= 2026, source.id
    used = {cite.source for _, cites in _facts() for cite in cites}  # type: ignore[attr-defined]
    assert used <= set(BOOK.sources)


def test_a_found_cite_says_where() -> None:
    for name, cites in _facts():
        for cite in cites:  # type: ignore[attr-defined]
            assert cite.locator or cite.sure is not Sure.FOUND, name


def test_where_needles_enter_is_marked_unreviewed_and_unsure() -> None:
    for muscle in BOOK.muscles.values():
        assert not muscle.enters_reviewed
        assert {(cite.source, cite.sure) for cite in muscle.cited.enters} == {("filiform_enters", Sure.UNSURE)}


@pytest.mark.parametrize(
    ("hazard", "ids"),
    [
        (Hazard.PLEURA, PLEURA),
        (Hazard.NON_COMPRESSIBLE, NON_COMPRESSIBLE),
        (Hazard.IMPLANT, IMPLANT),
        (Hazard.PREGNANCY, PREGNANCY),
    ],
)
@pytest.mark.control("C-020")
def test_the_safety_sets_are_those_of_the_facts(hazard: Hazard, ids: list[str]) -> None:
    assert with_hazard(hazard, BOOK.muscles) == frozenset(ids)


@pytest.mark.control("C-020")
@pytest.mark.parametrize("muscle", BOOK.muscles.values(), ids=lambda muscle: muscle.id)
def test_a_danger_that_the_hazard_text_names_is_tagged(muscle: Muscle) -> None:
    """The therapist reads the text, the rules read the tag: a word in one and not in the other is a hole."""
    words = {
        "pleura": Hazard.PLEURA,
        "spinal c": Hazard.CORD,
        " a.": Hazard.VESSEL,
        "vessel": Hazard.VESSEL,
        " v.": Hazard.VESSEL,
        "carotid": Hazard.VESSEL,
        " n.": Hazard.NERVE,
        "plexus": Hazard.NERVE,
        "kidney": Hazard.ORGAN,
        "bowel": Hazard.ORGAN,
        "peritoneum": Hazard.ORGAN,
        "orbit": Hazard.EYE,
        "joint": Hazard.JOINT,
        "implant": Hazard.IMPLANT,
    }
    text = muscle.hazard.lower().replace("pterygoid venous plexus", "vessel").replace("supraorbital", "n.")
    assert {tag for word, tag in words.items() if word in text} <= muscle.hazards


def test_the_pleura_check_sees_a_missing_tag() -> None:
    """Negative control: the same comparison fails when one muscle loses its tag."""
    without = {name: muscle for name, muscle in BOOK.muscles.items() if name != "rhomboids"}
    assert with_hazard(Hazard.PLEURA, without) != frozenset(PLEURA)


def _rows(name: str) -> list[dict[str, str]]:
    with (SHARED / "clinical" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@needs_shared
def test_regions_agree_with_the_shared_table_cell_by_cell() -> None:
    def cells(pair: tuple[int, int] | None) -> str:
        return f"{pair[0]}/{pair[1]}" if pair else ""

    ours = [
        {
            "id": region.id,
            "patient_words": region.words,
            "group": region.group,
            "midline": "yes" if region.midline else "no",
            "choir_front_right_left": cells(region.choir_front),
            "choir_back_right_left": cells(region.choir_back),
        }
        for region in BOOK.regions.values()
    ]
    assert ours == _rows("regions.csv")


@needs_shared
def test_muscles_agree_with_the_shared_table_cell_by_cell() -> None:
    ours = {
        muscle.id: {
            "id": muscle.id,
            "name": muscle.name,
            "referral_primary": " ".join(muscle.primary),
            "referral_spillover": " ".join(muscle.spill),
            "complaints": muscle.complaints,
            "hazard": muscle.hazard,
            "risk_tier": muscle.tier.value,
            "position": muscle.position,
            "technique_prompt": muscle.technique,
        }
        for muscle in BOOK.muscles.values()
    }
    assert ours == {
        row["id"]: {key: _without_pointer(cell) for key, cell in row.items()} for row in _rows("muscles.csv")
    }


def _without_pointer(cell: str) -> str:
    """The shared table points to a chapter that a reader of ours does not have; ours says what stands there."""
    disputed = "; whether to aim down is disputed between sources, the practice decides"
    return cell.replace(' (sources conflict on "caudal": see 8.4)', disputed).replace("; see 8.4)", ")")


def test_the_hash_is_the_same_twice_and_64_hex_digits() -> None:
    assert BOOK.content_hash == book().content_hash
    assert len(bytes.fromhex(BOOK.content_hash)) == 32


def test_a_cold_load_stays_quick() -> None:
    """The budget is 100 ms in a fresh process; the best of three, because the machine may be busy."""
    code = (
        "import sys, time; sys.path[:0] = sys.argv[1:]; from filiform.knowledge import book; "
        "t = time.process_time(); book(); print(time.process_time() - t)"
    )
    command = [sys.executable, "-c", code, str(HERE.parents[1])]
    runs = [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    assert min(runs) < 0.1, runs
