"""Fleets in which everything that can collide does, written in every way that YAML offers."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.support.trees import platform

__all__ = ["SPELLINGS", "fleets", "secret_file", "selections", "spelled"]

TEAMS = ("a", "a-b", "b", "b-c")
PRODUCTS = ("b", "b-c", "c")
CLUSTERS = ("eu-1", "hub")
ENVIRONMENTS = ("dev", "prod")

NAMES = ("same", "a-b-dev", "a-b-c-dev", "a-b-c-dev-eu-1", "a-b", "b-c", "a-b-c-prod-hub-app")
TEMPLATES = ("${team}-${product}", "${namespace}-x", "${project}-x", "${environment}", *NAMES)
URLS = ("registry.example.org/common", "registry.example.org/common/dev")
READ = (*URLS, "registry.example.org/common/${environment}")
SECRETS = ("token", "tokn", "password")


def _renamed(pattern: str) -> Callable[[str], str]:
    """A spelling of each line that says a name; `pattern` has the indentation, the key and the value."""

    def spell(text: str) -> str:
        found = r"^(?P<indent> *(?:- )?)(?P<key>name|repoURL|url): (?P<value>\S+)$"
        return re.sub(found, lambda match: _line(match, pattern), text, flags=re.MULTILINE)

    return spell


def _line(match: re.Match[str], pattern: str) -> str:
    indent = match["indent"]
    value = match["value"].strip("'\"")
    deeper = " " * len(indent)
    escaped = f'"\\x{ord(value[0]):02x}{value[1:]}"'
    return pattern.format(
        indent=indent, deeper=deeper, key=match["key"], value=value, escaped=escaped
    )


SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "in quotes": _renamed('{indent}"{key}" :  "{value}"'),
    "in single quotes": _renamed("{indent}'{key}': '{value}' # why"),
    "on the next line": _renamed("{indent}{key}:\n{deeper}  {value}"),
    "after a comment": _renamed("{indent}{key}: # why\n{deeper}  # and why\n{deeper}  {value}"),
    "as a block": _renamed("{indent}{key}: |-\n{deeper}  {value}"),
    "folded": _renamed("{indent}{key}: >-\n{deeper}  {value}"),
    "with an explicit key": _renamed("{indent}? {key} # why\n{deeper}: {value}"),
    "with an escape": _renamed("{indent}{key}: {escaped}"),
    "in braces": lambda text: yaml.safe_dump(yaml.safe_load(text), default_flow_style=True),
    "as JSON": lambda text: yaml.safe_dump(
        yaml.safe_load(text), default_flow_style=True, default_style='"'
    ),
}
"""Ways to write the same file."""


def spelled(data: Mapping[str, Any], how: str) -> str:
    """Settings as a file."""
    return SPELLINGS[how](_dumped(data))


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _dumped(data: Mapping[str, Any]) -> str:
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, width=1000)
    return text


def sealed(text: str) -> str:
    """An encrypted value as sops writes it; the same for the same text, as a copy is."""
    parts = (base64.b64encode(f"{kind}{text}".encode()).decode() for kind in ("data", "iv", "tag"))
    return "ENC[AES256_GCM,data:{},iv:{},tag:{},type:str]".format(*parts)


def secret_file(value: str, *, escaped: bool = False) -> str:
    """A secret's file; an escaped one says the same, and neither value stands in it as it is."""
    own, bound = sealed(value), sealed(f"for {value}")
    if escaped:
        own, bound = (
            f'"{text.replace("tag:d", "tag:" + chr(92) + "x64")}"' for text in (own, bound)
        )
    return f"value: {own}\nfor: {bound}\nsops:\n  mac: {sealed('mac')}\n"


def _manifest(value: str) -> str:
    head = "kind: Secret\napiVersion: v1\nmetadata: {name: x}\n"
    return f"{head}stringData:\n  x: {sealed(value)}\nsops:\n  mac: {sealed('mac')}\n"


def one_in(times: int) -> st.SearchStrategy[bool]:
    """True once in so many times."""
    return st.sampled_from([*[False] * (times - 1), True])


def some(values: st.SearchStrategy[Any], times: int = 3) -> st.SearchStrategy[Any]:
    """A value, once in so many times; else none."""
    return one_in(times).flatmap(lambda taken: values if taken else st.none())


@st.composite
def sources(draw: st.DrawFn) -> dict[str, Any]:
    source: dict[str, Any] = {"repoURL": draw(st.sampled_from(READ)), "chart": "shop"}
    return source | {"targetRevision": "1.2.3"}


@st.composite
def repositories(draw: st.DrawFn) -> dict[str, Any]:
    url = draw(st.sampled_from(URLS))
    login: dict[str, Any] = {"type": "https", "username": draw(st.sampled_from(["bot", "other"]))}
    login |= {"password": {"secret": draw(st.sampled_from(SECRETS))}}
    return {"url": url, "type": "helm", "enableOCI": True, "credentials": login}


