"""What is refused of extra manifests."""
