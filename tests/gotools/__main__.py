"""`python -m tests.gotools`: build every program in Go that `make e2e` runs, with progress; cached ones are kept."""

from __future__ import annotations

import sys

from tests.controlplane.build import TOOLS as CONTROL_PLANE
from tests.gotools.build import BuildError, ToolchainMissing
from tests.gotools.sets import ACTIONLINT, ARGOCD, HELM, KUBERNETES, KUSTOMIZE, SERVERS, SOPS


def main() -> int:
    """Build them all. Tests whose programs this machine cannot build are skipped, so that is no failure."""
    for tools in (
        ACTIONLINT,
        SOPS,
        CONTROL_PLANE,
        KUBERNETES,
        ARGOCD,
        HELM,
        KUSTOMIZE,
        SERVERS,
    ):
        try:
            print(f"{tools.name}: {tools.title} {tools.version} in {tools.ensure()}")
        except ToolchainMissing as reason:
            print(f"{tools.name}: skipped, {reason}", file=sys.stderr)
        except BuildError as error:
            print(f"{tools.name}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
