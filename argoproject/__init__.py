"""Declarative environments for Argo CD: the pure core, which knows neither Pulumi nor a cluster."""
