"""Refuses what is outside of the guardrails that platform.yaml gives a team."""
