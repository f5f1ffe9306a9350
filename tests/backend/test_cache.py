"""The cache directory is ours alone, its files are whole or ignored, and it does not grow without bound."""
from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading

import pytest

from tangentlite.backend import cache
from tangentlite.backend.cache import Entries, Entry, store

KEY = "0123456789abcdef"

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX file modes")


@posix
def test_modes(cache_dir) -> None:
    path = store("f", "text")
    assert stat.S_IMODE(os.stat(cache_dir).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_a_file_is_named_by_its_content(cache_dir) -> None:
    first, again, other = store("f", "a\r\nb\n"), store("f", "a\r\nb\n"), store("f", "b")
    assert first == again != other
    with open(first, "rb") as file:
        assert file.read() == b"a\r\nb\n"
    assert len(os.listdir(cache_dir)) == 2


def test_a_changed_file_is_written_again(cache_dir) -> None:
    path = store("f", "good")
    with open(path, "w") as file:
        file.write("bad")
    assert store("f", "good") == path
    with open(path) as file:
        assert file.read() == "good"


@posix
def test_a_symbolic_link_in_the_way_is_replaced(cache_dir, tmp_path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path = store("f", "text")
    os.unlink(path)
    os.symlink(victim, path)
    assert store("f", "text") == path
    assert not os.path.islink(path)
    assert victim.read_text() == "precious"


@posix
@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777])
def test_a_directory_others_can_write_to_is_not_used(cache_dir, mode, recwarn) -> None:
    Entries().save(KEY, Entry("text"))
    os.chmod(cache_dir, mode)
    assert store("f", "text") is None
    assert Entries().load(KEY) is None
    (warning,) = recwarn
    assert "TANGENTLITE_CACHE_DIR" in str(warning.message)


@posix
def test_a_linked_directory_is_not_used(cache_dir, tmp_path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    cache_dir.symlink_to(tmp_path / "real")
    with pytest.warns(RuntimeWarning, match="real directory"):
        assert store("f", "text") is None
    assert not list((tmp_path / "real").iterdir())


@posix
def test_the_directory_of_somebody_else_is_not_used(cache_dir, monkeypatch) -> None:
    cache_dir.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: os.stat(cache_dir).st_uid + 1)
    with pytest.warns(RuntimeWarning):
        assert cache.directory() is None


@pytest.mark.parametrize("value", ["", "/dev/null/x", "x" * 5000])
def test_without_a_directory_everything_still_works(monkeypatch, value) -> None:
    monkeypatch.setenv("TANGENTLITE_CACHE_DIR", value)
    assert store("f", "text") is None
    Entries().save(KEY, Entry("text"))
    assert Entries().load(KEY) is None


def test_a_full_disk_leaves_nothing_behind(cache_dir, monkeypatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(os, "replace", full)
    assert store("f", "text") is None
    assert os.listdir(cache_dir) == []


def test_the_user_directory_is_the_default(tmp_path) -> None:
    env = {k: v for k, v in os.environ.items() if k != "TANGENTLITE_CACHE_DIR"} | {"XDG_CACHE_HOME": str(tmp_path)}
    code = "from tangentlite.backend import cache; print(cache.directory())"
    out = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
    assert os.path.basename(out.strip()) == "tangentlite"


def test_entries_round_trip(cache_dir) -> None:
    entry = Entry("line\r\n# é\u2028\n", {"lines": {"1": [2, "x"]}, "n": 1.5})
    Entries().save(KEY, entry)
    assert Entries().load(KEY) == entry
    assert Entries().load(KEY[::-1]) is None


def test_every_damage_is_a_miss(cache_dir) -> None:
    Entries().save(KEY, Entry("x = 1\n", {"a": 1}))
    (path,) = cache_dir.iterdir()
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        assert Entries().load(KEY) is None
        path.write_bytes(whole[:cut] + bytes([whole[cut] ^ 1]) + whole[cut + 1:])
        damaged = Entries().load(KEY)
        assert damaged is None
    path.rename(path.with_name(f"entry_{KEY[::-1]}.txt"))
    assert Entries().load(KEY[::-1]) is None


@pytest.mark.parametrize("header", [b"[" * 100_000, b"{}", b"[]", b"null", b'{"meta": 1, "format": 1, "sha256": ""}',
                                    b"\xff", b""])
def test_malformed_headers_are_a_miss(cache_dir, header) -> None:
    Entries().save(KEY, Entry("x"))
    (path,) = cache_dir.iterdir()
    path.write_bytes(b"# tangentlite " + header + b"\nx")
    assert Entries().load(KEY) is None


@pytest.mark.parametrize("key", ["../x", "", "ABCDEF0123456789", KEY + "\n", "0" * 500])
def test_keys_are_hex_digests(cache_dir, key) -> None:
    Entries().save(key, Entry("x"))
    assert Entries().load(key) is None
    assert not cache_dir.exists()


def test_meta_that_is_not_json_is_not_saved(cache_dir) -> None:
    Entries().save(KEY, Entry("x", {"a": object()}))
    assert Entries().load(KEY) is None


def test_the_files_not_used_for_longest_go_first(cache_dir, monkeypatch) -> None:
    monkeypatch.setattr(cache, "MAX_FILES", 3)
    monkeypatch.setattr(cache, "PRUNE_EVERY", 1)
    stranger = cache_dir / "notes.py"
    paths = []
    for k in range(5):
        paths.append(store("f", str(k)))
        os.utime(paths[-1], (k, k))
        stranger.touch()
        if k == 2:
            store("f", "0")
    assert [os.path.exists(p) for p in paths] == [True, False, False, True, True]
    assert stranger.exists()


def test_many_threads_write_the_same_files(cache_dir) -> None:
    results = []

    def work() -> None:
        for k in range(20):
            path = store("f", f"{k}" * 1000)
            Entries().save(KEY, Entry(f"{k}" * 1000))
            with open(path) as file:
                entry = Entries().load(KEY)
                results.append(file.read() == f"{k}" * 1000 and entry is not None)
    threads = [threading.Thread(target=work) for _ in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert results == [True] * 120
