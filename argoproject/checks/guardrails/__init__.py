"""What goes past the guardrails that platform.yaml gives a team."""
