"""A new environment's project.yaml: from nothing, or like another's. Texts only; who writes them judges them first."""
