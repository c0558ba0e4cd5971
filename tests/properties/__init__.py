"""Properties of every accepted fleet, whatever its tenants write.

`base` makes small valid fleets, `catalogue` has the moves that tenants try, `oracle` has the rules that platform.yaml
sets for the plans. The oracle shares no rule with `argoproject.checks`, so that each notices mistakes of the other.
"""
