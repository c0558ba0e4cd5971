"""Files that a source names: value files and folders. Nothing leaves the repository that was reviewed.

History of what goes wrong otherwise: CVE-2022-24348, CVE-2022-31036, GHSA-63qx-x74g-jcr7, GHSA-h6h5-6fmq-rh28.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from argoproject.identity import HELM_SECRETS, PLATFORM, helm_secrets_name
from argoproject.models.validation import nearest
from argoproject.problems import Mistake
from argoproject.project.model import Project

__all__ = ["Keyring", "kustomize_words", "relative_words", "value_file_words"]

_NAME = r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?"
_SECRETS = re.compile(
    r"secrets://(?P<plain>[^?#]+)"
    r"|secrets\+(?:age|gpg)-import://(?P<key>/?[A-Za-z0-9._/-]+)\?(?P<local>[^?#]+)"
    rf"|secrets\+(?:age|gpg)-import-kubernetes://(?P<namespace>{_NAME})/(?P<secret>{_NAME})#[-._A-Za-z0-9]+\?(?P<cluster>[^?#]+)"
)
"""The URLs of helm-secrets. Source: helm-secrets 4, scripts/commands/downloader.sh."""

_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
"""`github.com`: Kustomize takes `github.com/owner/repository` for a URL."""

_SECRETS_REMEDY = (
    "write secrets://<path>, secrets+age-import:///<key file>?<path> or "
    "secrets+age-import-kubernetes://<namespace>/<secret>#<key>?<path>; gpg stands in the place of age as well"
)


def relative_words(text: str, what: str) -> Mistake | None:
    """What is wrong with a path that must stay below its source; `what` names it in the message."""
    code = "value-file-path" if what == "value file" else f"source-{what}"
    if not text:
        return Mistake(
            code=code,
            message=f"the {what} is empty",
            remedy="write a path below the source, or remove the key",
        )
    if "\x00" in text or "\\" in text:
        return Mistake(
            code=code,
            message=f"the {what} has a character that no path has",
            remedy="write folders joined by `/`",
        )
    if text.startswith(("/", "~")):
        return Mistake(
            code=code,
            message=f"the {what} is not relative",
            remedy="write it as seen from the source's folder",
        )
    if ".." in text.split("/"):
        return Mistake(
            code=code,
            message=f"the {what} leaves its folder through `..`",
            remedy=_remedy_for_parent(what),
        )
    if "://" in text:
        return Mistake(
            code=code, message=f"the {what} is a URL", remedy="write a path below the source"
        )
    return None


def kustomize_words(text: str, what: str) -> Mistake | None:
    """What is wrong with an entry of `kustomize.components`, or the file of a patch: they come from the source's own
    repository. `what` names it in the message. Kustomize reads either from a URL as well (api/internal/loader)."""
    host, slash, _ = text.partition("/")
    if "{{" in text:
        message = f"the {what} is templated: it could be any"
    elif any(sign in text for sign in (":", "@", "?", "//")) or (slash and _HOST.fullmatch(host)):
        message = f"the {what} is a URL: it is fetched from outside the source and its revision"
    else:
        return None
    return Mistake(
        code=f"{what}-url",
        message=message,
        remedy="write a path in the source's repository, `./…` or `../…`",
    )


@dataclass(frozen=True, slots=True)
class Keyring:
    """Which private keys on the hub the value files of a team may be decrypted with: everybody's, and the team's."""

    namespace: str
    """Argo CD's."""

    team: str

    @classmethod
    def of(cls, project: Project) -> Keyring:
        """The keys of an environment."""
        return cls(project.platform.argocd.namespace, project.identity.team)

    def has_secret(self, namespace: str, name: str) -> bool:
        """Whether a Secret of the cluster holds one. Any other may hold anything."""
        names = map(helm_secrets_name, (PLATFORM, self.team))
        return namespace == self.namespace and name in names

    def has_file(self, path: str) -> bool:
        """Whether a file of repo-server holds one. A relative path stays in the source."""
        folder = path.rpartition("/")[0]
        return not path.startswith("/") or folder in (
            f"/{HELM_SECRETS}",
            f"/{HELM_SECRETS}/{self.team}",
        )


def value_file_words(text: str, refs: Mapping[str, str | None], keyring: Keyring) -> Mistake | None:
    """What is wrong with an entry of `valueFiles` or the path of a file parameter.

    `refs` are the names of the Application's `ref` sources, each with its chart if it has one.
    """
    if text.startswith("$") and not text.startswith("$ARGOCD_"):
        return _reference_words(text, refs)
    if text.startswith("secrets") and "://" in text:
        return _secrets_words(text, keyring)
    if text.startswith(("https://", "http://")):
        message = "value files are not fetched from the network: what was reviewed could change afterwards"
        remedy = "put the file into a Git repository and use `$<ref>/<path>`"
        return Mistake(code="value-file-url", message=message, remedy=remedy)
    if "://" in text:
        scheme = text.split("://", 1)[0]
        message = f"value files have no scheme `{scheme}`"
        return Mistake(
            code="value-file-url",
            message=message,
            remedy="write a path below the source, or `$<ref>/<path>`",
        )
    return relative_words(text, "value file")


def _reference_words(text: str, refs: Mapping[str, str | None]) -> Mistake | None:
    name, _, rest = text[1:].partition("/")
    if name not in refs:
        match = nearest(name, refs)
        known = f"known: {', '.join(f'${ref}' for ref in sorted(refs))}" if refs else ""
        remedy = f"did you mean ${match}?" if match else known
        message = f"no source of this Application has `ref: {name}`"
        return Mistake(
            code="unknown-ref", message=message, remedy=remedy or f"add a source with `ref: {name}`"
        )
    if refs[name]:
        message = f"`${name}` is the chart {refs[name]}; Argo CD reads no value files from charts"
        return Mistake(
            code="ref-is-chart", message=message, remedy="put the file into a Git repository"
        )
    return relative_words(rest, "value file")


def _secrets_words(text: str, keyring: Keyring) -> Mistake | None:
    match = _SECRETS.fullmatch(text)
    if match is None:
        return Mistake(
            code="helm-secrets", message="this is no URL of helm-secrets", remedy=_SECRETS_REMEDY
        )
    if ".." in (match["key"] or "").split("/"):
        return relative_words("..", "value file")
    of_secret = match["secret"] is None or keyring.has_secret(match["namespace"], match["secret"])
    if not of_secret or not keyring.has_file(match["key"] or ""):
        message = (
            "the key that decrypts this is not the team's: with it, others' secrets could be read"
        )
        names = " or ".join(map(helm_secrets_name, (PLATFORM, keyring.team)))
        remedy = f"name the Secret {names} in {keyring.namespace}, or a file below /{HELM_SECRETS}/"
        return Mistake(code="helm-secrets-key", message=message, remedy=remedy)
    file = match["plain"] or match["local"] or match["cluster"]
    if file.startswith("$"):
        message = "Argo CD fills in `$<ref>` only at the beginning of an entry, not inside a URL"
        remedy = "write `$<ref>/<path>`: helm-secrets' wrapper decrypts it"
        return Mistake(code="helm-secrets-ref", message=message, remedy=remedy)
    return relative_words(file, "value file")


def _remedy_for_parent(what: str) -> str:
    if what == "value file":
        return "add the repository as a source with a `ref`, and write `$<ref>/<path>`"
    return "write the path from the repository's root"
