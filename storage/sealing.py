"""Keys: sealed values that only the right row can open, and keyed tags that cannot be guessed.

The keys lie in files beside the database, never in it. A copy of the database alone gives no text, no identity
and no way to see that two rows belong to one person.
"""

import hmac
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage import key_files
from storage.key_files import KEY_BYTES, SEALING, TAGS, Key, KeyFile
from storage.key_files import KeysMissing as KeysMissing

FORMAT = 1
NONCE_BYTES = 12
SALTS = ("receipt",)
"""Purposes of salts. They stay what they were when the root of the tags changes: what people carry depends on them."""

LOOK_EVERY = 1.0
"""Seconds after which a running copy sees that the key files were changed."""


class SealBroken(Exception):
    """The value was changed, belongs to another row, or was sealed with a key that is gone."""


class Keyring:
    """The keys of one installation: those that seal and open, and the roots that tags are made with.

    One of each is active. The others are there to open, and to find again, what was made before; see storage/rotation.
    A keyring that was loaded from files notices by itself when they change.
    """

    def __init__(self, keys: Mapping[int, bytes], tag_root: bytes) -> None:
        """With these keys, of which the highest number seals, and one root."""
        sealing = KeyFile({number: Key(secret) for number, secret in keys.items()}, max(keys))
        self._hold(sealing, KeyFile({1: Key(tag_root)}, 1))
        self._folder: Path | None = None
        self._stamps: tuple[tuple[int, ...], ...] = ()
        self._look_again = 0.0

    def _hold(self, sealing: KeyFile, tags: KeyFile) -> None:
        roots = sorted(tags.keys, key=lambda number: (number != tags.active, -number))
        # One assignment: another thread sees all of the old keys or all of the new ones.
        self._held = (sealing, tags, tuple(tags.keys[number].secret for number in roots))

    def still(self) -> "Keyring":
        """The keys as they are now, whatever happens to the files: for several tags that must agree."""
        self._notice_changes()
        ring = Keyring({1: bytes(KEY_BYTES)}, bytes(KEY_BYTES))
        ring._held = self._held
        return ring

    @property
    def folder(self) -> Path | None:
        """Where the key files lie, if they lie anywhere."""
        return self._folder

    @property
    def sealing(self) -> KeyFile:
        """The keys that seal and open."""
        self._notice_changes()
        return self._held[0]

    @property
    def tagging(self) -> KeyFile:
        """The roots that tags are made with."""
        self._notice_changes()
        return self._held[1]

    @property
    def keys(self) -> Mapping[int, bytes]:
        """The secrets of the keys that seal and open."""
        return {number: key.secret for number, key in self.sealing.keys.items()}

    @property
    def active(self) -> int:
        """Number of the key that seals new values."""
        return self.sealing.active

    @property
    def tag_root(self) -> bytes:
        """The root that new tags are made with."""
        return self._roots()[0]

    def seal(self, purpose: str, context: tuple[str, ...], plain: bytes, block: int = 256) -> bytes:
        """Encrypt `plain` so that it opens only for the same purpose and context (the ids of its row).

        It is padded to a multiple of `block` bytes: the length of a sealed name or message tells nothing.
        """
        body = len(plain).to_bytes(4, "big") + plain
        return self._encrypt(purpose, context, body + bytes(-len(body) % block))

    def open(self, purpose: str, context: tuple[str, ...], sealed: bytes) -> bytes:
        """Decrypt what `seal` made. Raises SealBroken."""
        plain = self._decrypt(purpose, context, sealed)
        return plain[4 : 4 + int.from_bytes(plain[:4], "big")]

    def reseal(self, purpose: str, context: tuple[str, ...], sealed: bytes) -> bytes:
        """The same, padded as it was, under the active key. Raises SealBroken."""
        return self._encrypt(purpose, context, self._decrypt(purpose, context, sealed))

    def _encrypt(self, purpose: str, context: tuple[str, ...], body: bytes) -> bytes:
        sealing = self.sealing
        head, nonce = bytes([FORMAT, sealing.active]), os.urandom(NONCE_BYTES)
        cipher = AESGCM(_subkey(sealing.keys[sealing.active].secret, "seal:" + purpose))
        return head + nonce + cipher.encrypt(nonce, body, _context_bytes(head, purpose, context))

    def _decrypt(self, purpose: str, context: tuple[str, ...], sealed: bytes) -> bytes:
        head, nonce, body = sealed[:2], sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
        if len(head) < 2 or head[0] != FORMAT:
            raise SealBroken(purpose)
        if head[1] not in self.sealing.keys:
            self._notice_changes(at_once=True)  # another copy may have sealed with a key of this second
        key = self.sealing.keys.get(head[1])
        if key is None:
            raise SealBroken(purpose)
        cipher = AESGCM(_subkey(key.secret, "seal:" + purpose))
        try:
            return cipher.decrypt(nonce, body, _context_bytes(head, purpose, context))
        except (InvalidTag, ValueError) as error:
            raise SealBroken(purpose) from error

    def tag(self, purpose: str, *parts: str) -> bytes:
        """A keyed fingerprint of the parts: equal parts give equal tags, and nobody without the key can guess them.

        Keyed, because plain hashes of the ids of all employees can be listed in less than a second.
        """
        return _tag(self._roots()[0], purpose, parts)

    def tags(self, purpose: str, *parts: str) -> tuple[bytes, ...]:
        """The tag of the parts with each root, the one that new tags are made with first: to find what is older."""
        return tuple(_tag(root, purpose, parts) for root in self._roots())

    def salt(self, purpose: str) -> bytes:
        """A secret salt of this installation. It does not change with the roots."""
        kept = self.tagging.salts.get(purpose)
        return _salt(self.tag_root, purpose) if kept is None else kept

    def fingerprints(self) -> dict[tuple[str, int], bytes]:
        """Of all keys, by kind and number: what the database remembers to know them by."""
        sealing, tagging = self.sealing, self.tagging
        return {
            **{("seal", number): fingerprint("seal", key.secret) for number, key in sealing.keys.items()},
            **{("tag", number): fingerprint("tag", key.secret) for number, key in tagging.keys.items()},
        }

    def _roots(self) -> tuple[bytes, ...]:
        self._notice_changes()
        return self._held[2]

    def look(self) -> None:
        """Take up at once what was changed in the files."""
        self._notice_changes(at_once=True)

    def _notice_changes(self, *, at_once: bool = False) -> None:
        """Take up what was changed in the files. Files that are away or damaged change nothing here."""
        if self._folder is None or (not at_once and time.monotonic() < self._look_again):
            return
        self._look_again = time.monotonic() + LOOK_EVERY
        try:
            stamps = _stamps(self._folder)
            if stamps != self._stamps:
                self._hold(*_read(self._folder))
                self._stamps = stamps
        except (OSError, KeysMissing):
            return

    @classmethod
    def load(cls, folder: Path) -> "Keyring":
        """Read `keyring.json` and `tagroot.key`. Raises KeysMissing."""
        sealing, tags = _read(folder)
        ring = cls({1: bytes(KEY_BYTES)}, bytes(KEY_BYTES))
        ring._hold(sealing, tags)
        ring._folder = folder  # its stamps are not known yet, so that it reads the files again: they may just change
        return ring

    @classmethod
    def create(cls, folder: Path, now: datetime | None = None) -> "Keyring":
        """Make new keys and write them where only their owner can read. Never overwrites."""
        for name in (SEALING, TAGS):
            fresh = key_files.new_key()
            key_files.create(folder / name, replace(fresh, keys={1: replace(fresh.keys[1], made=now)}))
        return cls.load(folder)

    @classmethod
    def exists(cls, folder: Path) -> bool:
        """True if either key file is there."""
        return (folder / SEALING).exists() or (folder / TAGS).exists()


