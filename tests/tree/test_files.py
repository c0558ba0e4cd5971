"""Files are written as a whole or not at all, and never through a link; values are found by their path."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.tree.documents import data_at
from argoproject.tree.files import has_link, write


def test_line_ends_and_the_mode_stay(tmp_path: Path) -> None:
    file = tmp_path / "a" / "file"
    write(file, "one\n")
    assert file.stat().st_mode & 0o777 == 0o644
    file.chmod(0o600)
    write(file, "two\r\nthree")
    assert file.read_bytes() == b"two\r\nthree"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in file.parent.iterdir()] == ["file"]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write(tmp_path / "a" / "b" / "file", "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_stands_where_a_folder_is_needed_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(OSError, match="a"):
        write(tmp_path / "a" / "b" / "file", "x")
    assert (tmp_path / "a").read_text() == "mine"


@pytest.mark.parametrize("link", ["a", "a/b", "a/b/file"])
def test_a_link_anywhere_on_the_way_is_seen(tmp_path: Path, link: str) -> None:
    path = tmp_path / link
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(tmp_path)
    assert has_link(tmp_path, tmp_path / "a/b/file")
    assert not has_link(tmp_path, tmp_path / "c/d")


def test_what_is_not_below_the_root_is_no_way(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        has_link(tmp_path / "a", tmp_path / "b")


def test_a_text_has_no_values_below_it() -> None:
    assert data_at({"a": "abc"}, ("a", 0)) is None
    assert data_at({"a": ["abc"]}, ("a", 0)) == "abc"
