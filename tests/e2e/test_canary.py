"""Nothing leaks through the real engine: its output, its logs, its state, its errors, the clusters' own records.

The values and the search are those of tests/secrets/test_canary.py. Each place must hold the marker, and the state is
searched once more with its secrets shown: then every value must be found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controlplane.cluster import ControlPlane
from tests.support.api import Api
from tests.support.argocd import ArgoCd
from tests.support.canary import CANARIES, CONFIG, MARKER, files, leaks
from tests.support.engine import Engine, Refused
from tests.support.vault import Vault

pytestmark = [pytest.mark.engine, pytest.mark.cluster, pytest.mark.sops]

VERBOSE = ("--logtostderr", "--logflow", "-v=8")
"""The most that Pulumi logs without the contents of its messages. From 9 on it logs them whole, secrets included."""

NAMESPACE = f"blue-{MARKER}-dev"
PROJECT = f"{NAMESPACE}-eu-1"


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory, sops_binaries: Path) -> Vault:
    return Vault(tmp_path_factory.mktemp("vault"), sops_binaries)


@pytest.fixture(scope="module")
def engine(
    vault: Vault,
    argocd: ArgoCd,  # noqa: ARG001  # plays Argo CD's part
    hub: ControlPlane,
    spoke: ControlPlane,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Engine]:
    """The stack with all canaries; what it said while it was built is in `printed`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", vault.env["PATH"])
        stack = Engine(tmp_path_factory.mktemp("stack"), [hub, spoke], files(vault))
        stack.configure({f"blue.{name}": CANARIES[name] for name in CONFIG if name != "platform"})
        stack.configure({"platform.platform": CANARIES["platform"]})
        keys = {name: CANARIES[f"helm-secrets-{name}"] for name in ("platform", "blue")}
        stack.configure(keys, key="helmSecretsKeys.")
        stack.configure({"ageKey": vault.identities["ops"]}, key="")
        yield stack


@pytest.fixture(scope="module")
def printed(engine: Engine) -> dict[str, str]:
    """What the engine says in every way in which it can be asked, in the life of a stack."""
    texts = {
        "preview": engine.cli("preview"),
        "preview in detail": engine.cli("preview", "--diff"),
        "preview for scripts": engine.cli("preview", "--json"),
        "preview verbose": engine.cli("preview", *VERBOSE),
        "preview debug": engine.cli("preview", "--debug", "--diff"),
    }
    plan = engine.folder / "plan.json"
    engine.cli("preview", "--save-plan", str(plan))
    texts["plan"] = plan.read_text()
    texts["up verbose"] = engine.cli("up", "--yes", "--skip-preview", "--diff", "--debug", *VERBOSE)
    texts["state"] = engine.state()
    texts["export"] = engine.cli("stack", "export")
    texts["outputs"] = engine.cli("stack", "output", "--json")
    texts["config"] = (engine.folder / "Pulumi.test.yaml").read_text() + engine.cli("config")
    texts["everything"] = engine.cli("preview", "--logtostderr", "-v=9")
    texts["refresh"] = engine.cli("refresh", "--yes", "--diff")
    return texts


PLACES = (
    "preview",
    "preview in detail",
    "preview for scripts",
    "preview verbose",
    "preview debug",
    "plan",
    "up verbose",
    "state",
    "export",
    "outputs",
    "refresh",
)


def searched(text: str, vault: Vault) -> None:
    assert MARKER in text, "the search looks at the wrong thing"
    assert leaks(text) == []
    assert not [name for name, key in vault.identities.items() if key in text]


@pytest.mark.parametrize("place", PLACES)
def test_the_engine_tells_no_value(place: str, printed: dict[str, str], vault: Vault) -> None:
    searched(printed[place], vault)


def test_pulumis_most_verbose_log_holds_values(printed: dict[str, str]) -> None:
    """A property of Pulumi that docs/secrets.md warns of. It also shows that the search finds values in logs."""
    assert len(leaks(printed["everything"])) > 10


def test_the_config_holds_no_value(printed: dict[str, str]) -> None:
    assert "argo-projects:ageKey" in printed["config"]
    assert leaks(printed["config"]) == []


