"""A clone in which the scripts run: real git, a pulumi that writes down its calls, an argoproject that compares."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.paths import ROOT

__all__ = ["Repo"]

_AFFECTED = """\
import json, pathlib, subprocess, sys
assert sys.argv[1] == "affected" and sys.argv[-2:] == ["--format", "json"], sys.argv
everything = list(pathlib.Path("config").iterdir())
if sys.argv[2:-2] == ["--all"]:
    changed = everything
else:
    _, base = sys.argv[2:-2]
    command = ["git", "diff", "--name-only", base, "HEAD"]
    names = map(pathlib.Path, subprocess.check_output(command, text=True).split())
    changed = [name for name in names if name.parts[0] == "config"]
production = {name.stem for name in [*changed, *everything] if name.suffix == ".prod"}
stacks = sorted({name.stem for name in changed})
print(json.dumps({"stacks": [{"stack": name, "production": name in production} for name in stacks]}))
"""
"""A stack's environments are the files config/<stack>.* here, and those of production end in `.prod`."""

_PULUMI = """\
#!/bin/sh
echo "pulumi $*" >> "$CALLS"
case "$1 $2" in
"stack history") cat "$HISTORY" ;;
"preview "*) exit "${PREVIEW_STATUS:-0}" ;;
"up "*) exit "${UP_STATUS:-0}" ;;
esac
"""


class Repo:
    """The clone, with stacks `dev`, `live` and `live-us`; `calls` is what pulumi was called with, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "clone"
        self.calls_file = folder / "calls"
        self.history_file = folder / "history.json"
        self.history_file.write_text("[]\n")
        self.calls_file.touch()
        self._programs = folder / "bin"
        self._programs.mkdir()
        self.program("pulumi", _PULUMI)
        self.folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        shutil.copytree(
            ROOT / "ci", self.folder / "ci", ignore=shutil.ignore_patterns("__pycache__")
        )
        (self.folder / ".gitignore").write_text("__pycache__/\n")
        stacks = ("dev", "live", "live-us")
        self.first = self.commit(
            {
                "argoproject/__init__.py": "",
                "argoproject/__main__.py": _AFFECTED,
                **{f"Pulumi.{name}.yaml": "config: {}\n" for name in stacks},
                "Pulumi.yaml": "name: argo-projects\n",
                "config/dev.test": "first\n",
                "config/live.prod": "first\n",
                "config/live-us.prod": "first\n",
            }
        )

    def program(self, name: str, text: str) -> None:
        """Put a program first on PATH."""
        path = self._programs / name
        path.write_text(text)
        path.chmod(0o755)

    def commit(self, files: Mapping[str, str] | None = None) -> str:
        """Write files, commit everything; the commit."""
        for name, text in (files or {}).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        """What git says."""
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.org")
        command = ["git", *identity, *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def deployed_from(self, commit: str) -> None:
        """What the stack's history says from now on."""
        update = {"kind": "update", "result": "succeeded", "environment": {"git.head": commit}}
        self.history_file.write_text(json.dumps([update]))

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Of the scripts."""
        here = {"CALLS": str(self.calls_file), "HISTORY": str(self.history_file)}
        path = os.pathsep.join(
            (str(self._programs), str(Path(sys.executable).parent), os.environ["PATH"])
        )
        return {**os.environ, **here, "PATH": path, **(extra or {})}

    def run(
        self, command: Sequence[str], extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the clone."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(extra),
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """What pulumi was called with."""
        return self.calls_file.read_text().splitlines()
