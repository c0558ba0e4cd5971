"""From a resolved project to its plan."""
