"""What is refused of Applications and ApplicationSets."""
