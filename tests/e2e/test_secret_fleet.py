"""Fifty environments whose secrets are in Git: built, one credential rotated, one recipient's key lost."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.controlplane.cluster import ControlPlane
from tests.support.api import Api
from tests.support.argocd import ArgoCd
from tests.support.engine import Engine, Refused, Step
from tests.support.vault import Vault

pytestmark = [pytest.mark.engine, pytest.mark.cluster, pytest.mark.sops]

ENVIRONMENTS = 50
READERS = ("ops", "blue")
PRODUCT = """\
credentials:
  gitlab:
    {urlPrefix: "https://gitlab.example.org/blue/", type: https, username: bot, password: {secret: gitlab-token}}
application:
  source: {repoURL: "https://gitlab.example.org/blue/fleet.git", path: deploy, kustomize: {}}
"""
PROJECT = """\
versions: {application: v1.0.0}
namespace: {secrets: {db: {password: {secret: db-password}}}}
"""
PLATFORM = "{profiles: {small: {namespace: {limits: null, networkPolicies: null}}}}"


class Fleet:
    """The tree, its stack, and a commit for each state, as a team would have."""

    def __init__(self, vault: Vault, engine: Engine, spoke: Api) -> None:
        self.vault = vault
        self.engine = engine
        self.spoke = spoke
        self.names = [f"fleet-{number:02d}" for number in range(ENVIRONMENTS)]

    def key(self, name: str) -> str:
        return f"blue/{name}/eu-1/dev/db-password"

    def file(self, name: str) -> str:
        return f"projects/blue/{name}/eu-1/dev/secrets/db-password.yaml"

    def write(self) -> None:
        files = self.engine.files
        files["platform.yaml"] = self.vault.platform(PLATFORM)
        token = self.vault.encrypt({"value": "token", "for": "blue/gitlab-token"})
        files["projects/blue/secrets/gitlab-token.yaml"] = token
        for name in self.names:
            folder = f"projects/blue/{name}"
            files[f"{folder}/product.yaml"] = PRODUCT
            files[f"{folder}/eu-1/dev/project.yaml"] = PROJECT
            made = self.vault.encrypt(
                {"value": f"password of {name}", "for": self.key(name)}, READERS
            )
            files[self.file(name)] = made
        self.engine.write()

    def value(self, name: str) -> str:
        found = self.spoke.get(f"/api/v1/namespaces/blue-{name}-dev/secrets/db")
        return base64.b64decode(found["data"]["password"]).decode()

    def uid(self, name: str) -> str:
        found = self.spoke.get(f"/api/v1/namespaces/blue-{name}-dev/secrets/db")
        return str(found["metadata"]["uid"])

    def command(self, *arguments: str, value: str = "") -> str:
        config = str(self.engine.folder / "config")
        result = CliRunner().invoke(main, ["secret", *arguments, "--config", config], input=value)
        assert result.exit_code == 0, result.output
        self._take(Path(config))
        return result.output

    def _take(self, config: Path) -> None:
        """What a command wrote is the tree now."""
        for path in config.rglob("*.yaml"):
            self.engine.files[path.relative_to(config).as_posix()] = path.read_text()


@pytest.fixture(scope="module")
def fleet(
    argocd: ArgoCd,  # noqa: ARG001  # plays Argo CD's part
    hub: ControlPlane,
    spoke: ControlPlane,
    sops_binaries: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Fleet]:
    """The fleet, deployed by a machine that holds the platform team's key."""
    vault = Vault(tmp_path_factory.mktemp("vault"), sops_binaries)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", vault.env["PATH"])
        patch.setenv("HOME", vault.env["HOME"])
        engine = Engine(tmp_path_factory.mktemp("stack"), [hub, spoke], {})
        made = Fleet(vault, engine, Api(spoke))
        made.write()
        yield made


def test_its_life(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """One test, as each step begins where the one before it ended."""
    vault, engine = fleet.vault, fleet.engine
    # An interrupted run of this stack is thrown away.
    monkeypatch.setenv("PULUMI_SKIP_CHECKPOINTS", "true")
    monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])

    previewed = engine.preview()
    built = engine.up()
    assert built.changes == previewed.changes
    assert set(built.changes) == {"create"}
    assert [fleet.value(name) for name in fleet.names] == [
        f"password of {name}" for name in fleet.names
    ]
    assert set(engine.preview().changes) == {"same"}

    # One credential is rotated, by somebody who holds no key.
    uid = fleet.uid("fleet-07")
    monkeypatch.delenv("SOPS_AGE_KEY")
    fleet.command("set", "blue/fleet-07/eu-1/dev", "db-password", value="rotated")
    monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
    rotated = engine.up()
    assert rotated.touched() == [Step("update", "Secret", "blue-fleet-07-dev-eu-1-secret-db")]
    assert (fleet.value("fleet-07"), fleet.uid("fleet-07")) == ("rotated", uid)

    # The platform team's key is lost. Without any key the deployment stops before it registers anything.
    monkeypatch.delenv("SOPS_AGE_KEY")
    with pytest.raises(Refused) as refused:
        engine.preview()
    reported = set(re.findall(r"config/\S+: no key on this machine", refused.value.text))
    assert len(reported) == ENVIRONMENTS + 1
    assert "to create" not in refused.value.text

    # A team's key still opens the files: with it, they are encrypted for the platform team's new key.
    lost = vault.identities["ops"]
    vault.recipients["ops"], vault.identities["ops"] = vault.new_pair()
    engine.files["platform.yaml"] = vault.platform(PLATFORM)
    engine.write()
    monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["blue"])
    assert f"{ENVIRONMENTS + 1} files re-encrypted" in fleet.command("rotate-keys")

    # The deployment has the new key, and the clusters do not notice.
    monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
    assert set(engine.preview().changes) == {"same"}
    vault.identities["ops"] = lost
    file = engine.folder / "config" / fleet.file("fleet-07")
    assert not vault.can_read(file, "ops")


def test_the_clone_has_no_value(fleet: Fleet) -> None:
    """What a team would push: nothing in the tree is in clear."""
    found = subprocess.run(
        ["grep", "-rlE", "password of|rotated", str(fleet.engine.folder / "config")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (1, ""), "1 is grep's word for nothing found"
