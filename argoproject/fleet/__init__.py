"""The pipeline over all environments: load, resolve, check, plan; reports, inventory, access."""
