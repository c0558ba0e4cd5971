"""Scalars: what each type accepts, what its values become, and the message for what it refuses."""

from __future__ import annotations

import ast
import contextlib
import datetime as dt
import itertools
import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from argoproject.models import scalars as types
from argoproject.models import values
from argoproject.upstream.jq import check_jq
from argoproject.upstream.urls import registry_key
from argoproject.yamlfile.reader import Plain, parse
from tests.support.kubernetes import Kubernetes


def accept(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


def refusal(kind: Any, value: Any) -> tuple[str, str, str]:
    with pytest.raises(ValidationError) as caught:
        accept(kind, value)
    context = caught.value.errors()[0]["ctx"]
    return context["code"], context["message"], context["remedy"]


def examples(module: ModuleType) -> list[tuple[str, str, bool]]:
    """The examples in the docstrings of a module's types: the type's name, the text, and whether it is accepted."""
    body = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body
    found = []
    for node, after in itertools.pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            docstring = ast.literal_eval(after.value) if isinstance(after, ast.Expr) else ""
            listed = re.findall(r"Accepts (.*);\s+refuses (.*)\.\Z", docstring, re.DOTALL)
            for accepted, part in zip((True, False), *listed, strict=True) if listed else ():
                texts = re.findall("`([^`]*)`", part)
                found += [(node.target.id, text, accepted) for text in texts]
    return found


@pytest.mark.parametrize(
    ("module", "kind", "text", "accepted"),
    [(module, *example) for module in (types, values) for example in examples(module)],
)
def test_the_examples_in_docstrings(
    module: ModuleType, kind: str, text: str, accepted: bool
) -> None:
    scalar = Plain(text)
    if accepted:
        accept(getattr(module, kind), scalar)
    else:
        assert refusal(getattr(module, kind), scalar)[0]


def test_every_type_has_examples() -> None:
    for module in (types, values):
        named = {name for name in module.__all__ if name[0].isupper()} - {"FreeMap", "FreeMaps"}
        assert {name for name, _, _ in examples(module)} == named


@pytest.mark.parametrize("text", ["a", "a-b", "0", "a" * 63])
def test_labels(text: str) -> None:
    assert accept(types.DnsLabel, text) == text


@pytest.mark.parametrize(
    "text", ["", "-a", "a-", "A", "a_b", "a.b", "a\n", "ä", "\u0430", "a" * 64]
)
def test_texts_that_are_no_labels(text: str) -> None:
    code, _, remedy = refusal(types.DnsLabel, text)
    assert code == "name"
    assert remedy


@pytest.mark.parametrize("text", ["500m", "2", "0", "512Mi", "1.5Gi", "1e3", "1E", "100k", ".5"])
def test_quantities(text: str) -> None:
    assert accept(types.Quantity, text) == text


@pytest.mark.parametrize(
    "text", ["", "-1", "1e999", "1" * 30, "1 Gi", "1gi", "1KB", "Gi", "1m5", "\u0661"]
)
def test_texts_that_are_no_quantities(text: str) -> None:
    assert refusal(types.Quantity, text)[0] == "quantity"


def test_a_pattern_of_urls_has_no_login() -> None:
    code, message, _ = refusal(types.Glob, "https://bot:hunter2secret@gitlab.example.org/*")
    assert (code, message) == ("url-credentials", "the pattern holds credentials")
    assert accept(types.Glob, "git@gitlab.example.org:blue/*")


@pytest.mark.parametrize(
    "text", ["https://[fd00::1]:6443", "https://a.example.org:65535/k8s", "http://a"]
)
def test_addresses_of_api_servers(text: str) -> None:
    assert accept(types.ClusterServer, text) == text


@pytest.mark.parametrize(
    "text", ["https://a.example.org:65536", "https://a.example.org:0", "a.example.org"]
)
def test_texts_that_are_no_addresses_of_api_servers(text: str) -> None:
    assert refusal(types.ClusterServer, text)[0] == "url"


def test_a_login_is_hidden_before_a_message_cuts_the_value() -> None:
    assert "hunter2" not in str(refusal(types.Quantity, "https://bot:hunter2secret@x/"))
    assert "hunter2" not in str(check_jq("'https://bot:hunter2secret@x/'"))


@pytest.mark.parametrize("text", ["* * * * *", "0 22 * * 1-5", "*/15 0 1,15 * MON", "0 8 ? * SUN"])
def test_cron_expressions(text: str) -> None:
    assert accept(types.Cron, text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "61 * * * *",
        "0 0 * * * *",
        "@daily",
        "a b c d e",
        "0 8 * * 7",
        "0 8 * * 0-7",
        "0 8 * * 5L",
        "0 8 * * 1#2",
        "0 8 LW * *",
    ],
)
def test_texts_that_are_no_cron_expressions(text: str) -> None:
    assert refusal(types.Cron, text)[0] == "cron"


