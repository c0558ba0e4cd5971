"""One environment, resolved: merged settings, access, guardrails, kinds, versions, repositories."""