@st.composite
def class_settings(draw: st.DrawFn, environment: bool) -> dict[str, Any]:
    """What a file says. What none of several environments can share is said by an environment only, as a rule."""
    names = st.sampled_from(NAMES)
    rarity = 3 if environment else 9
    application = st.fixed_dictionaries(
        {"source": sources()}, optional={"name": st.sampled_from(TEMPLATES)}
    )
    allow = st.sampled_from(
        [{"kind": "destination", "value": f"{cluster}/{name}", "reason": "r"}
         for cluster in CLUSTERS for name in ("same", "a-b-c-dev", "a-b-dev")]
    )  # fmt: skip
    data = {
        "name": draw(some(names, rarity)),
        "movedFrom": draw(some(st.lists(names, min_size=1, max_size=1))),
        "application": draw(some(application, 2)),
        "applications": draw(
            some(st.dictionaries(st.sampled_from(["b-app", "c", "x"]), application))
        ),
        "repositories": draw(some(st.dictionaries(st.just("x"), repositories(), min_size=1), 2)),
        "allow": draw(some(st.lists(allow, max_size=2))),
        "namespace": {
            key: value
            for key, value in {
                "name": draw(some(names, rarity)),
                "quota": draw(some(st.just({"requests.cpu": "9"}))),
                "secrets": draw(
                    some(st.sampled_from([{"db": {"p": {"secret": name}}} for name in SECRETS]))
                ),
            }.items()
            if value is not None
        },
    }
    return {key: value for key, value in data.items() if value}


@st.composite
def settings_file(draw: st.DrawFn, environment: bool = False) -> str:
    if draw(one_in(12)):
        return draw(st.sampled_from(["a: [\n", "nmae: x\n", "[]\n", "name: ${team}\n"]))
    data = draw(class_settings(environment))
    special = draw(some(class_settings(environment), 4))
    if special:
        data["classes"] = {draw(st.sampled_from(["production", "prodution"])): special}
    how = draw(st.sampled_from([*SPELLINGS, *["as it is"] * 4]))
    return spelled(data, how)


@st.composite
def platforms(draw: st.DrawFn) -> str:
    bound = {"namespaces": ["*"], "clusters": ["*"], "sources": ["*"], "allow": ["*"]}
    overlay: dict[str, Any] = {
        "teams": {"blue": None, "green": None, **dict.fromkeys(TEAMS, bound)},
    }
    if draw(one_in(3)):
        overlay["clusters"] = {"eu-1": {"budget": {"requests.cpu": "10"}}}
    if draw(one_in(2)):
        overlay["secrets"] = {"token": {"teams": ["a", "b"], "urlPrefixes": ["x.example.org/"]}}
    if draw(one_in(12)):
        overlay["profiles"] = {"small": draw(class_settings(environment=False))}
    if draw(one_in(30)):
        return "version: [\n"
    return platform(_dumped(overlay))


@st.composite
def secret_files(draw: st.DrawFn, folders: list[str]) -> dict[str, str]:
    files = {}
    for folder in draw(st.lists(st.sampled_from(folders), min_size=1, max_size=5)):
        name, value = draw(st.sampled_from(SECRETS)), draw(st.sampled_from(["one", "two"]))
        kind = draw(st.sampled_from(["plain", "secrets", "escaped", "manifests"]))
        if kind == "manifests":
            files[f"{folder}/manifests/{name}.yaml"] = _manifest(value)
        elif kind == "plain":
            files[f"{folder}/secrets/{name}.yaml"] = "value: plain\n"
        else:
            text = secret_file(value, escaped=kind == "escaped")
            files[f"{folder}/secrets/{name}.yaml"] = text
    return files


@st.composite
def stack_files(draw: st.DrawFn) -> dict[str, str]:
    if draw(st.booleans()):
        return {}
    settings = {
        "argo-projects:select": draw(
            st.sampled_from([{"teams": ["a*"]}, {"environments": ["dev"]}, {"products": ["b/c"]}])
        ),
        "argo-projects:plainSecrets": draw(
            st.sampled_from([[], [], ["b/token"], ["a/b/token"], ["nonsense"]])
        ),
    }
    other = {"argo-projects:select": {"teams": ["b*", "a"]}}
    return {
        "../Pulumi.yaml": "name: argo-projects\n",
        "../Pulumi.one.yaml": yaml.safe_dump({"config": settings}),
        "../Pulumi.two.yaml": yaml.safe_dump({"config": other}),
    }


@st.composite
def fleets(draw: st.DrawFn) -> dict[str, str | None]:
    """Files by their path below the tree."""
    keys = st.tuples(*map(st.sampled_from, (TEAMS, PRODUCTS, CLUSTERS, ENVIRONMENTS)))
    environments = draw(st.lists(keys, min_size=3, max_size=8, unique=True))
    files: dict[str, str | None] = {
        "platform.yaml": draw(platforms()),
        "projects/blue/team.yaml": None,
        "projects/blue/shop/product.yaml": None,
        "projects/blue/shop/eu-1/prod/project.yaml": None,
    }
    folders = sorted({"/".join(key[:depth]) for key in environments for depth in (1, 2)})
    for folder in folders:
        if draw(st.booleans()):
            name = "product" if "/" in folder else "team"
            files[f"projects/{folder}/{name}.yaml"] = draw(settings_file())
    for key in environments:
        folder = "/".join(key)
        name = "projekt.yaml" if draw(one_in(20)) else "project.yaml"
        files[f"projects/{folder}/{name}"] = draw(settings_file(environment=True))
    all_folders = [f"projects/{folder}" for folder in (*folders, *map("/".join, environments))]
    files |= draw(secret_files(["../config", *all_folders]))
    return files | draw(stack_files())


@st.composite
def selections(draw: st.DrawFn, files: Mapping[str, str | None]) -> list[str]:
    """SELECT on the command line: mostly something that there is."""
    paths = [name.split("/")[1:5] for name in sorted(files) if name.count("/") == 5 and files[name]]
    known = st.builds(
        lambda path, depth: "/".join(path[:depth]), st.sampled_from(paths), st.integers(1, 4)
    )
    other = st.sampled_from(["*/c", "*/*/hub", "b*", "same", "a-b-dev-eu-1", "a-b-c*", "nobody"])
    return draw(st.lists(st.one_of(*[known] * 8, other), min_size=1, max_size=2))