def test_with_its_secrets_shown_the_state_has_every_value(
    engine: Engine, printed: dict[str, str]
) -> None:
    """The values went all the way, and the search finds them."""
    assert printed
    assert leaks(engine.cli("stack", "export", "--show-secrets")) == sorted(CANARIES)


def test_the_values_are_where_they_belong(
    printed: dict[str, str], hub: ControlPlane, spoke: ControlPlane
) -> None:
    assert printed
    found = [
        json.dumps(Api(plane).items(f"/api/v1/namespaces/{namespace}/secrets"))
        for plane, namespace in ((hub, "argocd"), (spoke, NAMESPACE))
    ]
    assert leaks("".join(found)) == sorted(CANARIES)


def test_no_other_object_of_the_clusters_has_a_value(
    printed: dict[str, str], hub: ControlPlane, spoke: ControlPlane, vault: Vault
) -> None:
    """Events, annotations and field managers included."""
    assert printed
    paths = (
        (hub, "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications"),
        (hub, "/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects"),
        (hub, "/api/v1/events"),
        (spoke, "/api/v1/namespaces"),
        (spoke, f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts"),
        (spoke, f"/api/v1/namespaces/{NAMESPACE}/resourcequotas"),
        (spoke, "/api/v1/events"),
    )
    searched(json.dumps([Api(plane).items(path) for plane, path in paths]), vault)
    for plane, namespace in ((hub, "argocd"), (spoke, NAMESPACE)):
        secrets = Api(plane).items(f"/api/v1/namespaces/{namespace}/secrets")
        searched(json.dumps([item["metadata"] for item in secrets]), vault)


def test_a_rotation_is_shown_without_its_values(
    engine: Engine, printed: dict[str, str], vault: Vault
) -> None:
    assert printed
    name = f"projects/blue/{MARKER}/eu-1/dev/secrets/workload.yaml"
    old = engine.files[name]
    key = f"blue/{MARKER}/eu-1/dev/workload"
    engine.files[name] = vault.encrypt({"value": "rotated-now", "for": key}, ("ops", "blue"))
    engine.write()
    text = engine.cli("preview", "--diff")
    assert "1 to update" in text
    assert "rotated-now" not in text
    searched(text, vault)
    engine.files[name] = old
    engine.write()


def test_a_cluster_that_refuses_a_secret(
    engine: Engine, printed: dict[str, str], vault: Vault
) -> None:
    """The API server's message about a value that is no Docker configuration."""
    assert printed
    name = f"projects/blue/{MARKER}/eu-1/dev/secrets/registry-config.yaml"
    old = engine.files[name]
    key = f"blue/{MARKER}/eu-1/dev/registry-config"
    engine.files[name] = vault.encrypt({"value": CANARIES["workload"], "for": key}, ("ops", "blue"))
    engine.write()
    with pytest.raises(Refused) as refused:
        engine.cli("up", "--yes", "--skip-preview", "--diff", *VERBOSE)
    engine.files[name] = old
    engine.write()
    assert "dockerconfigjson" in refused.value.text
    searched(refused.value.text, vault)


def test_a_program_that_breaks(engine: Engine, printed: dict[str, str], vault: Vault) -> None:
    """An error of our own, while all values are there: Python's trace is printed."""
    assert printed
    module = engine.folder / "components/argo_project.py"
    text = module.read_text()
    broken = text.replace(
        "        plan = args.plan\n", "        raise ValueError(args, args.secrets, opts)\n"
    )
    assert broken != text
    module.write_text(broken)
    with pytest.raises(Refused) as refused:
        engine.cli("preview", *VERBOSE)
    module.write_text(text)
    assert "ValueError" in refused.value.text
    searched(refused.value.text, vault)


def test_the_arguments_of_all_processes(
    engine: Engine, printed: dict[str, str], vault: Vault
) -> None:
    """Everybody on a machine can read them while the engine runs."""
    assert printed
    seen: set[str] = set()
    with engine.background("preview", "--diff") as process:
        while process.poll() is None:
            seen.update(_command_lines())
    searched("\n".join([MARKER, *seen]), vault)
    assert any("pulumi-language-python" in line for line in seen)


def _command_lines() -> Iterator[str]:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
