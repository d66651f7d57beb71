"""Broken, truncated, huge and hostile files: refused whole, saying what, where and what to do; nothing else raised."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiform.interop.fhir import limits, reading, strict_json
from filiform.interop.fhir.limits import NotTaken
from filiform.interop.fhir.reading import read_bundle
from tests.interop import bundles
from tests.interop.bundles import as_bytes, asides, bundle, condition, patient, refusal

GOOD = as_bytes(bundle(patient(), condition()))
PACKED = gzip.compress(GOOD, mtime=0)


REFUSED = [
    (b"", "not JSON", "line 1, column 1"),
    (b"not json", "not JSON", "line 1, column 1"),
    (b'{\n "resourceType": Bundle}', "not JSON", "line 2, column 18"),
    (GOOD[:-20], "not JSON", "line 1"),
    (b"\xff\xfe" + GOOD, "not text in UTF-8", "byte 0"),
    (GOOD.decode().encode("utf-16"), "not text in UTF-8", "byte 0"),
    (b"[]", "not one object", "line 1"),
    (b"null", "not one object", "line 1"),
    (b'{"resourceType": "Patient"}', 'resourceType is "Patient"', "$.resourceType"),
    (b"{}", "resourceType is missing", "$.resourceType"),
    (as_bytes(bundle(patient(), type="document")), 'type is "document"', "$.type"),
    (as_bytes(bundle(patient(), type=None)), "type is missing", "$.type"),
    (as_bytes(bundle(patient(), kind="mine")), 'no key "kind"', "$.kind"),
    (as_bytes({**bundle(), "entry": {}}), "not a list", "$.entry"),
    (as_bytes(bundle(condition())), "no Patient", "$.entry"),
    (as_bytes(bundle(patient(), patient(id="q"))), "2 patients", "entry[0], entry[1]"),
    (as_bytes(bundle(patient(birthDate="1980-02-30"))), "no calendar has", "entry[0]"),
    (as_bytes(bundle(patient(name="Ada"))), "Patient.name must be a list", "entry[0]"),
    (as_bytes(bundle(patient(shoe=43))), '"shoe" is not an element', "entry[0]"),
    (as_bytes(bundle(patient(id="a b"))), "Its id is not", "entry[0]"),
    (as_bytes(bundle({"resourceType": "Patient"})), "neither an id nor a fullUrl", "entry[0]"),
    (GOOD.replace(b'"type"', b'"type": "batch", "type"'), '"type" stands twice', "in Bundle/?"),
    (GOOD.replace(b'"1980-01-02"', b"NaN"), "NaN is not a number", "NaN"),
    (GOOD.replace(b'"1980-01-02"', b"-Infinity"), "-Infinity is not a number", "-Infinity"),
    (GOOD.replace(b'"1980-01-02"', b"1e999"), "too large", "1e999"),
    (GOOD.replace(b'"1980-01-02"', b"9" * 5000), "too long", "whole file"),
    (GOOD.replace(b"Probe", b"Pro\\u0000be"), "NUL", "$.entry.0.resource.name.0.family"),
    (GOOD.replace(b"Probe", b"Pro\\ud800be"), "surrogate", "$.entry.0.resource.name.0.family"),
    (GOOD.replace(b"family", b"fam\\u0000ily"), "NUL", "the key"),
    (GOOD.replace(b"Probe", b"Pro\x01be"), "not JSON", "line 1"),
    (GOOD.replace(b'"Probe"', b"[" * 100 + b"1" + b"]" * 100), "nested more than 64", "JSON path $.entry"),
    (b'{"a":' * 200_000, "nested more than 64", "whole file"),
    (b"[" * 1_000_000, "nested more than 64", "whole file"),
    (PACKED[:-12], "cut short", "byte"),
    (PACKED[:10] + b"\xff" * 30, "damaged", "gzip says"),
    (PACKED + b"tail", "after its gzip data", "4 bytes"),
    (b"\x1f\x8b", "cut short", "byte 2"),
]


@pytest.mark.control("C-082")
@pytest.mark.parametrize(("data", "what", "where"), REFUSED, ids=[f"{n}: {one[1]}" for n, one in enumerate(REFUSED)])
def test_refused_whole(data: bytes, what: str, where: str) -> None:
    refused = refusal(data)
    assert what in refused.what
    assert where in refused.where
    assert "nothing of this one was stored" in refused.do


def test_negative_control_the_same_bundle_unharmed_is_taken() -> None:
    for data in (
        GOOD,
        b"\xef\xbb\xbf" + GOOD,
        gzip.compress(GOOD),
        gzip.compress(GOOD[:50]) + gzip.compress(GOOD[50:]),
    ):
        assert len(read_bundle(data, "t").resources) == 2


class TestHuge:
    def test_a_bomb_stops_at_the_limit(self) -> None:
        bomb = gzip.compress(b" " * (limits.MAX_BYTES + 2), 9)
        assert len(bomb) < 100_000
        started = time.perf_counter()
        assert "larger than 64 MB" in refusal(bomb).what
        assert time.perf_counter() - started < 5

    def test_a_bomb_in_many_parts(self) -> None:
        part = gzip.compress(b" " * (limits.MAX_BYTES // 8), 9)
        assert "larger than 64 MB" in refusal(part * 9).what

    def test_a_large_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(strict_json, "MAX_BYTES", len(GOOD))
        read_bundle(GOOD, "t")
        assert "larger" in refusal(GOOD + b" ").what

    def test_many_keys_in_one_object(self) -> None:
        keys = ",".join(f'"k{number}": 1' for number in range(200_000))
        assert "more than 1000 keys" in refusal(f"{{{keys}}}".encode()).what

    def test_many_entries(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MAX_ENTRIES", 2)
        assert "3 entries" in refusal(as_bytes(bundle(patient(), condition(), condition("d")))).what

    def test_a_long_text(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(strict_json, "MAX_STRING", 100)
        data = as_bytes(bundle(patient(), condition(code={"text": "x" * 101})))
        assert refusal(data).where == "JSON path $.entry.1.resource.code.text"

    def test_many_strange_references_stay_quick(self) -> None:
        """Looking up a reference must not walk all entries: 20,000 of them would take minutes."""
        one = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
        many = [{**one, "subject": {"reference": f"https://x.example/Patient/{n}"}} for n in range(20_000)]
        started = time.perf_counter()
        assert len(read_bundle(as_bytes(bundle(patient(), *many)), "t").refused) == 20_000
        assert time.perf_counter() - started < 5


# Real-like material for the mutations: every type that is read, with every kind of value.
MATERIAL = [
    json.loads((bundles.FHIR / name).read_text()) for name in ("unknowns.json", "addresses.json", "one-bad.json")
]
SCRAP = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


def paths(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON tree."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(path for key, value in inner for path in paths(value, (*at, key)))]


def replaced(node: Any, path: tuple[Any, ...], scrap: Any) -> Any:
    """`node` with `scrap` at `path`; the rest is shared."""
    if not path:
        return scrap
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = replaced(node[path[0]], path[1:], scrap)
    return copy


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A real-like bundle with something else in up to three places."""
    node = draw(st.sampled_from(MATERIAL))
    for _ in range(draw(st.integers(1, 3))):
        places = paths(node)
        node = replaced(node, draw(st.sampled_from(places)), draw(SCRAP))
        if not isinstance(node, dict | list):
            break
    return node


class TestNeverAnotherException:
    @given(mutated())
    def test_anything_anywhere(self, node: Any) -> None:
        self._take(json.dumps(node).encode())

    @given(st.binary(max_size=200))
    def test_any_bytes(self, data: bytes) -> None:
        self._take(data)
        self._take(b"\x1f\x8b\x08\x00" + data)

    @given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=3))
    @settings(max_examples=200)
    def test_bytes_within_a_good_file(self, at: int, scrap: bytes) -> None:
        self._take(GOOD[:at] + scrap + GOOD[at + 1 :])

    def _take(self, data: bytes) -> None:
        try:
            read = read_bundle(data, "t")
        except NotTaken as refused:
            assert refused.what and refused.where and refused.do
            str(refused).encode()
        else:
            for one in read.resources:
                json.loads(one.content)
                assert "\x00" not in one.content
            assert all(because for because in asides(read).values())
