"""Files and folders that a source names: none of them may leave the repository that was reviewed.

One walk, `named_files`, finds them in the typed source of an Application and in the untyped one of an ApplicationSet's
template. Holes of this kind in Argo CD: CVE-2022-24348, CVE-2022-31036, GHSA-63qx-x74g-jcr7, GHSA-h6h5-6fmq-rh28.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from argoproject.identity import HELM_SECRETS, PLATFORM
from argoproject.models import Platform
from argoproject.models.validation import nearest
from argoproject.problems import Mistake
from argoproject.project.model import Project
from argoproject.tree.documents import list_at
from argoproject.upstream.argocd.go_render import fill_text, is_templated
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "ElementValues",
    "Keyring",
    "NamedFile",
    "RefCharts",
    "file_mistake",
    "kustomize_mistake",
    "named_files",
    "relative_path_mistake",
    "templated_file_mistake",
    "value_file_mistake",
]

Kind: TypeAlias = Literal["path", "chart", "value file", "library", "component", "patch"]

RefCharts: TypeAlias = Mapping[str, str | None]
"""The `ref` of each source of an Application that has one, with the source's chart if it is a chart."""

ElementValues: TypeAlias = Sequence[Mapping[str, Any]] | None
"""The values that an ApplicationSet's generators yield, one mapping for each generated Application; None if only Argo
CD knows them (`upstream.argocd.generators.complete_values`)."""

_LISTS: tuple[tuple[DataPath, str, Kind], ...] = (
    (("helm", "valueFiles"), "", "value file"),
    (("helm", "fileParameters"), "path", "value file"),
    (("directory", "jsonnet", "libs"), "", "library"),
    (("kustomize", "components"), "", "component"),
    (("kustomize", "patches"), "path", "patch"),
)
"""Lists of files in a source: where, under which key of each item (empty: the item itself), and the kind of file."""

_KUBERNETES_NAME = r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?"
_SECRETS = re.compile(
    r"secrets://(?P<plain>[^?#]+)"
    r"|secrets\+(?:age|gpg)-import://(?P<key>/?[A-Za-z0-9._/-]+)\?(?P<local>[^?#]+)"
    rf"|secrets\+(?:age|gpg)-import-kubernetes://(?P<namespace>{_KUBERNETES_NAME})/(?P<secret>{_KUBERNETES_NAME})#(?P<file>[-._A-Za-z0-9]+)\?(?P<cluster>[^?#]+)"
)
"""The URLs of helm-secrets. Source: helm-secrets 4, scripts/commands/downloader.sh."""

_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
"""`github.com`: Kustomize takes `github.com/owner/repository` for a URL."""

_SECRETS_REMEDY = (
    "write secrets://<path>, secrets+age-import:///<key file>?<path> or "
    "secrets+age-import-kubernetes://<namespace>/<secret>#<key>?<path>; gpg is allowed in place of age"
)


class NamedFile(NamedTuple):
    """A file or folder that a source names."""

    path: DataPath
    """Where the source names it, from the source on: `("helm", "valueFiles", 0)`."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Keyring:
    """The private keys on the hub that may decrypt a team's value files: those for all teams, and the team's own."""

    platform: Platform
    team: str

    @classmethod
    def of(cls, project: Project) -> Keyring:
        """The keyring of an environment's team."""
        return cls(project.platform, project.identity.team)

    @property
    def secrets(self) -> tuple[tuple[str, str | None], ...]:
        """The Secrets with the keys, and the file in each if platform.yaml names one."""
        owners = (PLATFORM, self.team)
        return tuple(self.platform.helm_secrets_key(owner) for owner in owners)

    def has_secret(self, namespace: str, name: str, file: str) -> bool:
        """Whether a file in a Secret of the hub is on the keyring. Any other Secret could hold anything."""
        return namespace == self.platform.argocd.namespace and any(
            name == secret and known in (None, file) for secret, known in self.secrets
        )

    def has_file(self, path: str) -> bool:
        """Whether a key file of repo-server is on the keyring. A relative path is a file of the source: allowed."""
        folder = path.rpartition("/")[0]
        return not path.startswith("/") or folder in (
            f"/{HELM_SECRETS}",
            f"/{HELM_SECRETS}/{self.team}",
        )


