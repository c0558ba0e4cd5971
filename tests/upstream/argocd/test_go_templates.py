"""Go templates: what is accepted here Argo CD fills in with the same result; random texts, judged by its own code."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from argoproject.upstream.argocd.go_functions import FUNCTIONS
from argoproject.upstream.argocd.go_render import render
from argoproject.upstream.argocd.go_values import TemplateError
from tests.support.oracle import Oracle, Question

TEXTS = 12_000

VALUES: dict[str, Any] = {
    "name": "Api-1",
    "words": "ShopApi_eu west",
    "env": "dev",
    "empty": "",
    "on": True,
    "off": False,
    "n": 3.0,
    "big": 12345678.0,
    "part": 1.5,
    "deep": {"er": "b", "est": {"x": "y"}, "a-b": "c"},
    "list": ["one", "two"],
    "items": [{"name": "i"}, {"name": "j"}],
    "none": [],
    "path": {"path": "parts/x", "basename": "x", "segments": ["parts", "x"]},
}

FIELDS = (
    *(
        ".name",
        ".words",
        ".env",
        ".empty",
        ".on",
        ".off",
        ".n",
        ".part",
        ".deep",
        ".deep.er",
        ".deep.est.x",
    ),
    *(
        ".list",
        ".items",
        ".none",
        ".path.basename",
        ".path.segments",
        ".nmae",
        ".deep.no",
        ".name.x",
    ),
    *(".", "$", "$.name", "$x", "$.deep.er", "(.name)", "(.deep).er", "(index .list 0)"),
)
LITERALS = (
    '"a"',
    '"-"',
    "`b`",
    "1",
    "0",
    "-1",
    "1.5",
    "true",
    "false",
    "nil",
    '"\\n"',
    "'x'",
    '"a',
)
CALLS = (
    *("lower", "upper", "trim", "quote", "normalize", "slugify", "toString", "not", "len", "title"),
    *("lowr", "path", "env", "toYaml", "empty", "first", "last", "now", "trimAll", "int"),
    *("kebabcase", "snakecase", "camelcase", "nospace", "sha256sum", "sha1sum", "b64enc"),
    *("squote", "cat", "add1", "add", "mul"),
)
CALLS_OF_TWO = (
    *("default", "eq", "ne", "index", "hasKey", "get", "trunc", "trimSuffix", "trimPrefix"),
    *(
        "contains",
        "hasPrefix",
        "hasSuffix",
        "splitList",
        "join",
        "printf",
        "and",
        "or",
        "cat",
        "lt",
    ),
    *("trimAll", "repeat", "indent", "nindent", "quote", "squote", "add", "sub", "mul"),
)
CALLS_OF_THREE = ("replace", "ternary", "dig", "printf", "substr", "index")
OLD = ("{{name}}", "{{path}}", "{{path.basename}}", "{{path[0]}}", "{{metadata.labels.a}}")
NOISE = (
    "{{",
    "}}",
    "{{-",
    "-}}",
    "{{/* c */}}",
    "{{ }}",
    "{{end}}",
    "{{else}}",
    "|",
    ".a-b",
    "{{/*x}}",
)


def operand(rng: random.Random, depth: int = 0) -> str:
    choice = rng.random()
    if choice < 0.6:
        return rng.choice(FIELDS)
    if choice < 0.85 or depth > 2:
        return rng.choice(LITERALS)
    return f"({pipe(rng, depth + 1)})"


def command(rng: random.Random, depth: int) -> str:
    choice = rng.random()
    if choice < 0.4:
        return operand(rng, depth)
    names, number = rng.choice(((CALLS, 1), (CALLS_OF_TWO, 2), (CALLS_OF_THREE, 3)))
    number += rng.choice((0, 0, 0, 0, 0, 0, -1, 1))
    return " ".join([rng.choice(names), *(operand(rng, depth) for _ in range(number))])


def pipe(rng: random.Random, depth: int = 0) -> str:
    parts = [command(rng, depth)]
    while rng.random() < 0.25:
        parts.append(
            rng.choice((*CALLS, 'default "x"', "trunc 2", 'replace "a" "b"', operand(rng)))
        )
    return " | ".join(parts)


def part(rng: random.Random, depth: int = 0) -> str:
    left, right = rng.choice((("{{ ", " }}"), ("{{", "}}"), ("{{- ", " -}}"), ("{{ ", " }}")))

    def of_pipe() -> str:
        return f"{left}{pipe(rng)}{right}"

    def of_block() -> str:
        kind = rng.choice(("if", "with", "range", "range $i, $x :=", "with $x :=", "if $x :="))
        end = rng.choice(("{{ end }}",) * 8 + ("", "{{ else }}{{ end }}"))
        other = f"{{{{ else }}}}{text(rng, depth + 1)}" if rng.random() < 0.3 else ""
        if other and kind == "if" and rng.random() < 0.3:
            other = f"{{{{ else if {pipe(rng)} }}}}{text(rng, depth + 1)}{other}"
        return f"{left}{kind} {pipe(rng)}{right}{text(rng, depth + 1)}{other}{end}"

    kinds: tuple[Callable[[], str], ...] = (
        lambda: rng.choice(("a", "-", " x ", "")),
        of_pipe,
        of_pipe,
        of_pipe,
        of_block if depth < 2 else of_pipe,
        lambda: f"{left}$x := {pipe(rng)}{right}{{{{ $x }}}}",
        lambda: rng.choice((*NOISE, *OLD)),
    )
    return rng.choices(kinds, (3, 4, 4, 4, 3, 1, 0.5))[0]()


def text(rng: random.Random, depth: int = 0) -> str:
    return "".join(part(rng, depth) for _ in range(rng.randint(1, 2)))


@pytest.mark.argocd
def test_argo_cd_fills_in_the_same(argocd_oracle: Oracle) -> None:
    """No text is accepted here and refused there, or filled in otherwise."""
    rng = random.Random(14)
    texts = [text(rng) for _ in range(TEXTS)]
    question = Question(templates=[{"text": item, "values": VALUES} for item in texts])
    (answer,) = argocd_oracle.ask([question])
    accepted = filled = 0
    for item, there in zip(texts, answer.templates, strict=True):
        try:
            here = render(item, VALUES)
        except TemplateError:
            continue
        if here is None:
            continue  # a function that is not computed here may fail there
        assert there["error"] == "", item
        assert here == there["text"], item
        accepted += 1
        filled += here != item
    assert accepted > TEXTS / 8
    assert filled > TEXTS / 10


def word(rng: random.Random) -> str:
    signs = "abcXYZ" * 3 + "--__  " + "019.,/é\n\t'\"\\" * (rng.random() < 0.5)
    return "".join(rng.choice(signs) for _ in range(rng.randint(0, 12)))


FORMS = (
    *("kebabcase", "snakecase", "camelcase", "title", "nospace", "sha256sum", "sha1sum", "b64enc"),
    *(
        "quote",
        "squote",
        "cat",
        "lower",
        "upper",
        "trim",
        "normalize",
        "len",
        "trunc 3",
        "trunc -2",
    ),
    *(
        'trimAll "a-"',
        "repeat 2",
        "indent 2",
        "nindent 1",
        "substr 1 3",
        "substr 2 -1",
        "substr 0 0",
    ),
    *(
        "substr 3 1",
        "substr -1 2",
        "substr 9 20",
        'cat "x"',
        'quote "x" ""',
        'trimAll ""',
        "repeat -1",
    ),
)
WORDS = 20_000


@pytest.mark.argocd
def test_texts_get_the_form_that_argo_cd_gives_them(argocd_oracle: Oracle) -> None:
    rng = random.Random(20)
    asked: list[dict[str, Any]] = [
        {"text": f"{{{{ .x | {rng.choice(FORMS)} }}}}", "values": {"x": word(rng)}}
        for _ in range(WORDS)
    ]
    (answer,) = argocd_oracle.ask([Question(templates=asked)])
    computed: Counter[str] = Counter()
    for item, there in zip(asked, answer.templates, strict=True):
        here = render(item["text"], item["values"])
        if here is not None:
            assert (here, "") == (there["text"], there["error"]), item
            computed[item["text"][8:-3].split()[0]] += 1
    assert set(computed) == {form.split()[0] for form in FORMS}
    assert sum(computed.values()) > WORDS / 2


@pytest.mark.argocd
def test_the_functions_are_those_of_argo_cd(argocd_oracle: Oracle) -> None:
    gone = ("env", "expandenv", "getHostByName", "include", "tpl", "lookup")
    names = [*FUNCTIONS, *gone]
    texts = [
        {"text": f"{{{{ if false }}}}{{{{ {name} }}}}{{{{ end }}}}", "values": {}} for name in names
    ]
    (answer,) = argocd_oracle.ask([Question(templates=texts)])
    unknown = [name for name, item in zip(names, answer.templates, strict=True) if item["error"]]
    assert unknown == list(gone)
