"""The shared folder beside the repository: the issue's own material. Tests that need it skip when it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

needs_shared = pytest.mark.skipif(
    not (SHARED / "README.md").is_file(), reason="the folder `shared` does not lie beside the repository"
)