def named_files(source: Mapping[str, Any]) -> Iterator[NamedFile]:
    """Every file and folder that a source names.

    Args:
        source: A source with the keys of Argo CD's API. Values may have any type, as those of a template do: one
            that is not a string is judged as `str(value)`, and one that is not a list is ignored.
    """
    keys: tuple[Kind, ...] = ("path", "chart")
    for kind in keys:
        if isinstance(text := source.get(kind), str):
            yield NamedFile((kind,), kind, text)
    for path, key, kind in _LISTS:
        for index, item in enumerate(list_at(source, path) if path[0] in source else ()):
            if key:
                text = item.get(key) if isinstance(item, Mapping) else None
                yield NamedFile((*path, index, key), kind, str(text or ""))
            else:
                yield NamedFile((*path, index), kind, str(item))


def file_mistake(file: NamedFile, refs: RefCharts, keyring: Keyring) -> Mistake | None:
    """Why a source may not name a file; None if it may.

    Args:
        file: A file of the source.
        refs: The `ref` sources of the Application.
        keyring: The keys that may decrypt value files.
    """
    match file.kind:
        case "value file":
            return value_file_mistake(file.text, refs, keyring)
        case "component" | "patch":
            return kustomize_mistake(file.text, file.kind)
        case _:
            return relative_path_mistake(file.text, file.kind)


def templated_file_mistake(
    file: NamedFile, refs: RefCharts, keyring: Keyring, known: ElementValues
) -> Mistake | None:
    """Why a source of an ApplicationSet's template may not name a file, whatever a generator fills in.

    Where the generators' values are known, each resulting text is judged. Where they are not, a value file must begin
    with something that no value can change: `{{ .file }}` could become a URL or name another team's key, while
    `values/{{ .file }}` stays a file below the source.

    Args:
        file: A file of the template.
        refs: The `ref` sources of the template.
        keyring: The keys that may decrypt value files.
        known: The generators' values.
    """
    texts: list[str | None] = [file.text]
    if is_templated(file.text):
        results = [fill_text(file.text, values) for values in known or ()]
        if file.kind != "value file":
            texts += results
        elif known is not None and None not in results:
            texts = results
        else:
            scheme, mark, rest = file.text.partition("://")
            if _begins_with_template(file.text):
                return Mistake(
                    code="set-file",
                    message="the file begins with a template: it could be a URL, or name another team's key",
                    remedy="begin it with a folder, or `$<ref>/`, and template the rest",
                )
            if mark and (scheme != "secrets" or rest.lstrip().startswith("{{")):
                return Mistake(
                    code="set-file",
                    message="the URL is templated: it must show which key decrypts the file",
                    remedy="write it out, or `secrets://` and a folder before the template",
                )
    mistakes = (
        file_mistake(file._replace(text=text), refs, keyring) for text in texts if text is not None
    )
    return next(filter(None, mistakes), None)


def _begins_with_template(text: str) -> bool:
    """Whether others choose the beginning of a text. `{{ .path… }}` is a folder that Argo CD found in Git."""
    begin = text.lstrip()
    return begin.startswith("{{") and not begin.replace(" ", "").startswith("{{.path.")


def relative_path_mistake(text: str, kind: Kind) -> Mistake | None:
    """Why a text is not a path below its source; None if it is one.

    Args:
        text: `deploy/base`; not `/etc/x`, `../x`, `~/x`, `https://…`, nor the empty text.
        kind: What it is a path of, for the message and the code: `source-library`.
    """
    of_values = kind == "value file"
    if not text:
        message, remedy = "is empty", "write a path below the source, or remove the key"
    elif "\x00" in text or "\\" in text:
        message, remedy = "has a character that no path has", "write folders joined by `/`"
    elif text.startswith(("/", "~")):
        message, remedy = "is not relative", "write it as seen from the source's folder"
    elif ".." in text.split("/"):
        message, remedy = (
            "leaves its folder through `..`",
            "write the path from the repository's root",
        )
        if of_values:
            remedy = "add the repository as a source with a `ref`, and write `$<ref>/<path>`"
    elif "://" in text:
        message, remedy = "is a URL", "write a path below the source"
    else:
        return None
    code = "value-file-path" if of_values else f"source-{kind}"
    return Mistake(code=code, message=f"the {kind} {message}", remedy=remedy)


def kustomize_mistake(text: str, kind: Kind) -> Mistake | None:
    """Why a text is not a component or patch of the source's own repository; None if it is one.

    `../base` is allowed: it stays in the repository. Source: kustomize, api/internal/loader and
    api/internal/git/repospec.go, which read both from URLs as well.
    """
    host, slash, _ = text.partition("/")
    if is_templated(text):
        message = f"the {kind} is templated: it could become any URL"
    elif any(sign in text for sign in (":", "@", "?", "//")) or (slash and _HOST.fullmatch(host)):
        message = f"the {kind} is a URL: it is fetched from outside the source and its revision"
    else:
        return None
    remedy = "write a path in the source's repository, `./…` or `../…`"
    return Mistake(code=f"{kind}-url", message=message, remedy=remedy)


