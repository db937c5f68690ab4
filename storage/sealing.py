"""Keys: sealed values that only the right row can open, and keyed tags that cannot be guessed.

The keys lie in files beside the database, never in it. A copy of the database alone gives no text, no identity
and no way to see that two rows belong to one person.
"""

import base64
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = 1
NONCE_BYTES = 12
KEY_BYTES = 32


class KeysMissing(Exception):
    """The key files are not where the settings say, or are not those of this database."""


class SealBroken(Exception):
    """The value was changed, belongs to another row, or was sealed with a key that is gone."""


@dataclass(frozen=True)
class Keyring:
    """The keys of one installation.

    `keys` seal and open (the highest number is the active one); `tag_root` makes tags.
    """

    keys: Mapping[int, bytes] = field(repr=False)
    tag_root: bytes = field(repr=False)

    @property
    def active(self) -> int:
        """Number of the key that seals new values."""
        return max(self.keys)

    def seal(self, purpose: str, context: tuple[str, ...], plain: bytes, block: int = 256) -> bytes:
        """Encrypt `plain` so that it opens only for the same purpose and context (the ids of its row).

        It is padded to a multiple of `block` bytes: the length of a sealed name or message tells nothing.
        """
        body = len(plain).to_bytes(4, "big") + plain
        body += bytes(-len(body) % block)
        head = bytes([FORMAT, self.active])
        nonce = os.urandom(NONCE_BYTES)
        cipher = AESGCM(_subkey(self.keys[self.active], "seal:" + purpose))
        return head + nonce + cipher.encrypt(nonce, body, _context_bytes(head, purpose, context))

    def open(self, purpose: str, context: tuple[str, ...], sealed: bytes) -> bytes:
        """Decrypt what `seal` made. Raises SealBroken."""
        head, nonce, body = sealed[:2], sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
        if len(head) < 2 or head[0] != FORMAT or head[1] not in self.keys:
            raise SealBroken(purpose)
        cipher = AESGCM(_subkey(self.keys[head[1]], "seal:" + purpose))
        try:
            plain = cipher.decrypt(nonce, body, _context_bytes(head, purpose, context))
        except (InvalidTag, ValueError) as error:
            raise SealBroken(purpose) from error
        return plain[4 : 4 + int.from_bytes(plain[:4], "big")]

    def tag(self, purpose: str, *parts: str) -> bytes:
        """A keyed fingerprint of the parts: equal parts give equal tags, and nobody without the key can guess them.

        Keyed, because plain hashes of the ids of all employees can be listed in less than a second.
        """
        code = hmac.new(_subkey(self.tag_root, "tag:" + purpose), digestmod=sha256)
        for part in parts:
            raw = part.encode()
            code.update(len(raw).to_bytes(4, "big") + raw)
        return code.digest()

    def salt(self, purpose: str) -> bytes:
        """A secret salt of this installation."""
        return _subkey(self.tag_root, "salt:" + purpose)

    @property
    def check(self) -> bytes:
        """What the database remembers of the keys, to notice when they were exchanged."""
        return self.tag("check")

    @classmethod
    def load(cls, folder: Path) -> "Keyring":
        """Read `keyring.json` and `tagroot.key`. Raises KeysMissing."""
        try:
            ring = json.loads((folder / "keyring.json").read_text())
            keys = {int(number): _key(key["k"]) for number, key in ring["keys"].items()}
            if not keys:
                raise ValueError("no keys")
            return cls(keys, _key((folder / "tagroot.key").read_text()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeysMissing(f"No readable keys in {folder}. Restore keyring.json and tagroot.key.") from error

    @classmethod
    def create(cls, folder: Path) -> "Keyring":
        """Make new keys and write them where only their owner can read. Never overwrites."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key, root = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES)
        ring = {"v": 1, "keys": {"1": {"k": base64.b64encode(key).decode()}}}
        _write_private(folder / "keyring.json", json.dumps(ring))
        _write_private(folder / "tagroot.key", base64.b64encode(root).decode())
        return cls({1: key}, root)

    @classmethod
    def exists(cls, folder: Path) -> bool:
        """True if either key file is there."""
        return (folder / "keyring.json").exists() or (folder / "tagroot.key").exists()


@lru_cache(maxsize=256)
def _subkey(root: bytes, info: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info.encode()).derive(root)


def _context_bytes(head: bytes, purpose: str, context: tuple[str, ...]) -> bytes:
    return b"\x1f".join([b"sporskifte", head, purpose.encode(), *(part.encode() for part in context)])


def _key(text: str) -> bytes:
    """A key from its file. Raises ValueError when it is cut or damaged."""
    key = base64.b64decode(text.strip(), validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("not a whole key")
    return key


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