def fingerprint(kind: str, secret: bytes) -> bytes:
    """What a database remembers of a key that seals ("seal") or of a root of tags ("tag")."""
    return _subkey(secret, "check") if kind == "seal" else _tag(secret, "check", ())


def keep_salts(tags: KeyFile) -> KeyFile:
    """With the salts written down, before another root becomes the active one."""
    salts = {purpose: _salt(tags.keys[tags.active].secret, purpose) for purpose in SALTS}
    return replace(tags, salts={**salts, **tags.salts})


def _read(folder: Path) -> tuple[KeyFile, KeyFile]:
    return key_files.read(folder / SEALING), key_files.read(folder / TAGS)


def _stamps(folder: Path) -> tuple[tuple[int, ...], ...]:
    found = [(folder / name).stat() for name in (SEALING, TAGS)]
    return tuple((one.st_ino, one.st_mtime_ns, one.st_size) for one in found)


def _tag(root: bytes, purpose: str, parts: tuple[str, ...]) -> bytes:
    code = hmac.new(_subkey(root, "tag:" + purpose), digestmod=sha256)
    for part in parts:
        raw = part.encode()
        code.update(len(raw).to_bytes(4, "big") + raw)
    return code.digest()


def _salt(root: bytes, purpose: str) -> bytes:
    return _subkey(root, "salt:" + purpose)


@lru_cache(maxsize=256)
def _subkey(root: bytes, info: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info.encode()).derive(root)


def _context_bytes(head: bytes, purpose: str, context: tuple[str, ...]) -> bytes:
    return b"\x1f".join([b"sporskifte", head, purpose.encode(), *(part.encode() for part in context)])
