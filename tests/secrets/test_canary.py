"""Nothing leaks: unmistakable values in every secret field, searched for in everything that is printed or written.

Here all places without the real engine; tests/e2e/test_canary.py has the others. In each place the marker that is
next to the values must be found.
"""

from __future__ import annotations

import base64
import json
import shutil
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import get_args

import pytest
import yaml
from click.testing import CliRunner

from argoproject.cli.main import main
from argoproject.fleet.pipeline import Fleet, load_fleet
from argoproject.models import repositories
from argoproject.models.base import Model
from argoproject.preview.program import load_program, run_program
from argoproject.problems import ConfigError
from argoproject.project.repositories import secret_refs
from argoproject.secrets.file import SecretKey
from argoproject.yamlfile.reader import DataPath
from tests.support import golden
from tests.support.canary import CANARIES, CONFIG, MARKER, files, leaks, secret_fields
from tests.support.engine import ROOT
from tests.support.trees import TODAY
from tests.support.vault import Vault, by_text

pytestmark = pytest.mark.sops

HELM = ("helm-secrets-platform", "helm-secrets-blue")
ENVIRONMENT = f"blue/{MARKER}/eu-1/dev"


@pytest.fixture
def tree(vault: Vault) -> Vault:
    """The tree with all canaries, as a Pulumi project whose config has, in clear, those that files do not have."""
    shutil.rmtree(vault.root)
    for name, text in files(vault).items():
        vault.write(name, text)
    (vault.root / ".sops.yaml").write_text(vault.sops_config())
    _stack(vault, CONFIG)
    return vault


@pytest.fixture
def in_clear(tree: Vault) -> Vault:
    """The same with every value in clear in the stack's config, so that an offline run has them all."""
    for file in tree.root.rglob("secrets/*.yaml"):
        file.unlink()
    _stack(tree, [name for name in CANARIES if not name.startswith("manifest-")])
    return tree


def _stack(vault: Vault, names: list[str] | tuple[str, ...]) -> None:
    folder = vault.root.parent
    for file in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / file, folder)
    team = {name: CANARIES[name] for name in names if name != "platform" and "helm-" not in name}
    config = {
        "argo-projects:config": "config",
        "pulumi:disable-default-providers": ["kubernetes"],
        "argo-projects:secrets": {"blue": team, "platform": {"platform": CANARIES["platform"]}},
        "argo-projects:helmSecretsKeys": {
            owner: CANARIES[f"helm-secrets-{owner}"] for owner in ("platform", "blue")
        },
        "argo-projects:ageKey": vault.identities["ops"],
    }
    (folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}))


def searched(text: str, vault: Vault) -> None:
    """The text has the marker, and no value and no private key."""
    assert MARKER in text, "the search looks at the wrong thing"
    assert leaks(text) == []
    assert not [name for name, key in vault.identities.items() if key in text]