@pytest.mark.parametrize("text", ["90s", "30m", "1h30m", "1.5h", "100ms"])
def test_durations(text: str) -> None:
    assert accept(types.Duration, text) == text


@pytest.mark.parametrize("text", ["", "9999999h", "90", "1d", "1 h", "-1h", "h"])
def test_texts_that_are_no_durations(text: str) -> None:
    assert refusal(types.Duration, text)[0] == "duration"


def test_dates() -> None:
    assert accept(values.Date, "2026-12-24") == dt.date(2026, 12, 24)
    assert refusal(values.Date, "2026-13-01") == (
        "date", "'2026-13-01' is not a date", "write year-month-day, for example 2026-12-24",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "https://gitlab.example.org/blue/shop.git", "registry.example.org/blue/charts",
        "git@gitlab.example.org:blue/shop.git", "ssh://git@gitlab.example.org:2222/blue/shop.git",
        "oci://registry.example.org/blue/shop", "https://charts.example.org:8443/stable",
    ],
)  # fmt: skip
def test_urls(text: str) -> None:
    assert accept(types.Url, text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "file:///etc/passwd", "ext::sh -c id", "https://x.example.org/a b", "https://x/?q=1", "https://x/#f",
        "javascript:alert(1)", "https://x\n", "-oProxyCommand=x", "https:///x",
    ],
)  # fmt: skip
def test_texts_that_are_no_urls(text: str) -> None:
    assert refusal(types.Url, text)[0] == "url"


def test_a_url_with_credentials_is_refused_without_repeating_them() -> None:
    code, message, _ = refusal(types.Url, "https://me:hunter2@git.example.org/x")
    assert "hunter2" not in message
    assert code in ("url", "url-credentials")
    assert refusal(types.Url, "https://hunter2@git.example.org/x")[0] == "url-credentials"


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("role:admin", "Argo CD"), ("role:readonly", "Argo CD"), ("proj:x:y", "Argo CD"),
        ("admin", "Argo CD"), ("*", "Argo CD"),
        ("system:masters", "Kubernetes"), ("system:authenticated", "Kubernetes"),
    ],
)  # fmt: skip
def test_names_of_argo_cd_and_kubernetes_are_no_groups(text: str, owner: str) -> None:
    assert refusal(types.Group, text) == (
        "group-reserved",
        f"{text!r} is a name of {owner} itself, not an SSO group",
        "name the group that your SSO provider sends",
    )


@pytest.mark.parametrize(
    "text",
    [
        "", " a", "a ", "a,b", 'a"b', "a'b", "a\nb", "a\tb", "a\x0bb", "a\x85b", "a\u2028b", "a\xa0b", "a\u200bb",
        "a\u202eb", "a\ufe0fb", "a\u3164b", "a\U000e0041b", "\ufeffa", "a\x00b",
    ],
)  # fmt: skip
def test_texts_that_are_no_groups(text: str) -> None:
    assert refusal(types.Group, text) == (
        "group",
        f"{text!a} is not a group name",
        "a group name has no quotes, commas, line breaks, invisible characters or outer blanks",
    )


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("blue-\u0430dmins", "Cyrillic and Latin"),
        ("blue-\u03bfncall", "Greek and Latin"),
        ("blue-\uff41dmins", "Fullwidth and Latin"),
    ],
)
def test_groups_that_look_like_others(text: str, scripts: str) -> None:
    assert refusal(types.Group, text) == (
        "group-look-alike",
        f"{text!r} mixes {scripts} letters in one word, which look alike",
        "type the name again, as your SSO provider sends it",
    )


def test_groups_as_providers_send_them() -> None:
    for text in (
        "blue-admins",
        "Blue Admins",
        "org/team:admins",
        "a1b2c3d4-0000-1111-2222-333344445555",
        "EXAMPLE\\blue admins",
        "Betrieb für Blau",
        "DevOps \u043a\u043e\u043c\u0430\u043d\u0434\u0430",
        "1º turno",
        "青チーム-admins",
        "administrators",
        "role",
    ):
        assert accept(types.Group, text) == text


