"""What a reference means inside a bundle: urn:uuid, Type/id, an absolute address, a search, an identifier alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Names:
    """Every name an entry of the bundle may be called by, and the entry's number."""

    by_url: dict[str, int] = field(default_factory=dict)
    by_type_and_id: dict[str, int] = field(default_factory=dict)
    by_identifier: dict[tuple[str, str, str], int] = field(default_factory=dict)
    with_address: set[int] = field(default_factory=set)

    def add(self, number: int, full_url: str, resource: dict[str, Any]) -> None:
        kind = str(resource.get("resourceType"))
        if full_url:
            self.by_url.setdefault(full_url, number)
            if full_url.startswith("http"):
                self.with_address.add(number)
        if isinstance(resource.get("id"), str):
            self.by_type_and_id.setdefault(f"{kind}/{resource['id']}", number)
        for system, value in identifiers(resource):
            self.by_identifier.setdefault((kind, system, value), number)

    def find(self, reference: Any, kind: str = "") -> int | None:
        """The number of the entry that `reference` means, None when the bundle holds none.

        An absolute address of another server is another resource even when its last parts agree, so only
        entries without an address of their own are found by those.
        """
        if not isinstance(reference, dict):
            return None
        target = reference.get("reference")
        if isinstance(target, str):
            return self._by_text(target)
        identifier = reference.get("identifier")
        if isinstance(identifier, dict):
            pair = (str(identifier.get("system") or ""), str(identifier.get("value") or ""))
            return self.by_identifier.get((str(reference.get("type") or kind), *pair))
        return None

    def _by_text(self, target: str) -> int | None:
        target = target.split("/_history/")[0]
        if target in self.by_url:
            return self.by_url[target]
        if "?identifier=" in target:
            kind, _, token = target.partition("?identifier=")
            system, _, value = token.rpartition("|")
            return self.by_identifier.get((kind.rpartition("/")[2], system, value))
        tail = "/".join(target.split("/")[-2:])
        if target.startswith(("http://", "https://")):
            number = self.by_type_and_id.get(tail)
            return None if number in self.with_address else number
        return self.by_type_and_id.get(target)


def identifiers(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """(system, value) of the resource's identifiers that have a value."""
    listed = resource.get("identifier")
    nodes = listed if isinstance(listed, list) else [listed]
    return [
        (str(node.get("system") or ""), str(node["value"]))
        for node in nodes
        if isinstance(node, dict) and isinstance(node.get("value"), str) and node["value"]
    ]
