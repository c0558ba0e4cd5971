"""Who can read secrets in Git: keys that production shares with other classes, and files in clear text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from argoproject.audit.finding import AuditScope, Cause, Severity, is_production, rule
from argoproject.secrets.recipients import canonical


@rule(
    code="production-recipient-elsewhere",
    severity=Severity.MEDIUM,
    title="A key of nonproduction decrypts production's secrets",
    impact="anyone who takes the key from a pipeline of nonproduction decrypts production's secrets",
    remedy="give production a key of its own (`argoproject secret rotate-keys` re-encrypts for it)",
    source="NIST SP 800-57 Part 1, 5.2: one key, one purpose",
)
def production_recipient_elsewhere(scope: AuditScope) -> Iterator[Cause]:
    """Reports recipients of a production class that a class without production environments has too.

    The message does not contain the key: it could be a private key, written there by mistake.
    """
    classes = {} if scope.platform.recipients is None else scope.platform.recipients.classes
    production = {it.environment_class for it in scope.projects if is_production(it)}
    readers: dict[str, set[str]] = defaultdict(set)
    for name, keys in classes.items():
        for key in keys:
            readers[canonical(key)].add(name)
    for name in sorted(production.intersection(classes)):
        for index, key in enumerate(classes[name]):
            others = sorted(readers[canonical(key)] - production)
            if others:
                yield scope.in_platform(
                    path=("recipients", "classes", name, index),
                    message=f"this key of {name} is also a key of {', '.join(others)}",
                    projects=[it for it in scope.projects if it.environment_class == name],
                )


@rule(
    code="secret-in-clear",
    severity=Severity.LOW,
    title="A secret in clear text in Git",
    impact="anyone who can read the repository, or a copy of it, has the value",
    remedy="encrypt it (`argoproject secret set`), remove it from `plainSecrets`, and replace the value if it is valid",
    source="OWASP, Secrets Management; CWE-312",
)
def secret_in_clear(scope: AuditScope) -> Iterator[Cause]:
    """Reports each key in a stack's `plainSecrets` that has a file in clear text."""
    plain = {file.key for file in scope.tree.secret_files() if file.plain}
    for stack in scope.stacks:
        for index, key in enumerate(stack.plain):
            if key not in plain:
                continue
            users = [
                project
                for project in scope.projects
                if any(file.key == key for file in project.secrets.values())
            ]
            document, path = stack.place(("plainSecrets", index))
            yield Cause(
                document=document,
                path=path,
                message=f"the secret {key} is not encrypted",
                severity=Severity.HIGH if any(map(is_production, users)) else Severity.LOW,
                environments=tuple(project.identity for project in users),
            )


@rule(
    code="helm-secrets-keys",
    severity=Severity.HIGH,
    title="Argo CD has keys for helm-secrets",
    impact="anyone who can push to a repository of any environment, or may see an Application, "
    "and renders local files of it, decrypts with every key, another team's and production's too",
    remedy="give each team a repo-server or a plugin sidecar of its own, with its key alone; or put the values into "
    "sops files here, which Argo CD never reads; then remove `helmSecretsKeys`",
    source="helm-secrets, Argo CD Integration: security; Argo CD, Parameter overrides: .argocd-source.yaml; CWE-653",
)
def helm_secrets_keys(scope: AuditScope) -> Iterator[Cause]:
    """Reports each stack with `helmSecretsKeys`. All keys are on one repo-server, which renders every environment: a
    key of one team is out of reach of the others only as far as they name it in this repository.
    """
    severity = Severity.HIGH if any(map(is_production, scope.projects)) else Severity.MEDIUM
    for stack in scope.stacks:
        if stack.helm_secrets_keys:
            document, path = stack.place(("helmSecretsKeys",))
            owners = ", ".join(sorted(stack.helm_secrets_keys))
            yield Cause(
                document=document,
                path=path,
                message=f"everybody who deploys through Argo CD can use the keys of {owners}",
                severity=severity,
                environments=tuple(project.identity for project in scope.projects),
            )
