"""The control plane itself: the behaviour on which other tests rely."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.controlplane import build, cluster, servers
from tests.controlplane.cluster import ControlPlane
from tests.support.api import eventually
from tests.support.paths import ROOT

APPLICATIONS = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications"


def alive(process: int) -> bool:
    """Whether a process runs. A zombie, which only waits for its parent, does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return not state.stdout.strip().startswith(("Z", "X")) and bool(state.stdout.strip())


def application(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "demo"},
        "spec": {
            "project": "demo",
            "source": {"repoURL": "https://git.example.com/demo.git", "path": "."},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "demo"},
            **spec,
        },
    }


@pytest.mark.cluster
class TestControlPlane:
    def test_answers_with_the_pinned_version(self, hub: ControlPlane) -> None:
        status, version = hub.request("GET", "/version")
        assert status == 200
        assert version["gitVersion"] == build.kubernetes_version()
        assert (version["major"], version["minor"]) == ("1", "36")

    def test_accepts_an_application(self, hub: ControlPlane) -> None:
        path = f"{APPLICATIONS}?fieldValidation=Strict&dryRun=All"
        status, answer = hub.request("POST", path, application())
        assert status == 201, answer

    def test_refuses_an_unknown_field(self, hub: ControlPlane) -> None:
        path = f"{APPLICATIONS}?fieldValidation=Strict&dryRun=All"
        status, answer = hub.request("POST", path, application(selfHeal=True))
        assert status == 400
        assert 'unknown field "spec.selfHeal"' in answer["message"]

    def test_applies_on_the_server(self, hub: ControlPlane) -> None:
        path = f"{APPLICATIONS}/demo?fieldManager=test&fieldValidation=Strict&dryRun=All"
        status, answer = hub.request(
            "PATCH", path, application(), content_type="application/apply-patch+yaml"
        )
        assert status == 201, answer

    def test_gives_a_quota_its_status(self, hub: ControlPlane) -> None:
        base = "/api/v1/namespaces/argocd/resourcequotas"
        quota = {"metadata": {"name": "some"}, "spec": {"hard": {"configmaps": "10"}}}
        assert hub.request("POST", base, quota)[0] == 201

        def counted() -> bool:
            _, found = hub.request("GET", f"{base}/some")
            return bool(found.get("status", {}).get("hard") == {"configmaps": "10"})

        assert eventually(counted, 10)
        assert hub.request("DELETE", f"{base}/some")[0] == 200

    def test_removes_a_namespace_with_its_contents(self, hub: ControlPlane) -> None:
        assert hub.request("POST", "/api/v1/namespaces", {"metadata": {"name": "gone"}})[0] == 201
        inside = "/apis/argoproj.io/v1alpha1/namespaces/gone/applications"
        assert hub.request("POST", inside, application())[0] == 201
        assert hub.request("DELETE", "/api/v1/namespaces/gone")[0] == 200
        assert eventually(lambda: hub.request("GET", "/api/v1/namespaces/gone")[0] == 404, 30)

    def test_refuses_a_stranger(self, hub: ControlPlane) -> None:
        assert hub.request("GET", "/api/v1/namespaces", token="wrong")[0] == 401
        status, answer = hub.request("GET", "/api/v1/namespaces", token=hub._guest_token)
        assert status == 403
        assert 'User "guest" cannot list' in answer["message"]

    def test_kubeconfig_is_complete(self, hub: ControlPlane) -> None:
        document = yaml.safe_load(hub.kubeconfig.read_text())
        assert document["current-context"] == "hub"
        assert document["contexts"] == [
            {"name": "hub", "context": {"cluster": "hub", "user": "hub"}}
        ]
        assert document["clusters"][0]["cluster"]["server"] == hub.server
        assert document["users"][0]["user"] == {"token": hub.token}

    def test_two_control_planes_are_separate(
        self, hub: ControlPlane, spoke: ControlPlane, tmp_path: Path
    ) -> None:
        assert hub.uid != spoke.uid
        assert hub.server != spoke.server
        assert spoke.request("GET", "/readyz") == (200, "ok")
        target = tmp_path / "config"
        cluster.write_kubeconfig([hub, spoke], target)
        document = yaml.safe_load(target.read_text())
        assert [each["name"] for each in document["contexts"]] == ["hub", "eu-1"]
        assert target.stat().st_mode & 0o077 == 0

    @pytest.mark.usefixtures("control_plane_binaries")
    def test_a_killed_owner_leaves_nothing(self) -> None:
        script = """
            import json, time
            from tests.controlplane import ControlPlane
            with ControlPlane("killed") as plane:
                print(json.dumps([plane.processes, str(plane.folder)]), flush=True)
                time.sleep(600)
        """
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, stdout=subprocess.PIPE
        ) as owner:
            assert owner.stdout is not None
            try:
                processes, folder = json.loads(owner.stdout.readline())
                assert set(processes) == {"etcd", "kube-apiserver", "kube-controller-manager"}
                assert all(alive(process) for process in processes.values())
            finally:
                owner.kill()
        assert eventually(lambda: not any(alive(process) for process in processes.values()))
        assert eventually(lambda: not Path(folder).exists())


