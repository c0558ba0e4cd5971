"""What a failure of the sops program means, by its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.problems import Mistake
from argoproject.secrets.program import Sops, SopsError


def failure(folder: Path, monkeypatch: pytest.MonkeyPatch, status: int) -> Mistake:
    """The mistake of a decryption that ends with an exit status."""
    program = folder / "sops"
    program.write_text(f"#!/bin/sh\nexit {status}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(SopsError) as caught:
        Sops().decrypt("a: 1\n")
    return caught.value.mistake


def test_a_damaged_file_is_restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert failure(tmp_path, monkeypatch, 25) == Mistake(
        "sops-damaged",
        "an encrypted value of the file was changed",
        "take the file from Git's history as it was, or set the secret again",
    )


@pytest.mark.parametrize("status", [1, 2, 127])
def test_any_other_failure_is_not_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    assert failure(tmp_path, monkeypatch, status) == Mistake(
        "sops-failed",
        f"sops could not decrypt (exit status {status})",
        "run `sops decrypt` with the file to see why",
    )