def command(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == status, result.output
    return result.output + repr(result.exception)


def fleet(vault: Vault) -> Fleet:
    return load_fleet(vault.root, stack="dev", select=None, today=TODAY)


def values(vault: Vault) -> Mapping[str, str]:
    found = fleet(vault)
    known = {SecretKey("blue", name): CANARIES[name] for name in CONFIG} | {
        SecretKey("platform", "platform"): CANARIES["platform"]
    }
    return by_text({**known, **found.secret_values(known, age_key=vault.identities["ops"])})


def test_every_field_that_can_hold_a_secret_holds_one(tree: Vault) -> None:
    (project,) = fleet(tree).projects
    found = {(_kind(path, project.settings), str(path[-1])) for path, _ in secret_refs(project)}
    kinds = [
        item
        for item in vars(repositories).values()
        if isinstance(item, type) and issubclass(item, Model)
    ]
    expected = {
        (
            get_args(item.model_fields["type"].annotation)[0]
            if "type" in item.model_fields
            else "registry",
            field,
        )
        for item in kinds
        if not item.__name__.endswith("Template")
        and item.__name__.endswith(("Credential", "Registry"))
        for field in secret_fields(item)
    }
    # The certificate is shared by several kinds: one of them is enough.
    shared = {"tlsClientCertData", "tlsClientCertKey"}
    assert {item for item in expected if item[1] not in shared} - found == set()
    assert shared <= {field for _, field in found}


def _kind(path: DataPath, settings: Model) -> str:
    data = settings.model_dump(by_alias=True)
    for step in path[:-1]:
        data = data[str(step)]
    return str(data.get("type", "registry"))


def test_the_values_are_there(tree: Vault) -> None:
    """Else nothing could leak."""
    assert leaks(json.dumps(dict(values(tree)))) == sorted(set(CANARIES) - set(HELM))


def test_the_files_themselves(tree: Vault) -> None:
    searched(
        "\n".join(f"{file}\n{file.read_text()}" for file in tree.root.rglob("*") if file.is_file()),
        tree,
    )


COMMANDS = {
    "validate": ("validate",),
    "validate for scripts": ("validate", "--format", "json"),
    "list": ("secret", "list"),
    "list for scripts": ("secret", "list", "--format", "json"),
    "where-used": ("secret", "where-used", "workload"),
    "where-used for scripts": ("secret", "where-used", "workload", "--format", "json"),
    "explain": ("explain", ENVIRONMENT),
    "explain for scripts": ("explain", ENVIRONMENT, "--format", "json"),
    "rotate-keys": ("secret", "rotate-keys", "--all"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name: str, tree: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY", tree.identities["ops"])
    refused = name.startswith("validate")  # it reports the values in clear in the stack's config
    searched(f"{MARKER if refused else ''}{command(*COMMANDS[name], status=int(refused))}", tree)


def test_a_report_of_mistakes(tree: Vault) -> None:
    """Every file is damaged so that each of them is reported."""
    for file in tree.root.rglob("secrets/*.yaml"):
        value = CANARIES[file.stem]
        file.write_text(f"value: {json.dumps(value)}\n{value}: x\n")
    searched(command("validate", status=1), tree)


def test_files_that_cannot_be_decrypted(tree: Vault) -> None:
    for file in tree.root.rglob("secrets/*.yaml"):
        file.write_text(file.read_text().replace('lastmodified: "20', 'lastmodified: "19'))
    with pytest.raises(ConfigError) as refused:
        values(tree)
    assert len(refused.value.problems) > 10
    searched("".join(traceback.format_exception(refused.value)), tree)


PREVIEWS = {
    "preview": (),
    "preview with everything": ("--all", "--manifests"),
    "preview for scripts": ("--format", "json", "--manifests"),
}


@pytest.mark.parametrize("name", PREVIEWS)
def test_previews(name: str, in_clear: Vault) -> None:
    searched(command("preview", *PREVIEWS[name]), in_clear)
    project = in_clear.root / f"projects/{ENVIRONMENT}/project.yaml"
    project.write_text(
        project.read_text()
        .replace("v1.0.0", "v2.0.0")
        .replace("secret: workload", "secret: tls-key")
    )
    changed = command("preview", *PREVIEWS[name])
    searched(changed, in_clear)
    assert "v2.0.0" in changed


def test_the_snapshots_of_previews(in_clear: Vault) -> None:
    command("preview")
    snapshots = [
        file for file in (in_clear.root.parent / ".argoproject").rglob("*") if file.is_file()
    ]
    assert snapshots
    searched("\n".join(file.read_bytes().decode(errors="replace") for file in snapshots), in_clear)


def test_the_recording_of_a_run_knows_its_secrets(in_clear: Vault) -> None:
    """In the recording, each value is below a mark, so that it can be masked where it is shown."""
    result = run_program(load_program(in_clear.root.parent, "dev"))
    searched(
        repr(list(result.resources.values())) + repr(result.outputs) + repr(result.messages),
        in_clear,
    )


def objects(vault: Vault) -> Iterator[tuple[str, object]]:
    found = fleet(vault)
    yield "fleet", found
    yield "files", (MARKER, found.secret_files)
    yield "plans", [golden.render_plan(plan) for plan in found.plans]


def test_what_python_shows_of_the_objects(tree: Vault) -> None:
    for _, item in objects(tree):
        searched(repr(item) + str(item), tree)


def test_the_arguments_and_files_of_sops(
    tree: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody on a machine sees the arguments of its programs, and temporary files outlive a crash."""
    log, temporary = tmp_path / "calls", tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin/sops"
    copy = f'for f in {temporary}/*; do [ -f "$f" ] && cat "$f" >> {log}; done'
    script.write_text(
        f'#!/bin/sh\necho {MARKER} "$@" >> {log}\n{copy}\nexec {tree.binaries}/sops "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("SOPS_AGE_KEY", tree.identities["ops"])
    values(tree)
    command("secret", "rotate-keys", "--all")
    result = CliRunner().invoke(main, ["secret", "set", "blue", "x"], input=CANARIES["workload"])
    assert result.exit_code == 0
    searched(log.read_text(), tree)
    assert "creation_rules" in log.read_text(), "the temporary file was there and was looked at"
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "encode",
    [
        str,
        json.dumps,
        lambda text: yaml.safe_dump({"x": text}),
        lambda text: text.encode().hex(),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.b64encode(f"user:{text}".encode()).decode(),
        lambda text: base64.b64encode(f"us:{text}".encode()).decode(),
        lambda text: f"prefix{text}suffix",
    ],
)
@pytest.mark.parametrize("name", CANARIES)
def test_the_search_finds_each_value(name: str, encode: Callable[[str], str]) -> None:
    assert leaks(f"before {encode(CANARIES[name])} after") == [name]