def value_file_mistake(text: str, refs: RefCharts, keyring: Keyring) -> Mistake | None:
    """Why a text is neither an entry of `valueFiles` nor the path of a file parameter; None if it is one.

    Example:
        `values/prod.yaml`, `$shared/prod.yaml` with a source `ref: shared`, `secrets://prod.yaml`.
    """
    if text.startswith("$") and not text.startswith("$ARGOCD_"):
        return _referred_file_mistake(text, refs)
    if text.startswith("secrets") and "://" in text:
        return _encrypted_file_mistake(text, keyring)
    if text.startswith(("https://", "http://")):
        message = "value files are not fetched from the network: what was reviewed could change afterwards"
        remedy = "put the file into a Git repository and use `$<ref>/<path>`"
        return Mistake(code="value-file-url", message=message, remedy=remedy)
    if "://" in text:
        message = f"value files have no scheme `{text.partition('://')[0]}`"
        remedy = "write a path below the source, or `$<ref>/<path>`"
        return Mistake(code="value-file-url", message=message, remedy=remedy)
    return relative_path_mistake(text, "value file")


def _referred_file_mistake(text: str, refs: RefCharts) -> Mistake | None:
    """`$<ref>/<path>`: a file of another source of the Application, which must be a Git repository."""
    name, _, rest = text[1:].partition("/")
    if name not in refs:
        remedy = f"add a source with `ref: {name}`"
        if match := nearest(name, refs):
            remedy = f"did you mean ${match}?"
        elif refs:
            remedy = f"known: {', '.join(f'${ref}' for ref in sorted(refs))}"
        message = f"no source of this Application has `ref: {name}`"
        return Mistake(code="unknown-ref", message=message, remedy=remedy)
    if refs[name]:
        message = f"`${name}` is the chart {refs[name]}; Argo CD reads no value files from charts"
        remedy = "put the file into a Git repository"
        return Mistake(code="ref-is-chart", message=message, remedy=remedy)
    return relative_path_mistake(rest, "value file")


def _encrypted_file_mistake(text: str, keyring: Keyring) -> Mistake | None:
    """Files that helm-secrets decrypts: the file must stay in the source, and the key be one of the team's.

    `secrets://<path>` leaves the choice of the key to repo-server; the other forms name a key, as a file of repo-server
    or as a Secret of the hub, and could so name another team's.
    """
    match = _SECRETS.fullmatch(text)
    if match is None:
        message = "this is not a URL of helm-secrets"
        return Mistake(code="helm-secrets", message=message, remedy=_SECRETS_REMEDY)
    if ".." in (match["key"] or "").split("/"):
        return relative_path_mistake("..", "value file")
    of_secret = match["secret"] is None or keyring.has_secret(
        match["namespace"], match["secret"], match["file"]
    )
    if not of_secret or not keyring.has_file(match["key"] or ""):
        message = (
            "the key that decrypts this is not the team's: it could decrypt other teams' secrets"
        )
        names = " or ".join(f"{name}#{file}" if file else name for name, file in keyring.secrets)
        namespace = keyring.platform.argocd.namespace
        remedy = f"name the Secret {names} in {namespace}, or a file below /{HELM_SECRETS}/"
        return Mistake(code="helm-secrets-key", message=message, remedy=remedy)
    file = match["plain"] or match["local"] or match["cluster"]
    if file.startswith("$"):
        message = "Argo CD fills in `$<ref>` only at the beginning of an entry, not inside a URL"
        remedy = "write `$<ref>/<path>`: helm-secrets' wrapper decrypts it"
        return Mistake(code="helm-secrets-ref", message=message, remedy=remedy)
    scheme, argocd = text.partition("://")[0], keyring.platform.argocd
    # Argo CD refuses schemes that argocd-cm does not list, before helm-secrets reads the file. Nothing is refused where
    # platform.yaml does not say what argocd-cm lists.
    if (
        "helm_values_file_schemes" in argocd.model_fields_set
        and scheme not in argocd.helm_values_file_schemes
    ):
        message = f"Argo CD reads no value files with the scheme {scheme}"
        remedy = "add it to `argocd.helmValuesFileSchemes` of platform.yaml, as in argocd-cm"
        return Mistake(code="helm-secrets-scheme", message=message, remedy=remedy)
    return relative_path_mistake(file, "value file")
