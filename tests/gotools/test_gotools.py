"""The cache of programs built with Go, and the programs themselves."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.controlplane.build import TOOLS as CONTROL_PLANE
from tests.gotools.build import (
    Binary,
    BuildError,
    ToolchainMissing,
    Toolset,
    cache_root,
    pinned,
)
from tests.gotools.sets import SOPS
from tests.support.kubernetes import Kubernetes


def run(
    program: Path, *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None
) -> str:
    outcome = subprocess.run(
        [program, *arguments],
        input=stdin,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


@pytest.mark.sops
class TestSops:
    def test_the_versions_are_the_pinned_ones(self, sops_binaries: Path) -> None:
        said = run(sops_binaries / "sops", "--disable-version-check", "--version")
        assert said.split()[:2] == ["sops", "3.13.3"]
        assert run(sops_binaries / "age", "--version").strip() == "v1.3.2"
        assert run(sops_binaries / "age-keygen", "--version").strip() == "v1.3.2"

    def test_what_is_encrypted_for_a_key_is_decrypted_with_it(
        self, sops_binaries: Path, tmp_path: Path
    ) -> None:
        key = tmp_path / "key.txt"
        run(sops_binaries / "age-keygen", "-o", str(key))
        recipient = run(sops_binaries / "age-keygen", "-y", str(key)).strip()
        kind = ["--input-type", "yaml", "--output-type", "yaml", "--filename-override", "a.yaml"]
        sealed = run(
            sops_binaries / "sops", "encrypt", "--age", recipient, *kind, stdin="token: s3cret\n"
        )
        assert "s3cret" not in sealed
        assert "ENC[" in sealed
        (tmp_path / "a.yaml").write_text(sealed)
        opened = run(
            sops_binaries / "sops",
            "decrypt",
            str(tmp_path / "a.yaml"),
            env={"SOPS_AGE_KEY_FILE": str(key)},
        )
        assert opened == "token: s3cret\n"


class TestToolset:
    @pytest.fixture
    def tools(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolset:
        """A set whose `go` writes its arguments into the program."""
        monkeypatch.setenv("ARGOPROJECT_TEST_CACHE", str(tmp_path / "cache"))
        self.fake_go(tmp_path, 'echo "$*" > "$7"', monkeypatch)
        for module, go in (("one", "1.25.0"), ("two", "1.26.1")):
            (tmp_path / "go" / module).mkdir(parents=True)
            (tmp_path / "go" / module / "go.mod").write_text(f"module {module}\n\ngo {go}\n")
        return Toolset(
            "test",
            "the program",
            tmp_path / "go",
            (Binary("a", "one", "./a"), Binary("b", "two", "./b", ("main.Version=v2",))),
        )

    @staticmethod
    def fake_go(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
        path = folder / "fake" / "go"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/sh\n[ "$1" = env ] && echo go1.99.0 && exit\n{script}\n')
        path.chmod(0o755)
        monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)

    def test_a_second_run_builds_nothing(
        self, tools: Toolset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        binaries = tools.ensure()
        assert sorted(path.name for path in binaries.iterdir()) == ["a", "b"]
        assert "-X main.Version=v2" in (binaries / "b").read_text()
        self.fake_go(tmp_path, "exit 1", monkeypatch)
        assert tools.ensure() == binaries

    def test_it_prints_its_progress(
        self, tools: Toolset, capsys: pytest.CaptureFixture[str]
    ) -> None:
        replace(tools, version="v9").ensure()
        lines = capsys.readouterr().err.splitlines()
        assert lines[0] == (
            "test: building the program v9 (about 1 min on two cores, once; "
            f"kept in {cache_root()})"
        )
        assert lines[1] == "test: [1/2] a …"
        assert lines[4].startswith("test: [2/2] b built in ")

    def test_files_next_to_the_programs_are_part_of_the_entry(self, tools: Toolset) -> None:
        binaries = replace(tools, extra=lambda entry: (entry / "note").touch()).ensure()
        assert (binaries.parent / "note").exists()

    def test_a_change_of_a_source_is_another_entry(self, tools: Toolset) -> None:
        before = tools.fingerprint("go1.99.0")
        (tools.root / "one" / "main.go").touch()
        assert tools.fingerprint("go1.99.0") != before
        assert tools.fingerprint("go1.99.0") != tools.fingerprint("go1.99.1")
        assert replace(tools, recipe="2").fingerprint("") != tools.fingerprint("")

    def test_each_set_has_an_entry_of_its_own(self) -> None:
        assert SOPS.fingerprint("go1.26.8") != CONTROL_PLANE.fingerprint("go1.26.8")

    def test_the_strictest_module_decides(
        self, tools: Toolset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(
            ToolchainMissing,
            match=r"^the program is built with Go 1\.26\.1 or newer, and there is no `go` on PATH$",
        ):
            tools.ensure()

    def test_modules_out_of_reach_are_a_reason_to_skip(
        self, tools: Toolset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.fake_go(tmp_path, "echo 'dial tcp: i/o timeout' >&2; exit 1", monkeypatch)
        with pytest.raises(ToolchainMissing, match="the program is not built yet and Go's modules"):
            tools.ensure()

    def test_a_go_mod_without_the_module(self, tools: Toolset) -> None:
        with pytest.raises(BuildError, match=r"one/go\.mod does not require other"):
            pinned(tools.root / "one", "other")


@pytest.mark.kubernetes
class TestKubernetes:
    def test_it_decodes_strictly_completes_and_validates(self, kubernetes: Kubernetes) -> None:
        specs: tuple[Mapping[str, Any], ...] = (
            {"ingress": [None]},
            {"podSelectr": {}},
            {"ingress": [{"ports": [{"port": 70000}]}]},
        )
        metadata = {"name": "a", "namespace": "b"}
        taken, mistyped, refused = kubernetes.judge(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": metadata,
                "spec": spec,
            }
            for spec in specs
        )
        assert taken.errors == ()
        assert taken.stored["spec"]["ingress"] == [{}]
        assert "unknown field" in mistyped.errors[0]
        assert "between 1 and 65535" in refused.errors[0]

    def test_it_says_what_a_quota_counts(self, kubernetes: Kubernetes) -> None:
        hard = {"limits.example.org/gpu": "1", "requests.example.org/gpu": "1", "pods": "3"}
        [verdict] = kubernetes.judge(
            [
                {
                    "apiVersion": "v1",
                    "kind": "ResourceQuota",
                    "metadata": {"name": "a", "namespace": "b"},
                    "spec": {"hard": hard},
                }
            ]
        )
        assert verdict.errors == ()
        assert verdict.counted == {"requests.example.org/gpu", "pods"}
