"""One environment, resolved: merged settings, access, guardrails, kinds, versions, repositories, uses of secrets.

A `Project` is one resolved environment, that is one folder with a project.yaml. The object of Argo CD is always an
AppProject; its name is `project.names.project`.

How `resolve` makes an environment of its files:

1. Its folder gives team, product, cluster and environment. platform.yaml must know them and gives the class.
2. The nearest file that sets `profile` chooses the profile, else the class does. The profile is the lowest layer.
3. team.yaml, product.yaml and project.yaml come on top in this order, each followed by its part for the class
   (`classes.<class>`). Maps merge by key, lists and scalars replace, null removes (`merge`).
4. Network policies of the profile remain, whatever the files say: those of the files are added.
5. The names of namespace and AppProject are set by the files or derived from the folder, and fill the placeholders.
6. The result is validated as a whole; a missing key is a problem only now, as any file may have it.
7. The extra manifests of product and environment come with it, and the secrets of team, product and environment, and
   those of the platform that are for the team.
"""
