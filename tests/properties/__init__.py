"""What holds for every fleet that is accepted, whatever its tenants write.

`base` makes small valid fleets, `catalogue` has what tenants try, `oracle` says of the plans what platform.yaml
promises. The oracle shares no rule with `argoproject.checks`: a hole in one is not a hole in the other.
"""
