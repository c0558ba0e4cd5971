"""What is refused of quota, limits, network policies and Pod Security."""
