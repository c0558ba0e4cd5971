"""A Git repository with a configuration, and changes of it as people make them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from argoproject.project.resolve import merge
from tests.support.paths import DATA

__all__ = ["SHIPPED", "Repository"]

SHIPPED = DATA / "shipped"
"""The configuration as it is shipped. `config/` itself is its users', who change it."""

_SECRETS = """\
  argo-projects:secrets:
    blue: {gitlab-token: {secure: v1:x:x}, charts-password: {secure: v1:x:x}, nexus-password: {secure: v1:x:x},
           shop-db-password: {secure: v1:x:x}}
    green: {blog-db: {secure: v1:x:x}, blog-db-root: {secure: v1:x:x}}
    platform: {harbor-password: {secure: v1:x:x}}
"""

_STACKS = {
    "Pulumi.yaml": "name: argo-projects\nruntime: python\n",
    "Pulumi.test.yaml": f"""\
config:
  argo-projects:select: {{environments: [dev, staging]}}
  argo-projects:plainSecrets: [green/blog/hub/dev/blog-admin]
  argo-projects:admissionPolicies: [hub, eu-1]
{_SECRETS}""",
    "Pulumi.live.yaml": f"config:\n  argo-projects:select: {{environments: [prod]}}\n{_SECRETS}",
}


class Repository:
    """The shipped configuration in a repository of its own, committed on `main`."""

    def __init__(self, root: Path, config: Path = SHIPPED) -> None:
        self.root = root
        self.config = root / "config"
        shutil.copytree(config, self.config)
        for name, text in _STACKS.items():
            (root / name).write_text(text)
        self.git("init", "-q", "-b", "main")
        self.commit("base")

    def git(self, *arguments: str) -> str:
        """Run Git as a user without settings."""
        who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.root, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, message: str) -> str:
        """Commit everything; the commit's name."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def reset(self) -> None:
        """Undo what is not committed."""
        self.git("reset", "-q", "--hard")
        self.git("clean", "-qfd")

    def read(self, name: str) -> Any:
        """The data of a file below config/."""
        return yaml.safe_load((self.config / name).read_text())

    def change(self, name: str, overlay: str) -> None:
        """Merge keys into a file below config/, by the rule of sharing: null removes. A file that is not there is
        made."""
        path = self.config / name
        old = self.read(name) if path.is_file() else {}
        self.write(name, yaml.safe_dump(merge(old, yaml.safe_load(overlay)), sort_keys=False))

    def replace(self, name: str, old: str, new: str) -> None:
        """Change text of a file below config/, which it must have."""
        text = (self.config / name).read_text()
        assert old in text, f"{name} has no {old!r}"
        (self.config / name).write_text(text.replace(old, new, 1))

    def write(self, name: str, text: str) -> None:
        """Write a file below config/."""
        path = self.config / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def remove(self, name: str) -> None:
        """Remove a file or folder below config/, and folders that become empty."""
        path = self.config / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        while not any(path.parent.iterdir()):
            path = path.parent
            path.rmdir()

    def move(self, old: str, new: str) -> None:
        """Move a file or folder below config/."""
        target = self.config / new
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.config / old).rename(target)

    def files(self) -> Mapping[str, bytes]:
        """Every file below config/, for comparisons."""
        found = (path for path in self.config.rglob("*") if path.is_file())
        return {str(path.relative_to(self.config)): path.read_bytes() for path in found}
