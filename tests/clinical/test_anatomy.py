"""A muscle's sources and regions, gathered from its kinds of facts."""

from __future__ import annotations

from filiform.clinical.terms import MuscleId
from filiform.knowledge import book


def test_a_muscle_names_each_of_its_sources_once() -> None:
    for muscle in book().muscles.values():
        assert muscle.cites
        assert len(set(muscle.cites)) == len(muscle.cites)
        assert set(muscle.cited.enters) <= set(muscle.cites)


def test_a_muscle_touches_where_it_hurts_and_where_it_is_entered() -> None:
    infraspinatus = book().muscles[MuscleId("infraspinatus")]
    assert {"shoulder_anterior", "neck_posterior", "scapula_body"} <= infraspinatus.regions
    assert "heel" not in infraspinatus.regions
