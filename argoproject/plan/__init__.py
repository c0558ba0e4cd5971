"""From a resolved and checked project to its plan: every decision, as frozen data.

    model         the result: `ProjectPlan`, with a `PlannedObject` and its Pulumi options for each object
    build         the plan of one environment: the order of objects, protection, what is created or only patched
    manifests/    one module for each feature: the objects as kubectl would show them
    admission     labels and annotations of the Namespace that the admission policies read; the policies of a cluster
    helm_secrets  Argo CD's keys for helm-secrets
    render        plans as files

To add an object, write its manifest in `manifests/` and plan it in `build`.
"""