def test_a_group_has_one_spelling() -> None:
    assert accept(types.Group, "cafe\u0301") == "caf\xe9"


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), ("True", True)])
def test_truth_values(text: str, value: bool) -> None:
    assert accept(values.Flag, Plain(text)) is value
    assert accept(values.Flag, value) is value


@pytest.mark.parametrize("text", ["no", "on", "yes", "1", "y"])
def test_texts_that_are_no_truth_values(text: str) -> None:
    assert refusal(values.Flag, Plain(text)) == (
        "flag", f"{text!r} is not a truth value", "write true or false",
    )  # fmt: skip


def test_a_quoted_truth_value_is_text() -> None:
    assert refusal(values.Flag, "true")[1] == "a truth value must not be quoted"


def test_numbers() -> None:
    assert accept(values.Count, Plain("42")) == 42
    assert accept(values.Count, Plain("-1")) == -1
    assert refusal(values.Count, Plain("012")) == (
        "number",
        "'012' is not a whole number",
        "write 12",
    )
    assert refusal(values.Count, Plain("1e3"))[0] == "number"


def test_free_form_data_reads_as_yaml_1_2() -> None:
    data = {
        "t": Plain("true"), "i": Plain("12"), "f": Plain("1.50"), "e": Plain("1.5e+3"), "time": Plain("12:30:45"),
        "date": Plain("2026-01-01"), "under": Plain("v1_000"), "q": "12", "list": [Plain("0")],
        "version": Plain("1.2.3"), "creationTimestamp": None,
    }  # fmt: skip
    assert values.free_form(data) == {
        "t": True, "i": 12, "f": 1.5, "e": 1500.0, "time": "12:30:45", "date": "2026-01-01", "under": "v1_000",
        "q": "12", "list": [0], "version": "1.2.3",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ("no", "false"),
        ("on", "true"),
        ("y", "true"),
        ("N", "false"),
        ("012", "the number without leading zeros"),
        ("-007", "the number without leading zeros"),
        ("0o644", "420"),
        ("0x1F", "31"),
        ("0b101", "5"),
        ("1_000", "1000"),
        ("1e3", "1000"),
        ("1.5e3", "1500"),
        ("+5", "5"),
        ("5.", "5"),
        ("-.5", "-0.5"),
        (".inf", ""),
        (".NaN", ""),
    ],
)
def test_ambiguous_free_form_data_is_refused(text: str, clear: str) -> None:
    code, _, remedy = refusal(values.FreeForm, {"a": [Plain(text)]})
    assert code == "ambiguous-scalar"
    assert remedy == (
        f'write {clear}, or "{text}" in quotes' if clear else f'write "{text}" in quotes'
    )


def test_a_key_without_a_value_is_refused() -> None:
    code, message, remedy = refusal(values.FreeForm, {"from": None})
    assert (code, message) == ("empty-value", "has no value")
    assert remedy == "write one, {} for an empty object, or remove the line"


CORE: Mapping[re.Pattern[str], Callable[[str], Any]] = {
    re.compile(r"true|True|TRUE"): lambda _: True,
    re.compile(r"false|False|FALSE"): lambda _: False,
    re.compile(r"[-+]?[0-9]+"): int,
    re.compile(r"0o[0-7]+"): lambda text: int(text, 8),
    re.compile(r"0x[0-9a-fA-F]+"): lambda text: int(text, 16),
    re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"): float,
}
"""The core schema of YAML 1.2.2, section 10.3.2, without null, .inf and .nan, which are refused."""


def core(text: str) -> Any:
    for pattern, read in CORE.items():
        if pattern.fullmatch(text):
            return read(text)
    return text


@pytest.mark.kubernetes
def test_free_form_data_is_what_every_reader_reads(kubernetes: Kubernetes) -> None:
    """Readers of YAML 1.1 (PyYAML), of YAML 1.2, and Go's, which Kubernetes, Helm and Argo CD use.

    Times of day and dates are apart: only PyYAML takes them for numbers and dates, and nothing else reads these files.
    """
    chance = random.Random(14)
    alphabet = (*"0123456789", *"+-._eExXobyYnN", "true", "on", "No", "inf", "nan", "a")
    texts = {"".join(chance.choices(alphabet, k=chance.randint(1, 5))) for _ in range(60_000)}
    accepted: dict[str, Any] = {}
    for text in sorted(texts):
        document, problems = parse("a.yaml", f"a: {text}\n".encode())
        if problems or document.data["a"] != text:
            continue  # of another form than one scalar: `- a`, `a:`
        with contextlib.suppress(PydanticCustomError):
            accepted[text] = values.free_form(document.data)["a"]
    read = kubernetes.reads(f"a: {text}" for text in accepted)
    for (text, value), go in zip(accepted.items(), read, strict=True):
        for other in (go["a"], yaml.safe_load(f"a: {text}")["a"], core(text)):
            assert (other, type(other) in (int, float)) == (value, type(value) in (int, float)), (
                text
            )
    assert len(accepted) > 20_000


