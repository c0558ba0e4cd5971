"""Decrypting a fleet's files against the same number of bare sops processes, as many at once."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from argoproject.secrets.decrypt import WORKERS, decrypt
from argoproject.secrets.file import SecretFile
from argoproject.secrets.key import SecretKey
from argoproject.yamlfile.reader import parse
from benchmarks.measure import Measured, measure
from tests.gotools.sets import SOPS
from tests.support.vault import Vault

__all__ = ["decryption"]


def decryption(folder: Path, files: int) -> Measured:
    """The time on the clock: the work is done by other processes."""
    folder.mkdir(parents=True)
    vault = Vault(folder, SOPS.ensure())
    made = [_file(vault, folder / f"s{number:03d}.yaml") for number in range(files)]
    os.environ |= {"PATH": vault.env["PATH"], "SOPS_AGE_KEY": vault.identities["ops"]}
    names = "\0".join(str(folder / f"s{number:03d}.yaml") for number in range(files))

    def ours() -> None:
        if len(decrypt(made)) != files:
            raise RuntimeError("not every file was decrypted")

    def bare() -> None:
        command = ["xargs", "-0", "-n1", f"-P{WORKERS}", "sops", "decrypt", "--output-type", "json"]
        subprocess.run(command, input=names.encode(), check=True, stdout=subprocess.DEVNULL)

    name = f"decrypt {files} files / bare sops processes"
    return measure(name, ours, bare, limit=1.3, clock=time.monotonic)


def _file(vault: Vault, path: Path) -> SecretFile:
    key = SecretKey("blue", path.stem)
    path.write_text(vault.encrypt({"value": f"value of {key}", "for": str(key)}))
    document, problems = parse(path.name, path.read_bytes())
    if problems:
        raise RuntimeError(problems)
    return SecretFile(key, document)
