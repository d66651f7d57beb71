"""Billing and diagnosis codes from TOML into `clinical.coding`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from filiform.clinical.anatomy import Source
from filiform.clinical.coding import CodeBook, DiagnosisCode, EndedCode, NeedlingCode, Purpose
from filiform.clinical.terms import Cite
from filiform.clinical.texts import Paragraph
from filiform.knowledge.loading import Table, read

Sources = Mapping[str, Source]
Given = Mapping[str, tuple[Cite, ...]]


def load_coding(folder: Path, sources: Sources) -> CodeBook:
    """The codes of `cpt.toml` and `icd10cm.toml`; raises `KnowledgeError`."""
    root, icd = read(folder / "cpt.toml"), read(folder / "icd10cm.toml")
    cites = _given(root, ("injection", "disguise", "sides", "both"), sources)
    sure = _given(icd, ("found", "recalled", "unsure"), sources)
    diagnoses = {one.code: one for purpose in Purpose for one in _diagnoses(icd.table(purpose), purpose, sure)}
    codes = CodeBook(
        needling=tuple(_needling(name, table, sources) for name, table in root.tables("code")),
        injection=frozenset(root.distinct("injection")),
        injection_cites=cites["injection"],
        disguise=frozenset(root.distinct("disguise")),
        disguise_cites=cites["disguise"],
        sides_cites=cites["sides"],
        both_cites=cites["both"],
        diagnoses=MappingProxyType(diagnoses),
        ended=MappingProxyType(_ended(icd.table("ended"), sure, diagnoses)),
        notes=tuple(_note(table, sources) for table in root.listed("note")),
    )
    _refuse_gaps(codes, root)
    root.done()
    icd.done()
    return codes


def _given(root: Table, keys: tuple[str, ...], sources: Sources) -> Given:
    table = root.table("cites")
    given = {key: table.cites(sources, key) for key in keys}
    table.done()
    return given


def _needling(name: str, table: Table, sources: Sources) -> NeedlingCode:
    """The table's name is the code with a letter before it, because a name does not begin with a digit."""
    code = NeedlingCode(
        code=name.removeprefix("c"),
        words=table.text("words"),
        least=table.whole("least"),
        most=table.whole("most") if table.has("most") else None,
        since=table.day("since"),
        cites=table.cites(sources),
    )
    table.done()
    return code


def _refuse_gaps(codes: CodeBook, root: Table) -> None:
    """Every number of muscles from one on has exactly one code: two would both fit, none would bill nothing."""
    least = 1
    for code in codes.needling:
        if code.least != least or (code.most is not None and code.most < code.least):
            raise root.error(f"{code.code} must begin at {least} muscles and not end before")
        if code.most is None:
            if code is not codes.needling[-1]:
                raise root.error(f"{code.code} has no upper end, so no code may follow it")
            return
        least = code.most + 1
    raise root.error("the last code needs to be without upper end")


def _diagnoses(table: Table, purpose: Purpose, given: Given) -> list[DiagnosisCode]:
    found = []
    codes = table.keys()
    for code in codes:
        one = table.table(code)
        found.append(DiagnosisCode(code, one.text("words"), purpose, _sure(one, given)))
        one.done()
    table.done()
    return found


def _ended(table: Table, given: Given, diagnoses: Mapping[str, DiagnosisCode]) -> dict[str, EndedCode]:
    found = {}
    codes = table.keys()
    for code in codes:
        one = table.table(code)
        if code in diagnoses:
            raise one.error(f"{code} has ended and is on the list of valid codes")
        found[code] = EndedCode(
            code, one.day("since"), one.ids("instead", diagnoses, "code of this file"), _sure(one, given)
        )
        one.done()
    table.done()
    return found


def _sure(table: Table, given: Given) -> tuple[Cite, ...]:
    word = table.text("sure")
    if word not in given:
        raise table.error(f"{word!r} in 'sure' is none of {', '.join(given)}", "sure")
    return given[word]


def _note(table: Table, sources: Sources) -> Paragraph:
    note = Paragraph(table.text("text"), table.cites(sources), point=True)
    table.done()
    return note
