"""Finds a person's marks in raw bytes, in whatever way a careless line could have written them there."""

import base64
import gzip
import hashlib
import json
import quopri
import re
import zlib
from collections.abc import Collection, Iterator
from functools import cache
from urllib.parse import quote

LONGEST_STREAM = 4 * 1024 * 1024
"""Bytes that are taken out of one compressed stream."""
STEM = 8
"""Letters of a canary that are looked for first."""
MOST_NESTED = 3
"""Compressed streams within compressed streams."""

_STREAM = re.compile(rb"\x1f\x8b\x08|[\x08\x18\x28\x38\x48\x58\x68\x78].", re.DOTALL)
_SOFT_BREAK = re.compile(rb"=\r?\n")


def leaks(
    raw: bytes, canaries: Collection[str], hashed: Collection[str] = (), nested: int = 0
) -> list[tuple[str, str]]:
    """Which canaries stand in it, and how; those of `hashed` also as their digests.

    Those inside compressed streams are named by the stream, too.
    """
    whole = _SOFT_BREAK.sub(b"", raw)  # quoted-printable breaks long lines

    def stands(how: str, needle: bytes) -> bool:
        return needle in (whole if how == "quoted-printable" else raw)

    # A canary can only stand there in some way if its first letters do: that is quicker to find out.
    stems = {canary[:STEM] for canary in canaries}
    there = {stem for stem in stems if any(stands(*one) for one in spellings(stem).items())}
    found = [
        (canary, how)
        for canary in canaries
        if canary[:STEM] in there
        for how, needle in spellings(canary).items()
        if stands(how, needle)
    ]
    found += [(canary, how) for canary in hashed for how, needle in digests(canary).items() if needle in raw]
    if nested < MOST_NESTED:
        for kind, plain in streams(raw):
            found += [(canary, f"{kind}, {how}") for canary, how in leaks(plain, canaries, hashed, nested + 1)]
    return found


@cache
def spellings(canary: str) -> dict[str, bytes]:
    """Every form in which a canary is looked for. Encoded ones leave out the ends that depend on what stands beside."""
    found: dict[str, bytes] = {}
    texts = {"": canary, "lower ": canary.lower(), "upper ": canary.upper(), "reversed ": canary[::-1]}
    for change, text in texts.items():
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
            raw = text.encode(encoding, "replace")
            found[f"{change}{encoding}"] = raw
            found[f"{change}{encoding} hex"] = raw.hex().encode()
            found[f"{change}{encoding} HEX"] = raw.hex().upper().encode()
            if encoding != "latin-1":
                for offset, needle in enumerate(_base64(raw)):
                    found[f"{change}{encoding} base64-{offset}"] = needle
                    found[f"{change}{encoding} base64url-{offset}"] = needle.translate(_URL_SAFE)
        found[f"{change}percent"] = quote(text, safe="").encode()
        found[f"{change}percent small"] = quote(text, safe="").lower().encode()
        found[f"{change}json"] = json.dumps(text)[1:-1].encode()
        found[f"{change}json all escaped"] = "".join(f"\\u{ord(char):04x}" for char in text).encode()
        found[f"{change}percent all"] = "".join(f"%{byte:02X}" for byte in text.encode()).encode()
    found["quoted-printable"] = _SOFT_BREAK.sub(b"", quopri.encodestring(canary.encode(), quotetabs=True))
    return found


@cache
def digests(canary: str) -> dict[str, bytes]:
    """What everybody could compute who has a list of all employees: hashes without a key."""
    found: dict[str, bytes] = {}
    for change, text in {"": canary, "lower ": canary.lower()}.items():
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, text.encode(), usedforsecurity=False)
            found[f"{change}{name}"] = digest.digest()
            found[f"{change}{name} hex"] = digest.hexdigest().encode()
            found[f"{change}{name} HEX"] = digest.hexdigest().upper().encode()
            found[f"{change}{name} base64"] = base64.b64encode(digest.digest())[:-2]
    return found


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _base64(raw: bytes) -> Iterator[bytes]:
    for offset in range(3):
        # The first and last characters depend on what stands beside it, so they are left out.
        whole = base64.b64encode(bytes(offset) + raw)
        yield whole[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]


def streams(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """What compressed streams of zlib and gzip hold, wherever they begin."""
    for start in _STREAM.finditer(raw):
        head = start[0]
        if head[:2] == b"\x1f\x8b":
            kind, bits = "gzip", 31
        elif int.from_bytes(head[:2], "big") % 31 == 0 and not head[1] & 0x20:
            kind, bits = "zlib", 15
        else:
            continue
        inflater = zlib.decompressobj(bits)
        plain = b""
        try:
            plain = inflater.decompress(raw[start.start() : start.start() + 65536], LONGEST_STREAM)
        except zlib.error:
            continue
        if len(plain) > 8:  # less cannot hold a mark
            yield kind, plain


def planted(canary: str) -> dict[str, bytes]:
    """The canary written in every way that the scanner promises to find, for testing it."""
    written = {**spellings(canary), **digests(canary)}
    raw = canary.encode()
    for beside in (b"", b"a", b"ab"):
        written[f"base64 after {len(beside)}"] = base64.b64encode(beside + raw + b"xyz")
        written[f"base64url after {len(beside)}"] = base64.urlsafe_b64encode(beside + raw + b"xyz")
    written["zlib"] = zlib.compress(b"before " + raw + b" after")
    written["zlib best"] = zlib.compress(raw * 3, 9)
    written["gzip"] = gzip.compress(b"before " + raw + b" after")
    written["gzip of base64 in utf-16"] = gzip.compress(base64.b64encode(canary.encode("utf-16-le")))
    written["zlib in gzip"] = gzip.compress(zlib.compress(raw))
    written["quoted-printable, broken"] = quopri.encodestring(b"x" * 70 + raw, quotetabs=True)
    return written
