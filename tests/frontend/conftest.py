"""Files and texts that are run as an import, a notebook or a generator of code would run them."""
from __future__ import annotations

import linecache
import os
import textwrap
import time
import types

import pytest


@pytest.fixture
def load(tmp_path):
    """Write a file and run it, as an import does; returns its namespace. `load.path` is the file."""
    def load(text: str | bytes) -> types.SimpleNamespace:
        if isinstance(text, str):
            text = textwrap.dedent(text).encode()
        load.path.write_bytes(text)
        space: dict = {"__name__": "written"}
        exec(compile(load.path.read_bytes(), str(load.path), "exec", dont_inherit=True), space)
        return types.SimpleNamespace(**space)

    load.path = tmp_path / "written.py"
    return load


@pytest.fixture
def edit(load):
    """Replace text in the file behind the back of what runs."""
    def edit(old: str, new: str) -> None:
        text = load.path.read_bytes().decode()
        assert old in text
        load.path.write_bytes(text.replace(old, new).encode())
        os.utime(load.path, ns=(edit.time, edit.time))
        edit.time += 10**9

    edit.time = time.time_ns() + 10**9
    return edit


@pytest.fixture
def pinned():
    """Run a text that only `linecache` knows."""
    names = []

    def pinned(text: str, name: str = "<generated 1>") -> types.SimpleNamespace:
        text = textwrap.dedent(text)
        linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
        names.append(name)
        space: dict = {}
        exec(compile(text, name, "exec", dont_inherit=True), space)
        return types.SimpleNamespace(**space)

    yield pinned
    for name in names:
        linecache.cache.pop(name, None)
