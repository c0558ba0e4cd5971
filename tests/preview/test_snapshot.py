"""The last preview on disk."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from argoproject.preview.record import Resource, Secret, Snapshot, SnapshotStore, Unknown

RESOURCE = Resource(
    urn="urn:x",
    type="kubernetes:core/v1:Secret",
    name="x",
    parent="urn:p",
    provider="urn:provider",
    dependencies=("urn:a", "urn:b"),
    options={"protect": True, "ignoreChanges": ["spec"], "aliases": ["urn:old"]},
    inputs={
        "kind": "Secret",
        "metadata": {"name": "x", "labels": {}},
        "stringData": {"a": Secret("fingerprint"), "b": Unknown(), "c": [None, 1, "t", False]},
    },
)
SNAPSHOT = Snapshot({RESOURCE.urn: RESOURCE}, {"environments": {"x": Secret("other")}})


def path(root: Path) -> Path:
    return root / ".argoproject" / "previews" / "dev.json"


def test_what_is_kept_is_what_was_there(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    store.save("dev", SNAPSHOT)
    assert store.load("dev") == SNAPSHOT
    assert store.load("prod") is None


def test_the_same_snapshot_is_the_same_file(tmp_path: Path) -> None:
    other = Resource(urn="urn:a", type="t", name="a")
    store = SnapshotStore(tmp_path)
    store.save("dev", Snapshot({"urn:x": RESOURCE, "urn:a": other}))
    first = path(tmp_path).read_bytes()
    store.save("dev", Snapshot({"urn:a": other, "urn:x": RESOURCE}))
    assert path(tmp_path).read_bytes() == first


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"format": 0}', '{"format": 1}', '{"format": 1, "resources": 3}'],
)
def test_a_file_that_cannot_be_used_is_none(tmp_path: Path, content: str) -> None:
    path(tmp_path).parent.mkdir(parents=True)
    path(tmp_path).write_text(content)
    assert SnapshotStore(tmp_path).load("dev") is None


def test_an_interrupted_write_leaves_the_last_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SnapshotStore(tmp_path)
    store.save("dev", SNAPSHOT)

    def fail(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="disk full"):
            store.save("dev", Snapshot())
    assert store.load("dev") == SNAPSHOT
    assert [file.name for file in path(tmp_path).parent.iterdir()] == ["dev.json"]


def test_the_key_is_random_and_kept_for_one_project(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "a")
    key = store.fingerprint_key()
    assert len(key) == 32
    assert store.fingerprint_key() == key
    assert SnapshotStore(tmp_path / "b").fingerprint_key() != key
    (file,) = (tmp_path / "a").rglob(".key")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
