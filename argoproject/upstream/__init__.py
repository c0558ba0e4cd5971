"""Behaviour of other products that is repeated here: Argo CD's validation and template engine, Kubernetes' kinds,
quantities and network policies, jq, URLs, names of groups."""
