"""Rules about Applications and ApplicationSets as the files declare them, reported at the line of the file.

- `applications`: names, order, annotations and labels; calls the rules about one Application
- `sources`, `files`, `versions`, `sync`, `differences`, `hydrator`, `base`: one part of an Application each
- `sets`, `set_generators`, `set_templates`: an ApplicationSet

`checks/argocd.py` applies Argo CD's own rules (`upstream/argocd`) to the planned manifests afterwards. Both overlap on
purpose: the rules here know what the author meant, those there find what is missing here.
"""
