"""The changes between a base and the working tree, environment by environment, each with its level of danger.

    fleet      the entry points: compare with a Git revision, a rendered folder, an exported state, or one edit
    revision   the base in Git: the files that differ, and their former contents
    bases      the other bases: a folder that `render` wrote, the exported state of a stack
    states     the input: environments and their objects on one side
    compare    matches environments and objects as Pulumi does, and compares them with `fields`
    rules/     one function for each kind of object, for lines of platform.yaml, and for the whole environment
    files      changed lines of shared files, with the environments that each affects
    affected   the stacks that have to deploy a change
    model      the result; `saved` reads it back from JSON

To add a rule, write a function that takes an `ObjectPair` and yields reasons, and list it in `rules/__init__.py`:

    def limit_range(changed: ObjectPair) -> Iterator[Reason]:
        before, after = changed.values("spec", "limits")
        if before and not after:
            yield dangerous("containers have no limits any more")
"""
