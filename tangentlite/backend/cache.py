"""Generated files in the per-user cache directory, and text entries with verified contents.

Whoever can write to the directory decides what runs, so it must be ours alone: no symbolic link, not writable by
others. Nothing here is ever unpickled. Without a usable directory everything works, uncached.
"""
from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import re
import stat
import tempfile
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import platformdirs

FORMAT = 1
MAX_FILES = 2000
PRUNE_EVERY = 64  # writes of one process; its first write counts

_HEADER = "# tangentlite "
_writes = itertools.count()
_warned: set[str] = set()


def directory() -> str | None:
    """The cache directory, made if need be; None if there is none that can be trusted.

    The environment variable `TANGENTLITE_CACHE_DIR` chooses another one; set to nothing it turns caching off.
    """
    chosen = os.environ.get("TANGENTLITE_CACHE_DIR")
    if chosen == "":
        return None
    path = os.path.abspath(chosen or platformdirs.user_cache_dir("tangentlite", appauthor=False))
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        status = os.lstat(path)
    except (OSError, ValueError):
        return None
    if _is_private(status):
        return path
    if path not in _warned:
        _warned.add(path)
        warnings.warn(
            f"tangentlite does not use the cache directory {path}: it must be a real directory that you own and "
            "nobody else can write to (TANGENTLITE_CACHE_DIR chooses another)", RuntimeWarning, stacklevel=2)
    return None


def _is_private(status: os.stat_result) -> bool:
    if not stat.S_ISDIR(status.st_mode):
        return False
    return os.name != "posix" or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


def digest(text: str) -> str:
    """A hex digest that identifies a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def plain(name: str) -> str:
    """`name` cut down to a short ASCII identifier."""
    return re.sub(r"[^A-Za-z0-9_]|\A(?=[0-9])", "_", name)[:40] or "_"


def store(name: str, text: str, extra: str = "") -> str | None:
    """Keep a text in a file named by `name`, by its content and by what `extra` decides it. Returns the path.

    None without a usable cache.
    """
    place = directory()
    if place is None:
        return None
    path = os.path.join(place, f"{plain(name)}_{digest(text + extra)[:16]}.py")
    return path if _read(path) == text or _write(path, text) else None


@dataclass(frozen=True)
class Entry:
    """A cached text, and a few JSON values about it."""

    text: str
    meta: Mapping[str, Any] = field(default_factory=dict)


class Entries:
    """Cached texts by the hex digest of everything that decides them. Neither method raises."""

    def load(self, key: str) -> Entry | None:
        """The entry, if it is there and is exactly what was saved under this key."""
        path = self._path(key)
        content = _read(path) if path else None
        if not content or not content.startswith(_HEADER):
            return None
        header, _, body = content.partition("\n")
        try:
            fields = json.loads(header[len(_HEADER):])
            meta = fields["meta"]
            good = fields["format"] == FORMAT and fields["sha256"] == self._sum(key, meta, body)
        except (ValueError, TypeError, LookupError, RecursionError):
            return None
        return Entry(body, meta) if good and isinstance(meta, dict) else None

    def save(self, key: str, entry: Entry) -> None:
        """Keep an entry; does nothing where that is impossible."""
        path = self._path(key)
        if path is None:
            return
        try:
            fields = {"format": FORMAT, "sha256": self._sum(key, entry.meta, entry.text), "meta": dict(entry.meta)}
            content = f"{_HEADER}{json.dumps(fields)}\n{entry.text}"
        except (ValueError, TypeError, RecursionError):
            return
        _write(path, content)

    @staticmethod
    def _path(key: str) -> str | None:
        place = directory() if re.fullmatch("[0-9a-f]{8,128}", key) else None
        return place and os.path.join(place, f"entry_{key}.txt")

    @staticmethod
    def _sum(key: str, meta: Mapping[str, Any], body: str) -> str:
        return digest("\n".join([key, json.dumps(dict(meta), sort_keys=True), body]))


def _read(path: str) -> str | None:
    """The text of a file, marked as recently used; None if it cannot be read."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        os.utime(path, ns=(time.time_ns(), os.stat(path).st_mtime_ns))  # Numba's cache goes by the time of modification
    except (OSError, ValueError):
        return None
    return text


def _write(path: str, text: str) -> bool:
    """Put a file in place, whole or not at all."""
    partial = None
    try:
        handle, partial = tempfile.mkstemp(suffix=".part", dir=os.path.dirname(path))
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(partial, path)
    except (OSError, ValueError):
        if partial is not None:
            _remove(partial)
        return False
    if next(_writes) % PRUNE_EVERY == 0:
        prune(os.path.dirname(path))
    return True


def prune(place: str, limit: int | None = None) -> None:
    """Remove the files that were not used for the longest time, beyond `limit` (by default MAX_FILES)."""
    try:
        with os.scandir(place) as found:
            files = [(e.stat(follow_symlinks=False).st_atime_ns, e.path) for e in found if _is_ours(e.name)]
    except OSError:
        return
    files.sort()
    for _, path in files[:max(0, len(files) - (MAX_FILES if limit is None else limit))]:
        _remove(path)


def _is_ours(name: str) -> bool:
    return re.fullmatch(r"\w+_[0-9a-f]{16}\.py|entry_[0-9a-f]+\.txt|tmp\w+\.part", name) is not None


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)
