"""The key that signs sessions and links: given by the environment, or made once and kept beside the database."""

import os
import secrets
from pathlib import Path

RANDOM_BYTES = 50
OWNER_ONLY = 0o600


def secret_key(given: str | None, data: Path) -> str:
    """`given`, or the key in the file `data`/secret_key, which is made with mode 0600 when there is none.

    Raises PermissionError when `data` is closed to this user.
    """
    if given:
        return given
    path = data / "secret_key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    """Written whole under another name and then linked: of two at once one wins, and none reads half a key."""
    draft = path.with_name(f"secret_key.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(RANDOM_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
