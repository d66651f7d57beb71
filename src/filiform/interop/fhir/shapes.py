"""Does a resource have the shape R4 gives its type? Reads r4.toml; says the first thing that is wrong, by name.

Only what an import relies on: unknown elements, lists, the types of the elements at the top and inside the common
data types, and every date anywhere. A code outside its value set passes: it is kept as it came.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from filiform.interop.fhir.dates import day_of

_EVERYWHERE = {
    "resourceType": "string",
    "id": "string",
    "meta": "Meta",
    "implicitRules": "uri",
    "language": "code",
    "text": "Narrative",
    "contained": "Resource*",
    "extension": "Extension*",
    "modifierExtension": "Extension*",
}
_DATES = frozenset({"date", "dateTime", "instant"})
_NUMBERS = frozenset({"decimal", "integer", "positiveInt", "unsignedInt"})
_DATE_NAMES = """
    start end date issued started recorded authored authoredOn created dateTime detected recordedOn dateAsserted
    whenHandedOver whenPrepared receivedTime sent received birthDate lastUpdated time expirationDate"""
_DATE_KEYS = frozenset(_DATE_NAMES.split())


@dataclass(frozen=True, slots=True)
class Element:
    """The types an element may have (one, except for onset[x]) and whether it is a list."""

    type: str
    many: bool


@cache
def _table() -> dict[str, Any]:
    with (Path(__file__).parent / "r4.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def ignored_types() -> frozenset[str]:
    return frozenset(_table()["ignored"].split())


@cache
def kept_types() -> frozenset[str]:
    return frozenset(_table()["resources"])


@cache
def elements_of(name: str) -> dict[str, Element]:
    """Element name to Element of the resource type or data type `name`; a choice has one name per type."""
    table = _table()
    words = (table["resources"].get(name) or table["types"][name]).split()
    spelled = [(key, kind) for word in words for key, kind in _spell(*word.split(":"))]
    spelled += _EVERYWHERE.items() if name in table["resources"] else [("id", "string"), ("extension", "Extension*")]
    return {key: Element(kind.rstrip("*"), kind.endswith("*")) for key, kind in spelled}


def _spell(key: str, kind: str) -> list[tuple[str, str]]:
    if not key.endswith("[x]"):
        return [(key, kind)]
    return [(key[:-3] + one[0].upper() + one[1:], one) for one in kind.split("|")]


def shape_problem(resource: dict[str, Any]) -> str:
    """What is wrong with `resource`, in one sentence that names the place; "" when nothing is."""
    name = resource["resourceType"]
    return _object_problem(resource, name, name) or _date_problem(resource, name)


def _object_problem(node: dict[str, Any], name: str, path: str) -> str:
    known = elements_of(name)
    for key, value in node.items():
        element = known.get(key[1:] if key.startswith("_") else key)
        if element is None:
            return f'"{key[:60]}" is not an element of {path} in FHIR R4.'
        if key.startswith("_"):  # extensions of a primitive element
            continue
        problem = _value_problem(value, element, f"{path}.{key}")
        if problem:
            return problem
    return ""


def _value_problem(value: Any, element: Element, path: str) -> str:
    if not element.many:
        return _one_problem(value, element.type, path)
    if not isinstance(value, list):
        return f"{path} must be a list."
    for index, one in enumerate(value):
        if one is None and element.type[0].islower():  # a place held for the extension of a primitive
            continue
        problem = _one_problem(one, element.type, f"{path}[{index}]")
        if problem:
            return problem
    return ""


def _one_problem(value: Any, kind: str, path: str) -> str:
    if kind[0].isupper():
        if not isinstance(value, dict):
            return f"{path} must be an object ({kind})."
        return _object_problem(value, kind, path) if kind in _table()["types"] else ""
    if kind == "boolean":
        return "" if isinstance(value, bool) else f"{path} must be true or false."
    if kind in _NUMBERS:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number else f"{path} must be a number."
    if not isinstance(value, str):
        return f"{path} must be text ({kind})."
    return _bad_date(value, path) if kind in _DATES else ""


def _bad_date(text: str, path: str) -> str:
    try:
        day_of(text)
    except ValueError as error:
        return f"{path}: {error}."
    return ""


def _date_problem(resource: dict[str, Any], name: str) -> str:
    """The first impossible date at any depth, found by the names that R4 gives to dates."""
    stack: list[tuple[Any, str]] = [(resource, name)]
    while stack:
        node, path = stack.pop()
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, dict | list):
                stack.append((value, f"{path}.{key}"))
            elif isinstance(value, str) and _names_a_date(key):
                problem = _bad_date(value, f"{path}.{key}")
                if problem:
                    return problem
    return ""


def _names_a_date(key: Any) -> bool:
    if not isinstance(key, str):
        return False
    return key in _DATE_KEYS or key.endswith(("DateTime", "Date", "Instant"))
