"""Entries of `ignoreDifferences`: what is refused has no effect in Argo CD, and all jq that is accepted compiles."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest

from argoproject.checks.applications.differences import check_pointer, check_selection
from argoproject.problems import Caution
from argoproject.upstream.jq import check_jq
from argoproject.upstream.kinds import BUILT_IN
from tests.support.oracle import Oracle, Question

PUBLIC = (
    '.a["x\\(1)y"]',
    '.data["\\(.kind)-\\(.)"], ."x\\(2)"',
    ".spec # the end of this line is the comment's\n| .replicas",
    ".spec.replicas",
    ".webhooks[]?.clientConfig.caBundle",
    '.spec.template.spec.initContainers[] | select(.name == "injected-init-container")',
    ".spec.template.spec.containers[].resources",
    '.spec.template.metadata.annotations."kubectl.kubernetes.io/restartedAt"',
    '.metadata.annotations["deployment.kubernetes.io/revision"]',
    '.data["mapRoles"]',
    ".spec.versions[0, 1].schema",
    ".spec.volumeClaimTemplates[].spec.volumeMode, .spec.volumeClaimTemplates[].status",
    '.spec | .. | select(.type? == "Opaque")',
    '.spec.template.spec.containers[] | select(.image | test("^proxy:[0-9]+$")) | .image',
    '.rules[] | select(.apiGroups | contains(["apps"]))',
    ".spec.ports[] | select(.port == 80 and .nodePort != null).nodePort",
    'if .metadata.namespace == "a" then .spec else .status end',
    ".spec.template.spec.containers | first(.[]).image",
    ".metadata.name as $name | .spec.items[$name]",
    '.spec.metrics[] | select((.resource.name // "") | startswith("mem"))',
    ".spec.template.spec.tolerations[-1:]",
    "(.spec.a, .spec.b)[0]",
    '.spec."x-y"."z"["q"]?',
)
"""Of Argo CD's documentation, and of public Applications."""

PIECES = (
    *(
        ".spec",
        ".a",
        '."a/b"',
        ".",
        "..",
        "[]",
        "[0]",
        "[1:2]",
        '["x"]',
        "?",
        " | ",
        ", ",
        " // ",
        " == ",
        " and ",
    ),
    *(
        " or ",
        " + ",
        " - ",
        "-",
        "(",
        ")",
        "select(",
        "first(",
        "map(",
        "test(",
        '"x"',
        "1",
        "null",
        "if ",
        " then ",
    ),
    *(
        " else ",
        " end",
        " as $x | ",
        "$x",
        "not",
        "keys",
        "length",
        "limit(",
        "; ",
        "sub(",
        "[",
        "]",
        "to_entries",
    ),
    *(
        "has(",
        "any(",
        "nth(",
        "paths",
        "walk(",
        "recurse(",
        "IN(",
        "*",
        "$.",
        "/",
        "@",
        "#",
        "'",
        '"',
        "\\",
        "del(",
    ),
    *(
        "getpath(",
        "splits(",
        "ascii_downcase",
        "gsub(",
        "{",
        "}",
        ":",
        ";",
        "reduce ",
        "def f: .; ",
        "elif ",
        "1.5",
    ),
)


def grown(source: random.Random, depth: int = 3) -> str:
    """An expression of the forms that people write, most of them correct."""
    if depth == 0:
        return source.choice(
            (".a", ".spec.b", '."x/y"', ".c[]", ".d[0]?", "..", '.["k"]', ".e[1:]", '.f."g"')
        )
    below = [grown(source, depth - 1) for _ in range(3)]
    literal = source.choice(('"v"', "1", "-2", "null", "true", '"a\\u00e9\\n"', "1.5"))
    forms = (
        "{0} | {1}",
        "{0}, {1}",
        "({0} // {1})",
        f"{{0}} | select({{1}} == {literal})",
        f"{{0}} | select({{1}} | not and {{2}} != {literal})",
        "if {0} then {1} else {2} end",
        "if {0} then {1} elif {2} then {1} end",
        "first({0})",
        f"{{0}} | select(.name | test({literal}; {literal}))",
        f"{{0}} | select([{{1}}] | any(. > {literal} * 2))",
        "{0} as $x | {1}[$x]",
        "{0} | select({1} | map({2}) | length % 2 == 1 or has(0))",
        "limit(2; {0})",
        "{0}[{1}]",
        "{0}[{1}:{2}]?",
        "{0} | recurse | objects",
        "({0})",
    )
    return source.choice(forms).format(*below)


