"""What the pipelines run besides `argoproject`: comments, the choice of stacks, deployments.

Standard library only: a job that holds a token installs nothing. docs/ci.md tells which job runs what.
"""
