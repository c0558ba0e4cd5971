"""The Pulumi program run inside this process: an offline preview, and tests of every registration.

The only part of `argoproject` that may import Pulumi, and only `engine` and `program` do.
"""