def expressions(number: int) -> list[str]:
    """Expressions of all sorts: correct ones, those with one character changed, and random pieces."""
    source = random.Random(14)
    found = list(PUBLIC)
    while len(found) < number:
        text = grown(source, source.randint(1, 3))
        at = source.randrange(len(text))
        changed = source.choice(string.punctuation + string.ascii_letters + " 0")
        pieces = "".join(source.choice(PIECES) for _ in range(source.randint(1, 8)))
        found += [text, text[:at] + changed + text[at + 1 :], text[:at] + text[at + 1 :], pieces]
    return found[:number]


@pytest.mark.argocd
def test_all_jq_that_is_accepted_compiles(argocd_oracle: Oracle) -> None:
    texts = expressions(8000)
    accepted = [text for text in texts if check_jq(text) is None]
    assert set(PUBLIC) <= set(accepted)
    assert len(accepted) > 2000
    question = Question(
        differences=[
            {
                "ignore": [{"kind": "ConfigMap", "jqPathExpressions": [text]}],
                "object": {"kind": "ConfigMap"},
            }
            for text in accepted
        ]
    )
    answers = argocd_oracle.ask([question])[0].differences
    assert [
        (text, it["error"]) for text, it in zip(accepted, answers, strict=True) if it["error"]
    ] == []


OBJECT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {
        "name": "web",
        "namespace": "shop",
        "annotations": {"example.org/sum": "1", "plain": "2", "a~b": "3"},
        "labels": {"app.kubernetes.io/name": "web"},
    },
    "spec": {
        "replicas": 3,
        "selector": {"matchLabels": {"app.kubernetes.io/name": "web"}},
        "template": {"spec": {"containers": [{"name": "web", "image": "web:1"}, {"name": "x"}]}},
    },
}


def pointers(data: Any, before: str = "") -> list[str]:
    """The pointers to all fields of an object."""
    items: list[tuple[str, Any]] = []
    if isinstance(data, dict):
        items = [(key.replace("~", "~0").replace("/", "~1"), value) for key, value in data.items()]
    elif isinstance(data, list):
        items = [(str(index), value) for index, value in enumerate(data)]
    return [
        found
        for key, value in items
        for found in (f"{before}/{key}", *pointers(value, f"{before}/{key}"))
    ]


def rest(oracle: Oracle, entries: list[dict[str, Any]], data: Any) -> list[Any]:
    """What remains of an object for each of the entries."""
    questions = [
        {"ignore": [{"group": "*", "kind": "*", **entry}], "object": data} for entry in entries
    ]
    answers = oracle.ask([Question(differences=questions)])[0].differences
    assert not any(item["error"] for item in answers)
    return [item["object"] for item in answers]


@pytest.mark.argocd
def test_a_refused_pointer_ignores_nothing_and_an_accepted_one_its_field(
    argocd_oracle: Oracle,
) -> None:
    right = [text for text in pointers(OBJECT) if text not in ("/apiVersion", "/kind")]
    source = random.Random(14)
    wrong = [
        "/metadata/annotations/example.org/sum",
        "/metadata/labels/app.kubernetes.io/name",
        "/spec/selector/matchLabels/app.kubernetes.io/name",
        "/spec/template/spec/containers/*/image",
        "/spec/template/spec/containers[0]/image",
        "/spec.replicas",
        "spec.replicas",
    ]
    for text in right:
        at = source.randrange(1, len(text))
        wrong += [text + "/", text[:at] + "/" + text[at:], text.replace("/", ".").lstrip(".")]
        wrong += [text.replace("~1", "/"), text + "/*", text + "/-"]
    refused = [text for text in dict.fromkeys(wrong) if check_pointer(text) is not None]
    assert len(refused) > 90
    assert set(wrong[:7]) <= set(refused)
    for text, left in zip(
        refused,
        rest(argocd_oracle, [{"jsonPointers": [text]} for text in refused], OBJECT),
        strict=True,
    ):
        assert left == OBJECT, text
    assert [text for text in right if check_pointer(text) is not None] == []
    lefts = rest(argocd_oracle, [{"jsonPointers": [text]} for text in right], OBJECT)
    assert all(left != OBJECT for left in lefts)


