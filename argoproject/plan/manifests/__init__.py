"""One function for each Kubernetes or Argo CD object. The result is what kubectl would show.

Specs are minimal and canonical: nothing empty, nothing null. Argo CD removes empty blocks and writes the result back,
which would be a difference in every preview.
"""
