"""The program's secrets: made once, kept beside the data and never in the database."""

from __future__ import annotations

import hmac
import os
import secrets
from functools import cache
from pathlib import Path

import msgspec
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

raw = cache(bytes.fromhex)  # a key as bytes; a file's lines ask for it a hundred thousand times


class Keys(msgspec.Struct, frozen=True):
    """All hex or base64 text: `audit` and `digest` are HMAC keys, `personal` a Fernet key, `seal` an Ed25519 seed."""

    audit: str
    digest: str
    csrf: str
    personal: str
    seal: str

    def signer(self) -> Ed25519PrivateKey:
        """Signs the seals of the audit trail."""
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.seal))

    def equality_digest(self, text: str) -> bytes:
        """A keyed digest of a personal value (an account number), for equality only."""
        return hmac.digest(raw(self.digest), text.encode(), "sha256")

    def hide(self, text: str) -> bytes:
        """Encrypt a personal value for a column."""
        return Fernet(self.personal).encrypt(text.encode())

    def show(self, cipher: bytes) -> str:
        """Decrypt a personal value; the caller leaves an audit row."""
        return Fernet(self.personal).decrypt(cipher).decode()


def fresh() -> Keys:
    """New secrets."""
    return Keys(
        audit=secrets.token_hex(32),
        digest=secrets.token_hex(32),
        csrf=secrets.token_hex(32),
        personal=Fernet.generate_key().decode(),
        seal=secrets.token_hex(32),
    )


class _Held:
    keys: Keys | None = None


def use(keys: Keys) -> None:
    """Hold these for the life of the process."""
    _Held.keys = keys


def keys() -> Keys:
    """The secrets in use."""
    if _Held.keys is None:
        raise RuntimeError("no keys: call keys.load(folder) at start")
    return _Held.keys


def load(folder: Path) -> None:
    """Read `keys.json` from the data folder, made (mode 0600) when absent, and use it."""
    path = folder / "keys.json"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = folder / f".keys-{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(msgspec.json.encode(fresh()))
        try:
            os.link(draft, path)  # two starting processes: the first one's keys stand
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    use(msgspec.json.decode(path.read_bytes(), type=Keys))
