"""What is refused of Applications and ApplicationSets, and of their sources, syncs and revisions."""
