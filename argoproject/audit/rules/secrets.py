"""Who can read secrets in Git: keys that are production's and others', and files in clear."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from argoproject.audit.finding import AuditScope, Cause, Rule, Severity, is_production, rule
from argoproject.project.model import Project
from argoproject.secrets.recipients import canonical
from argoproject.tree.stacks import PROJECT
from argoproject.yamlfile.reader import Path

__all__ = ["RULES"]


@rule(
    code="production-recipient-elsewhere",
    severity=Severity.MEDIUM,
    title="A key of nonproduction reads production's secrets",
    impact="whoever takes the key from a nonproduction pipeline reads what production holds",
    remedy="make production a key of its own (`argoproject secret rotate-keys` encrypts for it)",
    source="NIST SP 800-57 Part 1, 5.2: one key, one purpose",
)
def production_recipient_elsewhere(scope: AuditScope) -> Iterator[Cause]:
    """Messages do not hold the key: what stands there by mistake may be a private one."""
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
                reached = [it for it in scope.projects if it.environment_class == name]
                path: Path = ("recipients", "classes", name, index)
                message = f"this key of {name} is one of {', '.join(others)}, too"
                yield scope.in_platform(
                    path=path, message=message, severity=Severity.MEDIUM, projects=reached
                )


@rule(
    code="secret-in-clear",
    severity=Severity.LOW,
    title="A secret that stands in Git in clear",
    impact="everybody who can read the repository, and every copy of it, has the value",
    remedy="encrypt it (`argoproject secret set`), take it out of `plainSecrets`, replace the value where it is valid",
    source="OWASP, Secrets Management; CWE-312",
)
def secret_in_clear(scope: AuditScope) -> Iterator[Cause]:
    plain = {file.key for file in scope.tree.secret_files() if file.plain}
    for stack in scope.stacks:
        for index, key in enumerate(stack.plain):
            if key in plain:
                reached = [it for it in scope.projects if _uses(it, key)]
                production = any(map(is_production, reached))
                message = f"the secret {key} is not encrypted"
                yield Cause(
                    document=stack.document,
                    path=("config", f"{PROJECT}:plainSecrets", index),
                    message=message,
                    severity=Severity.HIGH if production else Severity.LOW,
                    environments=tuple(project.identity for project in reached),
                )


def _uses(project: Project, key: str) -> bool:
    """Whether an environment may use the secret of a key, in a file of its own or of those above."""
    return any(file.key == key for file in project.secrets.values())


RULES: tuple[Rule, ...] = (production_recipient_elsewhere, secret_in_clear)
