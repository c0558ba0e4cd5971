"""What Argo CD itself would refuse of the planned manifests."""
