"""Refuses values of a team's files that the guardrails of platform.yaml do not allow.

    bounds      `Bounds`: the guardrails of one environment, and the problem for a value outside of them
    values      the rules, in one table: `check` runs them all
    allowances  the rules for `allow`, and for sources, registries, plugins and endpoints

A guardrail is declared in `models/guardrails.py`. A rule only says which settings it limits:
`yield from bounds.refuse(("hosts", index), "hosts", host)`.
"""
