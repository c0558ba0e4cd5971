"""What is refused of secret files and of secrets written in clear."""
