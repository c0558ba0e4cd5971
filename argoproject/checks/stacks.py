"""Rules about the stacks that deploy a tree: each environment is in one, each secret has a value, names are known.

`argoproject.tree.stacks` reads the files, and refuses the mistakes of each file by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from argoproject.identity import PLATFORM, Identity
from argoproject.layout import LEVELS
from argoproject.models import Platform
from argoproject.models.validation import did_you_mean, nearest
from argoproject.problems import Caution, Mistake, Position, Problem, Severity, listed
from argoproject.project.model import Found, Project
from argoproject.project.repositories import place_for, secret_refs
from argoproject.secrets.file import SecretKey
from argoproject.tree.model import Tree
from argoproject.tree.pulumi import mapping
from argoproject.tree.stacks import StackFile, not_in_one_stack, stack_files
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_stacks", "plain_without_file", "unknown_names"]


def check_stacks(tree: Tree, projects: Iterable[Project]) -> Iterator[Problem]:
    """Refuse stack files that cannot be read, and environments that no stack selects, or two.

    Two stacks would both manage the environment's objects; removed from one, they would be deleted for the other.
    """
    stacks, problems = stack_files(tree.root)
    yield from problems
    by_identity: dict[Identity, Project] = {project.identity: project for project in projects}
    meant = set(_meant(stacks, tree.platform))
    unusable = any(item.severity is Severity.ERROR for item in problems)
    unusable = unusable or any(_takes_nothing(stack, tree, by_identity) for stack in stacks)
    for identity, selecting in not_in_one_stack(stacks, by_identity):
        if not selecting and (unusable or not meant.isdisjoint(_named_steps(identity))):
            continue  # a consequence of a mistake that is reported in a stack file
        if selecting:
            code = "two-stacks"
            names = " and ".join(stack.document.file for stack in selecting)
            message = f"the environment is in {len(selecting)} stacks: {names}"
            remedy = "let the `select` of each exclude the other's environments"
        else:
            code, message = "no-stack", "no stack takes the environment"
            files = listed([stack.document.file for stack in stacks])
            remedy = f"add it to the `select` of a stack file ({files}), or add a stack file"
        yield by_identity[identity].problem(path=(), code=code, message=message, remedy=remedy)
    wrong = {item.position.file for item in problems if item.severity is Severity.ERROR}
    known = [stack for stack in stacks if stack.document.file not in wrong]
    yield from _without_value(known, by_identity.values())
    carrier: dict[str, StackFile] = {}
    plain = {file.key for file in tree.secret_files() if file.plain}
    for stack in stacks:
        yield from stack.problems(plain_without_file(stack, plain))
        if tree.platform is not None:
            yield from stack.problems(unknown_names(stack, tree, tree.platform))
            yield from stack.problems(_helm_secrets_keys(stack, tree.platform, carrier))


def _takes_nothing(stack: StackFile, tree: Tree, environments: Collection[Identity]) -> bool:
    """Whether a stack takes no environment because of names that platform.yaml does not have."""
    platform = tree.platform
    if platform is None or any(map(stack.selection.takes, environments)):
        return False
    return any(
        not any(matches(pattern, name) for name in known)
        for _, known, patterns in _selected_names(stack, platform)
        for pattern in patterns or ()
    )


def _meant(stacks: Iterable[StackFile], platform: Platform | None) -> Iterator[tuple[str, str]]:
    """The clusters, teams and environments that mistyped names in selections were probably meant to be."""
    for stack in stacks:
        if platform is None:
            return
        for noun, known, patterns in _selected_names(stack, platform):
            for pattern in patterns or ():
                if not any(matches(pattern, name) for name in known):
                    match = nearest(pattern, known)
                    yield from () if match is None else [(noun, match)]


def _named_steps(identity: Identity) -> Iterator[tuple[str, str]]:
    return zip(LEVELS, identity.steps, strict=True)


def _selected_names(
    stack: StackFile, platform: Platform
) -> tuple[tuple[str, Collection[str], tuple[str, ...] | None], ...]:
    """The lists of a selection that name what platform.yaml has: the noun, the names that there are, the patterns."""
    return (
        ("cluster", platform.clusters, stack.selection.clusters),
        ("team", platform.teams, stack.selection.teams),
        ("environment", platform.environments, stack.selection.environments),
    )


def _without_value(stacks: Sequence[StackFile], projects: Collection[Project]) -> Iterator[Problem]:
    """Refuse `{secret: …}` without a file, and without a value in the config of the stack that deploys it.

    Names in a config can be read without its key. Nothing is reported where a stack's names are not known.
    """
    lacking = [
        (project, path, key, stack)
        for project in (projects if stacks else ())
        for path, key, stack in _lacking(project, stacks)
    ]
    if not lacking:
        return
    used = {project.secret_key(name) for project in projects for _, name in secret_refs(project)}
    folders: dict[tuple[Position, DataPath, str], list[str]] = defaultdict(list)
    for project, path, key, stack in lacking:
        place = project.layers.position(path), path, stack.name
        folders[place].append(place_for(project, path, key.name).folder)
    for project, path, key, stack in lacking:
        unused = (name for name, file in project.secrets.items() if file.key not in used)
        if nearest(key.name, unused) is None:  # else the file is reported, with this name
            of_all = folders[project.layers.position(path), path, stack.name]
            yield project.named(_no_value(project, path, key, stack, _shared(of_all)))


def _shared(folders: Sequence[str]) -> str:
    """The folder that several folders of environments share, that of their product or team; the only one itself."""
    if len(set(folders)) == 1:
        return folders[0]
    above = [folder.split("/")[:2] for folder in folders]
    return "/".join(step[0] for step in zip(*above, strict=False) if len(set(step)) == 1)


def _lacking(
    project: Project, stacks: Sequence[StackFile]
) -> Iterator[tuple[DataPath, SecretKey, StackFile]]:
    """The places of an environment that name a secret without a value, with the stack that lacks it."""
    needed = {path: name for path, name in secret_refs(project) if name not in project.secrets}
    taking = [stack for stack in stacks if stack.selection.takes(project.identity)]
    for stack in taking if needed else ():
        for path, name in needed.items():
            key = project.secret_key(name)
            if stack.complete and key not in stack.secrets:
                yield path, key, stack


def _no_value(
    project: Project, path: DataPath, key: SecretKey, stack: StackFile, folder: str
) -> Problem:
    own = [item.name for item in stack.secrets if item.owner == key.owner]
    match = nearest(key.name, [*own, *project.secrets])
    place = f"{stack.project}:secrets.{key.owner}.{key.name}"
    remedy = (
        f"argoproject secret set {folder} {key.name}, "
        f"or pulumi config set --stack {stack.name} --secret --path '{place}'"
    )
    return project.problem(
        path=path,
        code="secret-missing",
        message=f"the secret {key.name!r} has no value: there is no file, and no secrets.{key.owner}.{key.name} in "
        f"{stack.document.file}",
        remedy=f"did you mean {{secret: {match}}}? else {remedy}" if match else remedy,
    )


def plain_without_file(stack: StackFile, plain: Collection[SecretKey]) -> Found:
    """Refuse entries of `plainSecrets` without a file in clear."""
    for index, key in enumerate(stack.plain):
        if key not in plain:
            message = f"there is no secret {key} in clear"
            remedy = did_you_mean(str(key), map(str, plain), "remove it")
            mistake = Mistake(code="plain-secret", message=message, remedy=remedy)
            yield ("plainSecrets", index), mistake


def unknown_names(stack: StackFile, tree: Tree, platform: Platform) -> Found:
    """Refuse clusters, teams and environments that platform.yaml does not have; products are those with a folder.

    Of what only might be superfluous there are warnings: a selection of products, and secrets of a team that is gone.
    """
    products = {key[1] for key in tree.folders if len(key) > 1}
    products |= {"/".join(key[:2]) for key in tree.folders if len(key) > 1}
    for noun, known, patterns in (
        *_selected_names(stack, platform),
        ("product", products, stack.selection.products),
    ):
        for index, pattern in enumerate(patterns or ()):
            if not any(matches(pattern, name) for name in known):
                where = "projects/" if noun == "product" else "platform.yaml"
                mistake = _unknown(noun, pattern, known, where)
                path: DataPath = ("select", f"{noun}s", index)
                yield path, Caution(*mistake) if noun == "product" else mistake
    for name in mapping(stack.value("clusters")):
        if name not in platform.clusters:
            yield ("clusters", name), _unknown("cluster", name, platform.clusters)
    owners = (*platform.teams, PLATFORM)
    for owner in dict.fromkeys(key.owner for key in stack.secrets):
        if owner not in owners:
            yield ("secrets", owner), Caution(*_unknown("team", owner, owners))


def _unknown(noun: str, name: str, known: Iterable[str], where: str = "platform.yaml") -> Mistake:
    names = sorted(known)
    remedy = did_you_mean(name, names, otherwise=f"known: {listed(names, 5) or 'none'}")
    return Mistake(code=f"unknown-{noun}", message=f"{where} has no {noun} {name}", remedy=remedy)


def _helm_secrets_keys(
    stack: StackFile, platform: Platform, carrier: dict[str, StackFile]
) -> Found:
    """Refuse keys for helm-secrets of unknown teams, and those that another stack has."""
    owners = (*platform.teams, PLATFORM)
    for owner in stack.helm_secrets_keys:
        path: DataPath = ("helmSecretsKeys", owner)
        first = carrier.setdefault(owner, stack)
        if owner not in owners:
            yield path, _unknown("team", owner, owners)
        elif first is not stack:
            message = f"{first.document.file} has this key as well: the stacks would overwrite each other's"
            yield path, Mistake(code="helm-secrets-key-twice", message=message, remedy="keep one")
