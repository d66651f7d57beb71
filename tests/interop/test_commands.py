"""`./filiform import` and `./filiform export`, as contracts.md gives them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from filiform.config import durable
from filiform.config.commands import export, import_
from filiform.config.start import Refused
from filiform.record import models as m
from tests.interop import bundles, judges
from tests.interop.bundles import as_bytes, bundle, condition, patient
from tests.shared import SHARED, needs_shared

KEYS = ["file", "patient", "name", "created", "unchanged", "ignored", "refused"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' database is in memory, which no import would trust; tests/config/test_durable.py tries the check."""
    monkeypatch.setattr(durable, "check", lambda **_: None)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.django_db
class TestImport:
    def test_one_line_a_file_with_the_keys_of_the_contract(self, capsys: pytest.CaptureFixture[str]) -> None:
        files = [str(path) for path in bundles.PATIENTS]
        assert import_.run(files) == 0
        first = lines(capsys)
        assert [list(line) for line in first] == [KEYS] * len(files)
        assert [line["file"] for line in first] == files
        assert import_.run(files) == 0
        for line, again in zip(first, lines(capsys), strict=True):
            assert set(again["created"].values()) == {0}
            assert again["unchanged"] == line["created"]
            assert (again["patient"], again["name"], again["ignored"]) == (
                line["patient"],
                line["name"],
                line["ignored"],
            )

    @needs_shared
    def test_all_21_shared_records_and_a_second_run_creates_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        files = [str(path) for path in sorted((SHARED / "patients").glob("*.json.gz"))]
        assert len(files) == 21
        assert import_.run(files) == 0
        assert len({line["patient"] for line in lines(capsys)}) == 21
        held = m.ImportedResource.objects.count(), m.Import.objects.count()
        assert import_.run(files) == 0
        assert all(set(line["created"].values()) == {0} for line in lines(capsys))
        assert (m.ImportedResource.objects.count(), m.Import.objects.count()) == held

    @pytest.mark.control("C-082")
    def test_a_refused_file_stops_neither_the_others_nor_the_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bad, good = tmp_path / "bad.json", tmp_path / "good.json"
        bad.write_bytes(as_bytes(bundle(patient(), condition()))[:-10])
        good.write_bytes(as_bytes(bundle(patient(), condition())))
        assert import_.run([str(bad), str(tmp_path / "none.json"), str(tmp_path), str(good)]) == 1
        refused, missing, folder, taken = lines(capsys)
        assert list(refused) == KEYS
        assert refused["patient"] is None
        assert "not JSON" in refused["refused"][0]["because"]
        assert "No such file" in missing["refused"][0]["because"]
        assert "directory" in folder["refused"][0]["because"]
        assert taken["created"] == {"Condition": 1, "Patient": 1}
        assert m.Patient.objects.count() == 1

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        data = as_bytes(bundle(patient()))
        monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": io.BytesIO(data)}))
        assert import_.run(["-"]) == 0
        assert lines(capsys)[0]["file"] == "-"

    def test_a_place_that_is_not_there(self) -> None:
        with pytest.raises(Refused, match="no place called 'Nowhere'"):
            import_.run(["--place", "Nowhere", "x"])

    def test_without_a_file_it_is_wrong_usage(self) -> None:
        with pytest.raises(SystemExit) as stopped:
            import_.run([])
        assert stopped.value.code == 2


@pytest.mark.django_db
class TestExport:
    def test_everything_that_is_held(self, capsys: pytest.CaptureFixture[str]) -> None:
        file = next(path for path in bundles.PATIENTS if path.name.startswith("Rudy"))
        import_.run([str(file)])
        (line,) = lines(capsys)
        assert export.run([line["patient"]]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["patient"] == line["patient"]
        assert len(told["tables"]["importedresource"]) == sum(line["created"].values())
        assert {row["text"] for row in told["tables"]["medicine"]} >= {"Clopidogrel 75 MG Oral Tablet"}
        assert [row["act"] for row in told["audit"]][:1] == ["import_record"]

    @pytest.mark.parametrize("who", ["macejkovic", "rudy", "Macejkovic Rudy"])
    def test_by_name(self, who: str, capsys: pytest.CaptureFixture[str]) -> None:
        import_.run([str(path) for path in bundles.PATIENTS if path.name.startswith(("Rudy", "Tom"))])
        capsys.readouterr()
        assert export.run([who, "--fhir"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["entry"][0]["resource"]["name"][0]["family"].startswith("Macejkovic")

    def test_nobody_and_several(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(Refused, match="no practice"):
            export.run(["x"])
        import_.run([str(path) for path in bundles.PATIENTS[:2]])
        with pytest.raises(Refused, match="no such patient"):
            export.run(["Nobody At All"])
        with pytest.raises(Refused, match="several patients are meant"):
            export.run(["a"])

    @pytest.mark.node
    def test_an_imported_record_goes_out_as_good_as_it_came(self, capsys: pytest.CaptureFixture[str]) -> None:
        import_.run([str(path) for path in bundles.PATIENTS if path.name.startswith("Morris")])
        capsys.readouterr()
        export.run(["Lockman", "--fhir"])
        found = json.loads(capsys.readouterr().out)
        report = judges.official(found)
        assert report["issues"] == []
        assert report["resources"] > 200
        assert judges.healthchain(found) == []


def test_every_table_that_leads_to_a_patient_is_exported() -> None:
    from django.apps import apps

    from filiform.record.reads.everything import paths

    out = {model.__name__ for model in apps.get_app_config("record").get_models()} - {
        model.__name__ for model in paths()
    }
    # What is not about one person. A new table must be put here or lead to Patient.
    nobodys = {"Practice", "Place", "Room", "User", "Practitioner", "Credential", "VisitRequest", "AuditRow"}
    nobodys |= {"Lot", "LotMove", "LotRecall"}  # needles in their packs; whom they went into is in the session's events
    assert out - {"ErasurePermit"} == nobodys


def test_import_into_an_empty_filiform_and_back_out(tmp_path: Path) -> None:
    """The real commands, in two installations of their own: out of one, into the other, out again: the same."""
    source = next(path for path in bundles.PATIENTS if path.name.startswith("Fabian"))

    def filiform(home: str, *command: str) -> str:
        env = {**os.environ, "FILIFORM_DATA": str(tmp_path / home), "PYTHONPATH": str(ROOT / "src")}
        env.pop("DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-m", "filiform.config", *command], capture_output=True, text=True, check=False, env=env
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    filiform("one", "import", str(source))
    (tmp_path / "out.json").write_text(filiform("one", "export", "Yundt", "--fhir"))
    filiform("two", "import", str(tmp_path / "out.json"))
    again = filiform("two", "export", "Yundt", "--fhir")
    assert json.loads(again)["entry"] == json.loads((tmp_path / "out.json").read_text())["entry"]
