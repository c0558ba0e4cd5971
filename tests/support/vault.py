"""A tree whose secrets the real sops has encrypted, for people with their own keys."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from argoproject.project.resolve import merge
from argoproject.secrets.file import SecretKey
from argoproject.secrets.recipients import sops_config
from argoproject.tree.load import load_platform
from tests.support.trees import PROJECT, platform, tree

__all__ = ["ENVIRONMENT", "KEY", "PEOPLE", "READERS", "SECRET", "VALUE", "Vault", "by_text"]

PEOPLE = ("ops", "production", "blue", "green")
"""The people: the platform team, the deployment of production, and two teams."""

ENVIRONMENT = "projects/blue/shop/eu-1/prod"
SECRET = f"{ENVIRONMENT}/secrets/db-password.yaml"
READERS = ("ops", "production", "blue")
"""The readers of a secret in production of the team blue."""

KEY = "blue/shop/eu-1/prod/db-password"
VALUE = "hunter2-canary"

_PROJECT = """\
description: Online shop, production
versions: {application: v1.4.2}
namespace: {secrets: {db: {password: {secret: db-password}}}}
"""


def by_text(values: Mapping[SecretKey, str]) -> dict[str, str]:
    """Values by the text of their keys."""
    return {str(key): value for key, value in values.items()}


class Vault:
    """Keys of people, and a tree below `root` whose platform.yaml has them as recipients.

    `identities` are private keys and `recipients` public ones, by name of the person. Programs run with the environment
    `env`.
    """

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.binaries = binaries
        self.env = {**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}", "HOME": str(folder)}
        self.identities: dict[str, str] = {}
        self.recipients: dict[str, str] = {}
        for name, (recipient, identity) in zip(sorted(PEOPLE), _pairs(binaries), strict=True):
            self.recipients[name], self.identities[name] = recipient, identity
        self.root = tree(folder, {"platform.yaml": self.platform(), PROJECT: _PROJECT})
        (self.root / ".sops.yaml").write_text(self.sops_config())

    def new_pair(self) -> tuple[str, str]:
        """A new key pair: public, private."""
        return _new_pair(self.binaries)

    def platform(self, overlay: str = "{}") -> str:
        """platform.yaml with the people as recipients."""
        names = self.recipients
        people = {
            "recipients": {
                "platform": [names["ops"]],
                "classes": {"production": [names["production"]]},
            },
            "teams": {team: {"recipients": [names[team]]} for team in ("blue", "green")},
        }
        return platform(yaml.safe_dump(merge(people, yaml.safe_load(overlay))))

    def sops_config(self) -> str:
        """The text that .sops.yaml must have."""
        loaded, problems = load_platform(self.root, "config")
        assert loaded is not None, problems
        return sops_config(loaded)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the tree."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def encrypt(
        self, data: Mapping[str, Any] | str, people: tuple[str, ...] = READERS, **rule: Any
    ) -> str:
        """Write a YAML file that these people can read, encrypted by sops itself."""
        text = data if isinstance(data, str) else yaml.safe_dump(dict(data))
        age = ",".join(self.recipients[name] for name in people)
        config = self.root.parent / "rules.yaml"
        config.write_text(yaml.safe_dump({"creation_rules": [{"age": age, **rule}]}))
        types = ("--input-type", "yaml", "--output-type", "yaml", "--filename-override", "x.yaml")
        return self.run("sops", "--config", str(config), "encrypt", *types, text=text).stdout

    def decrypt(self, path: Path, person: str) -> dict[str, Any]:
        """The text of a file, decrypted with a person's key."""
        env = {**self.env, "SOPS_AGE_KEY": self.identities[person]}
        out = self.run("sops", "decrypt", str(path), env=env).stdout
        data: dict[str, Any] = yaml.safe_load(out)
        return data

    def can_read(self, path: Path, person: str) -> bool:
        """Whether a person's key decrypts a file."""
        env = {**self.env, "SOPS_AGE_KEY": self.identities[person]}
        command = (str(self.binaries / "sops"), "decrypt", str(path))
        return subprocess.run(command, env=env, capture_output=True, check=False).returncode == 0

    def run(
        self, program: str, *arguments: str, text: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of the programs, and return its output."""
        return _run(self.binaries / program, *arguments, text=text, env=dict(env or self.env))

    def names_of(self, text: str) -> str:
        """A text with public keys replaced by the names of their owners."""
        for name, recipient in self.recipients.items():
            text = text.replace(recipient, f"<{name}>")
        return text


@lru_cache(maxsize=1)
def _pairs(binaries: Path) -> tuple[tuple[str, str], ...]:
    """Keys of all people, generated once for all tests, as this takes longer than most of them.

    Their order is that of the names, so that reports that sort public keys are the same each time.
    """
    return tuple(sorted(_new_pair(binaries) for _ in PEOPLE))


def _new_pair(binaries: Path) -> tuple[str, str]:
    made = _run(binaries / "age-keygen").stdout
    identity = next(line for line in made.splitlines() if line.startswith("AGE-SECRET-KEY"))
    return _run(binaries / "age-keygen", "-y", text=made).stdout.strip(), identity


def _run(
    program: Path, *arguments: str, text: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        (str(program), *arguments),
        input=text,
        env=env,
        cwd=program.anchor,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done
