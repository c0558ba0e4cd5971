"""The sops program: how it is found and called, and what its failures mean.

Texts go through pipes, never through files or arguments. What sops prints about a failure is not passed on, as it may
quote what it read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from argoproject.problems import Mistake

__all__ = ["INSTALL", "NO_KEY", "Sops", "SopsError"]

INSTALL = "install it (https://getsops.io), or put it on PATH"
_TIMEOUT_SECONDS = 60
"""How long sops may take, with the answers of key services."""


_NO_KEY_STATUS = 128

NO_KEY = "sops-no-key"
"""Code of the failure that is one of the machine, not of the file."""

_MEANINGS: Mapping[int, tuple[str, str]] = {
    _NO_KEY_STATUS: (
        "no key on this machine decrypts the file",
        "set SOPS_AGE_KEY, SOPS_AGE_KEY_FILE or the stack's ageKey to a key of one of its recipients",
    ),
    51: ("the file was changed after its encryption: its authentication code does not match", ""),
    52: ("the file has no authentication code", ""),
    24: ("the authentication code of the file was changed", ""),
    25: ("an encrypted value of the file was changed", ""),
}
"""What the exit statuses mean. Source: sops 3.13, cmd/sops/codes/codes.go."""

_PRIVATE = (
    "SOPS_AGE_KEY",
    "SOPS_AGE_SSH_PRIVATE_KEY",
    "SOPS_GPG_EXEC",
    "SOPS_KEYSERVICE",
    "SOPS_DECRYPTION_ORDER",
)
"""Beginnings of the variables that sops needs to decrypt. None of them names recipients."""

_RESTORE = "take the file from Git's history as it was, or set the secret again"


class SopsError(Exception):
    """Why sops failed, or why what it decrypted must not be used: `mistake`."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.mistake = Mistake(code, message, remedy)


@dataclass(frozen=True, slots=True)
class Sops:
    """The program and the environment it runs in.

    Attributes:
        age_key: a private age key in addition to those of the machine.
    """

    age_key: str | None = field(default=None, repr=False)

    def decrypt(self, text: str) -> dict[str, Any]:
        """Decrypt a YAML file.

        Args:
            text: the file as written.

        Raises:
            SopsError: when there is no program, no key, or the file was tampered with.
        """
        data = json.loads(self._run(text, output="json"))
        return data if isinstance(data, dict) else {}

    def decrypt_text(self, text: str) -> str:
        """Decrypt a YAML file to text, with its comments.

        Raises:
            SopsError: as `decrypt`.
        """
        return self._run(text)

    def encrypt(self, text: str, rule: Mapping[str, Any], form: str = "yaml") -> str:
        """Encrypt a text to YAML. Needs public keys only.

        Args:
            text: the text in clear.
            rule: a creation rule of sops, which names the recipients.
            form: the text's own form, "yaml" or "json".

        Raises:
            SopsError: when there is no program, or it refuses the rule's recipients.
        """
        return self._run(text, rule, form=form)

    def _run(
        self,
        text: str,
        rule: Mapping[str, Any] | None = None,
        *,
        form: str = "yaml",
        output: str = "yaml",
    ) -> str:
        """Encrypt a text by a rule, or decrypt it where there is none. Returns what sops writes.

        Args:
            text: the text.
            rule: a creation rule of sops.
            form: the text's own form, "yaml" or "json".
            output: the form of the result.
        """
        program = shutil.which("sops")
        if program is None:
            raise SopsError("sops-missing", "the sops program is not on PATH", INSTALL)
        # No rule or setting of the folder or the user interferes.
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
            yaml.safe_dump({"creation_rules": [dict(rule)] if rule else []}, config)
            config.flush()
            types = ("--input-type", form, "--output-type", output)
            name = ("--filename-override", "secret.yaml") if rule else ()
            arguments = ("encrypt" if rule else "decrypt", *types, *name, "/dev/stdin")
            try:
                done = subprocess.run(  # noqa: S603 - the program and its arguments are ours
                    (program, "--config", config.name, *arguments),
                    input=text.encode(),
                    capture_output=True,
                    env=self._environment(encrypting=bool(rule)),
                    timeout=_TIMEOUT_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                message = f"sops has not answered for {_TIMEOUT_SECONDS} seconds"
                remedy = "check that its key service can be reached"
                raise SopsError("sops-timeout", message, remedy) from None
        if done.returncode != 0:
            raise _failure(done.returncode, encrypting=bool(rule))
        return done.stdout.decode()

    def _environment(self, *, encrypting: bool) -> dict[str, str]:
        """The variables without those that would replace the recipients of the rule, as SOPS_AGE_RECIPIENTS does.

        To decrypt, sops also gets those of private keys and their use.
        """
        kept = () if encrypting else _PRIVATE
        environment = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith("SOPS_") or name.startswith(kept)
        }
        if self.age_key:
            keys = filter(None, (environment.get("SOPS_AGE_KEY"), self.age_key))
            environment["SOPS_AGE_KEY"] = "\n".join(keys)
        return environment


def _failure(status: int, *, encrypting: bool) -> SopsError:
    if encrypting:
        message = f"sops could not encrypt (exit status {status})"
        remedy = "check the recipients in platform.yaml: each as its key tool prints it, for example age1…"
        return SopsError("sops-encrypt", message, remedy)
    if status not in _MEANINGS:
        message = f"sops could not decrypt (exit status {status})"
        return SopsError("sops-failed", message, "run `sops decrypt` with the file to see why")
    message, remedy = _MEANINGS[status]
    code = NO_KEY if status == _NO_KEY_STATUS else "sops-damaged"
    return SopsError(code, message, remedy or _RESTORE)
