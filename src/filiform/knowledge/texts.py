"""Patient pages, consent text and after-care sheet from TOML into the dataclasses of `clinical.texts`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from filiform.clinical.anatomy import Source
from filiform.clinical.texts import (
    EMERGENCY,
    Aftercare,
    ConsentKind,
    ConsentText,
    EducationPage,
    Paragraph,
    Statement,
)
from filiform.knowledge.loading import Table, read

Sources = Mapping[str, Source]


def load_aftercare(file: Path, sources: Sources) -> Aftercare:
    """The after-care sheet; raises `KnowledgeError`."""
    root = read(file)
    sheet = Aftercare(
        version=root.text("version"),
        title=root.text("title"),
        reviewed=root.flag("reviewed"),
        normal=_points(root, "normal", sources),
        do=_points(root, "do", sources),
        now=_points(root, "now", sources),
        same_day=_points(root, "same_day", sources),
    )
    for line in sheet.now:
        if EMERGENCY not in line.text:
            raise root.error(f"a danger sign does not say {EMERGENCY}: {line.text!r}")
    root.done()
    return sheet


def _points(root: Table, key: str, sources: Sources) -> tuple[Paragraph, ...]:
    return tuple(_paragraph(table, sources, point=True) for table in root.listed(key))


def _paragraph(table: Table, sources: Sources, *, point: bool) -> Paragraph:
    text, cites = table.text("text"), table.cites(sources)
    for name in re.findall(r"\{[^}]*\}?", text):
        if name != EMERGENCY:
            raise table.error(f"{name!r} is no known place to fill; only {EMERGENCY} is", "text")
    table.done()
    return Paragraph(text, cites, point)


def load_education(folder: Path, sources: Sources, aftercare: Aftercare) -> dict[str, EducationPage]:
    """The patient pages by slug (the file's name), in reading order; raises `KnowledgeError`."""
    ordered: dict[int, EducationPage] = {}
    for file in sorted(folder.glob("*.toml")):
        root = read(file)
        order = root.whole("order")
        if order in ordered:
            raise root.error(f"order {order} is already taken by {ordered[order].slug!r}", "order")
        ordered[order] = _page(root, sources, aftercare)
        root.done()
    return {ordered[order].slug: ordered[order] for order in sorted(ordered)}


def _page(root: Table, sources: Sources, aftercare: Aftercare) -> EducationPage:
    return EducationPage(
        slug=root.file.stem,
        title=root.text("title"),
        reviewed=root.flag("reviewed"),
        paragraphs=tuple(part for table in root.listed("paragraph") for part in _part(table, sources, aftercare)),
    )


def _part(table: Table, sources: Sources, aftercare: Aftercare) -> tuple[Paragraph, ...]:
    """One paragraph, or a whole list of the after-care sheet where the page includes it."""
    if not table.has("include"):
        return (_paragraph(table, sources, point=table.flag("point", False)),)
    name = table.text("include")
    lists = {"now": aftercare.now, "same_day": aftercare.same_day}
    if name not in lists:
        raise table.error(f"{name!r} in 'include' is none of {', '.join(lists)}", "include")
    table.done()
    return lists[name]


def load_consent(file: Path, sources: Sources) -> ConsentText:
    """The consent text; every kind of statement must be there. Raises `KnowledgeError`."""
    root = read(file)
    consent = ConsentText(
        version=root.text("version"),
        title=root.text("title"),
        reviewed=root.flag("reviewed"),
        statements=tuple(_statement(name, table, sources) for name, table in root.tables("statement")),
    )
    kinds = {line.kind for line in consent.statements}
    for kind in ConsentKind:
        if kind not in kinds:
            raise root.error(f"no statement of kind {kind.value!r}; a consent without it is not valid")
    root.done()
    return consent


def _statement(name: str, table: Table, sources: Sources) -> Statement:
    statement = Statement(name, table.one_of("kind", ConsentKind), table.text("text"), table.cites(sources))
    table.done()
    return statement
