"""What the tests with sops share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.vault import Vault


@pytest.fixture
def vault(tmp_path: Path, sops_binaries: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """A tree with recipients. sops is on PATH; this process has no key."""
    made = Vault(tmp_path, sops_binaries)
    monkeypatch.setenv("PATH", made.env["PATH"])
    monkeypatch.setenv("HOME", made.env["HOME"])
    monkeypatch.chdir(tmp_path)
    return made
