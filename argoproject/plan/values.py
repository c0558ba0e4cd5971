"""What a plan needs besides the environment's own settings: the date, secrets, the platform's files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from argoproject.models import SecretSource
from argoproject.models.values import free_form
from argoproject.plan.leaves import Manifest, SecretRef
from argoproject.project.model import Project, placeholder_values
from argoproject.tree import placeholders

__all__ = ["Values"]


@dataclass(frozen=True, slots=True)
class Values:
    """The context of one environment's plan."""

    project: Project
    today: dt.date
    """Decides what has expired. It is an argument, so that plans are deterministic."""

    platform_files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The platform's own manifests by the name that a profile gives them, with their placeholders."""

    def secret(self, source: SecretSource) -> SecretRef:
        """The leaf that takes the place of a secret's value."""
        return SecretRef(self.project.secret_key(source.secret))

    def filled(self, data: Mapping[str, Any]) -> Any:
        """`data` with the environment's placeholders replaced, `{{team}}` for example."""
        values = placeholder_values(self.project.identity, self.project.names)
        return placeholders.fill(data, values)

    def platform_manifests(self) -> Iterator[Manifest]:
        """The profile's manifests, filled in. One without a namespace of its own goes into the environment's."""
        for item in self.project.profile.platform_manifests:
            filled = free_form(self.filled(self.platform_files[item.file]))
            namespace = item.namespace or self.project.names.namespace
            yield {**filled, "metadata": {"namespace": namespace, **filled["metadata"]}}
