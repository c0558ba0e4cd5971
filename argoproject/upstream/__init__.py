"""Facts of other products: Argo CD, Kubernetes kinds and quantities, URLs, images, groups."""