class Supervised:
    """A supervisor that holds one ``sleep``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", str(servers.SUPERVISOR), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.supervisor.stdout is not None
        assert self.supervisor.stdin is not None
        assert "ready" in json.loads(self.supervisor.stdout.readline())
        request = {"start": "sleep", "argv": ["sleep", "600"], "log": "sleep.log"}
        self.supervisor.stdin.write(json.dumps(request).encode() + b"\n")
        self.supervisor.stdin.flush()
        self.process: int = json.loads(self.supervisor.stdout.readline())["pid"]

    def close(self) -> None:
        self.supervisor.kill()
        self.supervisor.communicate()


class TestSupervisor:
    def test_the_end_of_input_ends_everything(self, tmp_path: Path) -> None:
        held = Supervised(tmp_path)
        assert alive(held.process)
        held.supervisor.communicate(timeout=10)
        assert not alive(held.process)
        assert not held.folder.exists()

    def test_a_signal_ends_everything(self, tmp_path: Path) -> None:
        held = Supervised(tmp_path)
        held.supervisor.send_signal(signal.SIGTERM)
        held.supervisor.wait(timeout=10)
        assert not alive(held.process)
        assert not held.folder.exists()
        held.close()

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel of Linux does it")
    def test_its_own_sudden_death_ends_the_servers(self, tmp_path: Path) -> None:
        held = Supervised(tmp_path)
        held.close()
        assert eventually(lambda: not alive(held.process))


class TestStaleFolders:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        folder = tmp_path / f"{servers.PREFIX}abc"
        folder.mkdir()
        return folder

    @staticmethod
    def age(folder: Path) -> None:
        old = time.time() - 2 * servers.STALE_SECONDS
        os.utime(folder, (old, old))

    def test_an_abandoned_one_is_removed(self, folder: Path) -> None:
        (folder / "lock").touch()
        self.age(folder)
        servers.remove_stale()
        assert not folder.exists()

    def test_a_young_one_stays(self, folder: Path) -> None:
        servers.remove_stale()
        assert folder.exists()

    def test_one_in_use_stays(self, folder: Path) -> None:
        held = Supervised(folder)
        self.age(folder)
        servers.remove_stale()
        assert folder.exists()
        held.close()


class TestToolchain:
    def test_all_modules_of_kubernetes_have_one_version(self) -> None:
        text = (build.GO / "kubernetes" / "go.mod").read_text()
        replaced = dict(re.findall(r"^\t(k8s\.io/\S+) => \1 (\S+)$", text, re.MULTILINE))
        assert len(replaced) == text.count("=>") > 30
        assert set(replaced.values()) == {build.kubernetes_version().replace("v1.", "v0.", 1)}

    @staticmethod
    def fake_go(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
        path = folder / "go"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)

    def test_no_go(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(build.ToolchainMissing, match="there is no `go` on PATH"):
            build.ensure_binaries()

    def test_an_old_go(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fake_go(tmp_path, "echo go1.19.1", monkeypatch)
        with pytest.raises(build.ToolchainMissing, match=r"Go 1\.26\.0 or newer; here: `go` is"):
            build.ensure_binaries()

    def test_a_go_that_may_not_switch(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        objection = "go: go.mod requires go >= 1.26.0 (running go 1.24.1; GOTOOLCHAIN=local)"
        self.fake_go(tmp_path, f"echo '{objection}' >&2; exit 1", monkeypatch)
        with pytest.raises(build.ToolchainMissing, match=r"running go 1\.24\.1"):
            build.ensure_binaries()

    @pytest.mark.parametrize(
        ("output", "error"),
        [
            ("dial tcp: lookup proxy: no such host", build.ToolchainMissing),
            ("verifying x: checksum mismatch", build.BuildError),
        ],
    )
    def test_a_build_that_fails(
        self,
        output: str,
        error: type[Exception],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        script = f'[ "$1" = env ] && echo go1.99.0 && exit; echo "{output}" >&2; exit 1'
        self.fake_go(tmp_path, script, monkeypatch)
        monkeypatch.setenv("ARGOPROJECT_TEST_CACHE", str(tmp_path / "cache"))
        with pytest.raises(error, match=output):
            build.ensure_binaries()
        assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]
        assert "keygen" in capsys.readouterr().err