@pytest.mark.argocd
def test_a_refused_selection_selects_nothing(argocd_oracle: Oracle) -> None:
    kinds = [(group, kind) for group, names in BUILT_IN.items() for kind in names]
    source = random.Random(14)
    entries: list[tuple[str, str, str]] = []
    for group, kind in kinds:
        other = source.choice(kinds)[0]
        entries += [
            (group, kind, ""),
            (f"{group}/v1", kind, ""),
            (group, kind.lower(), ""),
            ("", kind, ""),
        ]
        entries += [
            (other, kind, ""),
            ("*", kind, ""),
            (group, "*", ""),
            (group, kind, "web-*"),
            ("v1", kind, "web"),
        ]
        entries += [(f"{group[:3]}*", f"{kind[:2]}*", ""), ("core", kind, ""), (group, kind, "web")]
    questions: list[dict[str, Any]] = []
    for group, kind, name in entries:
        entry = {"group": group, "kind": kind, "name": name, "jsonPointers": ["/spec"]}
        for its_group, its_kind in kinds:
            version = f"{its_group}/v1" if its_group else "v1"
            data = {"apiVersion": version, "kind": its_kind, "metadata": {"name": "web"}, "spec": 1}
            questions.append({"ignore": [entry], "object": data})
    answers = argocd_oracle.ask([Question(differences=questions)])[0].differences
    for index, entry_ in enumerate(entries):
        part = answers[index * len(kinds) : (index + 1) * len(kinds)]
        selects = any("spec" not in item["object"] for item in part)
        assert selects is (check_selection(*entry_) is None), entry_


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("$.spec.replicas", "'$.spec.replicas' is not jq", "write .spec.replicas"),
        ("/spec/replicas", "'/' cannot be here", "write it in `jsonPointers`, or .spec.replicas"),
        ("spec.replicas", "there is no function spec for fields", "write .spec.replicas"),
        (".c[*].image", "'*' cannot be here", "write .c[].image"),
        (".spec.x-y", "there is no function y for fields", 'write .spec."x-y"'),
        ('.a | select(.b == "c"', "the expression ends too early, `)` is missing", ""),
        (".a) | (.b", "')' cannot be here", ""),
        (".a # b", "'# b' is not jq", ""),
        (f"{'(' * 30}.a{')' * 30}", "more than 20 brackets are inside each other", ""),
        ("sub(.a)", "there is no function sub with 1 argument for fields", ""),
        (".a == 1 == 2", "'==' cannot be here", ""),
    ],
)
def test_an_expression_that_does_not_compile(text: str, message: str, remedy: str) -> None:
    mistake = check_jq(text)
    assert mistake is not None
    assert mistake.code == "jq-path"
    assert (
        mistake.message
        == f"{message}: what does not compile keeps the whole Application from being compared"
    )
    assert mistake.remedy == (
        remedy
        or 'write for example .spec.replicas or .spec.containers[] | select(.name == "web").image'
    )


@pytest.mark.parametrize(
    "text", [".", "..", 'select(.kind == "X")', ".kind", ".[]", ".[0]?", "if .a then .b end", ".?"]
)
def test_an_expression_that_can_name_the_whole_object(text: str) -> None:
    mistake = check_jq(text)
    assert mistake is not None
    assert mistake.message == (
        "without the fields that this names, the Application could not be compared"
    )


@pytest.mark.parametrize(
    "text", [".a | length", ".a == 1", '"x" * 1000000000', "[.a]", ".a | keys", "del(.a)", "-.a"]
)
def test_an_expression_that_names_no_field(text: str) -> None:
    mistake = check_jq(text)
    assert mistake is not None
    assert mistake.message.startswith("the expression computes a value")


def test_a_kind_of_a_custom_resource_is_only_doubted() -> None:
    assert check_selection("cert-manager.io", "Certificate", "") is None
    found = check_selection("example.org", "gadget", "")
    assert found is not None
    assert isinstance(found[1], Caution)
