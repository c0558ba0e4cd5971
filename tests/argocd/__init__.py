"""A whole Argo CD on the tests' control planes, and what it deploys from."""
