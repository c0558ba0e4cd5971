"""What is refused of repositories, credentials and registries."""
