"""The report about selected environments: the same as the whole one, less what concerns others."""
