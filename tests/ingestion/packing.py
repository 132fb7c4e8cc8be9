"""Archives for tests, as people and other systems pack them, and as nobody should."""

from __future__ import annotations

import gzip
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence

Files = Mapping[str, str | bytes] | Sequence[tuple[str, str | bytes]]


def zipped(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of the files; a sequence may name one twice."""
    buffer = io.BytesIO()
    named = files.items() if isinstance(files, Mapping) else files
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", compression) as archive:
        warnings.simplefilter("ignore", UserWarning)
        for name, content in named:
            archive.writestr(name, content)
    return buffer.getvalue()


def gzipped(content: str | bytes) -> bytes:
    """The same bytes each time, unlike `gzip.compress` by default."""
    return gzip.compress(content.encode() if isinstance(content, str) else content, mtime=0)


def zipped_with_names(names: Sequence[bytes], content: bytes, extra: bytes = b"") -> bytes:
    """A ZIP whose names are these very bytes, not marked as UTF-8, as old packers write them."""
    body, directory = b"", b""
    crc, size = zlib.crc32(content), len(content)
    for name in names:
        facts = struct.pack("<HHHHHLLLHH", 20, 0, 0, 0, 0, crc, size, size, len(name), len(extra))
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + facts
        directory += struct.pack("<HHHLL", 0, 0, 0, 0, len(body)) + name + extra
        body += b"PK\x03\x04" + facts + name + extra + content
    end = struct.pack("<HHHHLLH", 0, 0, len(names), len(names), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def unicode_path(name: bytes, text: str) -> bytes:
    """The extra field with which some packers repeat a name in UTF-8."""
    field = struct.pack("<BL", 1, zlib.crc32(name)) + text.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


def linked(name: str, target: str) -> bytes:
    """A ZIP with a symbolic link in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, target)
    return buffer.getvalue()


def encrypted(content: bytes) -> bytes:
    """A ZIP that says of its member that it is encrypted."""
    packed = bytearray(zipped({"scores.csv": content}))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)
