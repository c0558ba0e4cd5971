"""The pipeline over all environments: load, resolve, check, plan; selection and inventory."""
