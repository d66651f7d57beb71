"""The facts floor: what the field knows, each fact with its source. TOML in, clinical's frozen dataclasses out.

`book()` is the one door: it reads every file once per process and refuses to start on a wrong one. Decisions store
`Book.content_hash` beside themselves, so that it stays known which facts they were made with.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from filiform.clinical.adverse import AdverseBook
from filiform.clinical.anatomy import Muscle, Region, Source
from filiform.clinical.coding import CodeBook
from filiform.clinical.condition import Condition
from filiform.clinical.dosage import Dosage
from filiform.clinical.evaluate import People, Scale
from filiform.clinical.follow import FollowRules
from filiform.clinical.locate.known import Known
from filiform.clinical.screen import Rulebook
from filiform.clinical.screen.operator import Jurisdiction
from filiform.clinical.screen.symptoms import Symptom
from filiform.clinical.terms import MuscleId, RegionId
from filiform.clinical.texts import Aftercare, ConsentText, EducationPage
from filiform.knowledge.adverse import load_adverse
from filiform.knowledge.anatomy import load_muscles, load_regions, load_sources
from filiform.knowledge.coding import load_coding
from filiform.knowledge.conditions import load_conditions
from filiform.knowledge.dosage import load_dosage
from filiform.knowledge.follow import load_follow
from filiform.knowledge.instruments import load_people, load_scales
from filiform.knowledge.jurisdictions import load_jurisdictions
from filiform.knowledge.loading import HERE, KnowledgeError
from filiform.knowledge.locate import load_locate
from filiform.knowledge.screening import load_screening
from filiform.knowledge.symptoms import load_symptoms
from filiform.knowledge.texts import load_aftercare, load_consent, load_education

__all__ = ["Book", "KnowledgeError", "book", "content_hash", "load_book"]


@dataclass(frozen=True, slots=True)
class Book:
    """Everything the field knows. Regions and muscles run head to foot; `content_hash` is SHA-256 over all files."""

    regions: Mapping[RegionId, Region]
    muscles: Mapping[MuscleId, Muscle]
    sources: Mapping[str, Source]
    screening: Rulebook
    symptoms: tuple[Symptom, ...]
    jurisdictions: Mapping[str, Jurisdiction]
    consent: ConsentText
    education: Mapping[str, EducationPage]
    aftercare: Aftercare
    follow: FollowRules
    adverse: AdverseBook
    people: Mapping[str, People]
    scales: Mapping[str, Scale]
    codes: CodeBook
    conditions: Mapping[str, Condition]
    dosage: Dosage
    locator: Known
    content_hash: str


@functools.cache
def book() -> Book:
    """The knowledge that ships with Filiform, read once; raises `KnowledgeError`."""
    return load_book(HERE)


def load_book(folder: Path) -> Book:
    """Reads all knowledge under `folder`; raises `KnowledgeError` with file, line and table."""
    sources = load_sources(folder / "sources")
    regions = load_regions(folder / "regions.toml", sources)
    muscles = load_muscles(folder / "muscles", regions, sources)
    aftercare = load_aftercare(folder / "aftercare" / "sheet.toml", sources)
    people = load_people(folder / "instruments" / "people.toml", sources, regions)
    scales = load_scales(folder / "instruments" / "scales.toml", sources, people)
    codes = load_coding(folder / "coding", sources)
    conditions = load_conditions(folder / "conditions" / "conditions.toml", sources, muscles, scales, people, codes)
    screening = load_screening(folder / "screening", sources, regions, muscles)
    adverse = load_adverse(folder / "adverse_events", sources)
    return Book(
        regions=MappingProxyType(regions),
        muscles=MappingProxyType(muscles),
        sources=MappingProxyType(sources),
        screening=screening,
        symptoms=load_symptoms(folder / "screening" / "symptoms.toml", screening),
        jurisdictions=load_jurisdictions(folder / "jurisdictions" / "dry_needling.toml", sources),
        consent=load_consent(folder / "consent" / "text.toml", sources),
        education=MappingProxyType(load_education(folder / "education", sources, aftercare)),
        aftercare=aftercare,
        follow=load_follow(folder / "aftercare", sources, adverse, screening.vocabulary),
        adverse=adverse,
        people=MappingProxyType(people),
        scales=MappingProxyType(scales),
        codes=codes,
        conditions=MappingProxyType(conditions),
        dosage=load_dosage(folder, sources, muscles),
        locator=load_locate(folder / "locate", sources, regions, muscles, conditions, screening),
        content_hash=content_hash(folder),
    )


def content_hash(folder: Path) -> str:
    """SHA-256 (hex) of every TOML file under `folder`, in order of path; a renamed file changes it too."""
    total = hashlib.sha256()
    for name in sorted(_toml(str(folder), "")):
        data = (folder / name).read_bytes()
        total.update(f"{name}\n{len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()


def _toml(folder: str, below: str) -> Iterator[str]:
    # os.scandir, because pathlib's rglob alone took a tenth of a cold start.
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _toml(entry.path, f"{below}{entry.name}/")
        elif entry.name.endswith(".toml"):
            yield f"{below}{entry.name}"
