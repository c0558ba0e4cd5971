"""The Kubernetes and Argo CD objects of an environment, one module for each feature.

Functions return a manifest as kubectl would show it; where Pulumi's options belong to the object (a namespace's guards,
the account of syncs), they return it as a `PlannedObject`.

Specs are minimal and canonical: nothing empty, nothing null. Argo CD removes empty blocks and writes the result back,
which would be a difference in every preview.
"""