def test_a_wrong_secret_name_is_not_repeated() -> None:
    _, message, _ = refusal(types.SecretName, "Hunter2!")
    assert "Hunter2" not in message


@pytest.mark.parametrize("text", ["", " ", "\t"])
def test_empty_text(text: str) -> None:
    assert refusal(types.Text, text)[1] == "the text is empty"


HOSTS = (
    *("harbor.example.org", "harbor.example.org:5000", "localhost", "localhost:5000", "harbor"),
    *("docker.io", "index.docker.io", "registry-1.docker.io", "*.example.org", "10.0.0.1:5000"),
    *("registry:5000", "Harbor.example.org", "harbor_1.example.org", "-a.example.org", "a..b"),
    *("harbor.example.org:https", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "ghcr.io", ""),
)
PATHS = (
    *("", "/", "/blue", "/blue/", "/v1", "/v1/", "/v2/", "/v2", "/v2/blue", "//blue", "/Blue"),
    *("/blue/app", "/blue/app:1.2", "/blue:5000", "/blue/app@sha256:0a", "/blue/..", "/./blue"),
    *("/blue-", "/blue__a", "/blue___a", "/blue.-a", "/blue/*", "/bl%75e", "/v1/v1/", "/library"),
)
SCHEMES = ("", "https://", "http://", "oci://", "docker://", "HTTPS://", "https://bot@")


@pytest.mark.kubernetes
def test_a_registry_has_images(kubernetes: Kubernetes) -> None:
    """Each accepted server is that of some image, and of a refused one there is none among those near it."""
    servers = [f"{scheme}{host}{path}" for scheme in SCHEMES for host in HOSTS for path in PATHS]
    ends = ("", "a", "/a", "a/b", ":1", "/a:1", "/library/nginx")
    pairs = [
        (server, image)
        for server in servers
        for host, _, path in [re.sub("^.*://|[*]", "", server).partition("/")]
        for name in {f"{host}/{path}", host, path, server, f"{host}/{path[3:]}"}
        for name in (name, f"x{name}")
        for image in {f"{name}{end}" for end in ends} | {"nginx", "docker.io/blue/app"}
        if image
    ]
    pulled: dict[str, bool] = dict.fromkeys(servers, False)
    for (server, _), found in zip(pairs, kubernetes.pulls(pairs), strict=True):
        pulled[server] |= found
    accepted = {it for it in servers if registry_key(it) is not None}
    assert len(accepted) > 300, len(accepted)
    assert [it for it in servers if it in accepted and not pulled[it]] == []
    stricter = {it for it in servers if "@" in it or "%" in it}
    assert [it for it in servers if it not in accepted | stricter and pulled[it]] == []


@pytest.mark.parametrize(
    ("server", "remedy"),
    {
        "oci://harbor.example.org/blue": "write harbor.example.org/blue",
        "docker://docker.io": "write docker.io",
        "index.docker.io/v1": "write docker.io",
        "https://index.docker.io/blue": "write docker.io/blue",
        "harbor.example.org/Blue": "write harbor.example.org/blue",
        "harbor.example.org/blue/app:1.2": "write harbor.example.org/blue/app",
        "harbor.example.org/blue/app@sha256:0a": "write harbor.example.org/blue/app",
        "https://bot:hunter2@harbor.example.org/": "write harbor.example.org",
        "blue": "write the host as images name it, with a dot or a port, or docker.io/blue",
        "-harbor.example.org": "write the host, with its port and path where it has them: "
        "harbor.example.org:5000/blue",
    }.items(),
)
def test_a_server_that_no_image_matches(server: str, remedy: str) -> None:
    message = "no image can match this server: nothing would be pulled with the login"
    assert refusal(types.RegistryServer, server) == ("registry-server", message, remedy)
