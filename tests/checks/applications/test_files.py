"""Files that a source may name: those that stay in the reviewed repository, and those that leave it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from argoproject.checks.applications.applications import check as check_applications
from argoproject.checks.applications.files import (
    Keyring,
    NamedFile,
    kustomize_mistake,
    templated_file_mistake,
    value_file_mistake,
)
from argoproject.checks.applications.sets import check_application_sets
from argoproject.models.platform import HelmSecretsKey, Platform
from tests.support.reports import reported

PLATFORM = Platform.model_validate(
    {
        "version": "1",
        "argocd": {"cluster": "hub", "version": "3.5"},
        **dict.fromkeys(  # noqa: RUF024  # nothing writes to it
            ("clusters", "environmentClasses", "environments", "profiles", "teams"), {}
        ),
    }
)
KEYRING = Keyring(PLATFORM, "blue")
DECLARED = Keyring(
    PLATFORM.model_copy(
        update={
            "helm_secrets_keys": {
                "platform": HelmSecretsKey(secret="helm-secrets-age-private-key", file="key.txt"),
                "blue": HelmSecretsKey(secret="blue-key"),
                "green": HelmSecretsKey(file="green.txt"),
            }
        }
    ),
    "blue",
)
REFS = {"values": None, "chart": "podinfo"}


@pytest.mark.parametrize(
    "text", ["./base", "../base", "a/b", "github.com", "deploy/github.com/x", "v1.2/x"]
)
def test_components_of_the_repository(text: str) -> None:
    assert kustomize_mistake(text, "component") is None


@pytest.mark.parametrize(
    "text",
    [
        "git:x", "git@x", "base?ref=main", "base//x", "github.com/owner/repository", "https://x/y", "x.example.org/y",
    ],
)  # fmt: skip
def test_components_from_elsewhere(text: str) -> None:
    mistake = kustomize_mistake(text, "component")
    assert mistake is not None
    assert mistake.code == "component-url"
    assert (
        mistake.message
        == "the component is a URL: it is fetched from outside the source and its revision"
    )


KEY = "the key that decrypts this is not the team's: it could decrypt other teams' secrets"
PARENT = "the value file leaves its folder through `..`"
REF = "Argo CD fills in `$<ref>` only at the beginning of an entry, not inside a URL"
NO_URL = "this is not a URL of helm-secrets"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("secrets://a/b.yaml", None),
        ("secrets+age-import://key.txt?b.yaml", None),
        ("secrets+age-import://a/b/key.txt?b.yaml", None),
        ("secrets+age-import:///helm-secrets-private-keys/key.txt?b.yaml", None),
        ("secrets+gpg-import:///helm-secrets-private-keys/blue/key.asc?b.yaml", None),
        ("secrets+age-import:///helm-secrets-private-keys/green/key.txt?b.yaml", KEY),
        ("secrets+age-import:///helm-secrets-private-keys/blue/x/key.txt?b.yaml", KEY),
        ("secrets+age-import:///etc/key.txt?b.yaml", KEY),
        ("secrets+age-import:///key.txt?b.yaml", KEY),
        ("secrets+age-import:///helm-secrets-private-keys/../etc/key.txt?b.yaml", PARENT),
        ("secrets+age-import://../key.txt?b.yaml", PARENT),
        ("secrets+age-import-kubernetes://argocd/helm-secrets-private-keys#key?b.yaml", None),
        ("secrets+age-import-kubernetes://argocd/helm-secrets-blue#key?b.yaml", None),
        ("secrets+age-import-kubernetes://argocd/helm-secrets-green#key?b.yaml", KEY),
        ("secrets+age-import-kubernetes://other/helm-secrets-blue#key?b.yaml", KEY),
        ("secrets+age-import-kubernetes://argocd/helm-secrets-blue#key?$values/b.yaml", REF),
        ("secrets://$values/b.yaml", REF),
        ("secrets://../b.yaml", PARENT),
        ("secrets+age-import://key.txt?../b.yaml", PARENT),
        ("secrets+age-import-kubernetes://argocd/helm-secrets-blue#key?../b.yaml", PARENT),
        ("secrets+literal://x", NO_URL),
        ("secrets://", NO_URL),
    ],
)
def test_files_that_helm_secrets_decrypts(text: str, message: str | None) -> None:
    mistake = value_file_mistake(text, REFS, KEYRING)
    assert (mistake and mistake.message) == message


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ("helm-secrets-age-private-key#key.txt", None),
        ("helm-secrets-age-private-key#key", KEY),
        ("blue-key#any", None),
        ("helm-secrets-private-keys#key.txt", KEY),
        ("helm-secrets-blue#key.txt", KEY),
        ("helm-secrets-green#green.txt", KEY),
    ],
)
def test_keys_with_names_of_platform_yaml(secret: str, message: str | None) -> None:
    text = f"secrets+age-import-kubernetes://argocd/{secret}?b.yaml"
    mistake = value_file_mistake(text, REFS, DECLARED)
    assert (mistake and mistake.message) == message
    if mistake is not None:
        assert mistake.remedy == (
            "name the Secret helm-secrets-age-private-key#key.txt or blue-key in argocd, "
            "or a file below /helm-secrets-private-keys/"
        )


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("$values/x.yaml", None),
        ("$ARGOCD_APP_NAME/x.yaml", None),
        ("$valus/x.yaml", "did you mean $values?"),
        ("$other/x.yaml", "known: $chart, $values"),
        ("$chart/x.yaml", "put the file into a Git repository"),
        (
            "$values/../x.yaml",
            "add the repository as a source with a `ref`, and write `$<ref>/<path>`",
        ),
        ("$values", "write a path below the source, or remove the key"),
    ],
)
def test_files_of_another_source(text: str, remedy: str | None) -> None:
    mistake = value_file_mistake(text, REFS, KEYRING)
    assert (mistake and mistake.remedy) == remedy


def test_without_a_ref_the_remedy_is_to_add_one() -> None:
    mistake = value_file_mistake("$values/x.yaml", {}, KEYRING)
    assert mistake is not None
    assert mistake.remedy == "add a source with `ref: values`"


BEGINS = "the file begins with a template: it could be a URL, or name another team's key"
TEMPLATED = "the URL is templated: it must show which key decrypts the file"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("values/{{ .n }}.yaml", None),
        ("$values/{{ .n }}.yaml", None),
        ("{{ .path.path }}/values.yaml", None),
        ("{{.path.path}}/values.yaml", None),
        ("secrets://a/{{ .n }}.yaml", None),
        ("{{ .n }}/values.yaml", BEGINS),
        (" {{ .n }}/values.yaml", BEGINS),
        ("secrets://{{ .n }}", TEMPLATED),
        ("secrets:// {{ .n }}", TEMPLATED),
        ("secrets+age-import://{{ .n }}?x", TEMPLATED),
        ("secrets://a/{{ .n }}?x://b", NO_URL),
        ("$other/{{ .n }}.yaml", "no source of this Application has `ref: other`"),
        ("secrets+age-import-kubernetes://argocd/helm-secrets-green#key?b.yaml", KEY),
    ],
)
def test_templated_files_that_only_a_repository_fills(text: str, message: str | None) -> None:
    mistake = templated_file_mistake(NamedFile((), "value file", text), REFS, KEYRING, None)
    assert (mistake and mistake.message) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ .fine }}", None),
        ("{{ .ref }}/x.yaml", None),
        ("{{ .up }}/x.yaml", PARENT),
        ("{{ .other }}/x.yaml", "no source of this Application has `ref: other`"),
        ("{{ .key }}", KEY),
        ("{{ .fine | slugify }}", BEGINS),
    ],
)
def test_templated_files_with_what_each_element_makes_of_them(
    text: str, message: str | None
) -> None:
    element = {
        "fine": "x.yaml",
        "ref": "$values",
        "up": "..",
        "other": "$other",
        "key": "secrets+age-import-kubernetes://argocd/helm-secrets-green#key?b.yaml",
    }
    other = dict.fromkeys(element, "y.yaml")
    mistake = templated_file_mistake(
        NamedFile((), "value file", text), REFS, KEYRING, [other, element]
    )
    assert (mistake and mistake.message) == message


SOURCE = """\
{repoURL: "https://gitlab.example.org/blue/shop.git", targetRevision: v1.0.0, path: ../a, chart: ../b,
 helm: {valueFiles: [a.yaml, /b.yaml, $x/c.yaml], fileParameters: [{name: a, path: "https://x"}, {name: b, path: ""}]},
 directory: {jsonnet: {libs: [lib, ~/lib]}},
 kustomize: {components: [../c, "git@x:y"], patches: [{patch: "a: b"}, {path: "https://x/y"}]}}"""


def test_applications_and_templates_are_judged_alike(tmp_path: Path) -> None:
    """The same mistakes in the files of a source, whether it is an Application's or a template's."""
    of_file = ("source-", "value-file-", "unknown-ref", "component-url", "patch-url")
    own = {"project.yaml": f"applications: {{x: {{source: {SOURCE}}}}}\n"}
    element = 'generators: [{list: {elements: [{n: a}]}}], template: {name: "{{ .n }}"'
    generated = {"project.yaml": f"applicationSets: {{x: {{{element}, source: {SOURCE}}}}}}}\n"}
    reports = [
        {
            re.sub(r".*?\.source\b", "", line, count=1)
            for line in reported(check, tmp_path / str(number), files)
            if line.rpartition("[")[2].startswith(of_file)
        }
        for number, (check, files) in enumerate(
            ((check_applications, own), (check_application_sets, generated))
        )
    ]
    assert len(reports[0]) == 9
    assert reports[0] == reports[1]


@pytest.mark.parametrize(
    ("schemes", "text", "refused"),
    [
        ([], "secrets://x.yaml", True),
        (["secrets"], "secrets://x.yaml", False),
        (["secrets"], "secrets+age-import:///helm-secrets-private-keys/key.txt?x.yaml", True),
        (["https", "secrets+age-import"], "secrets+age-import:///helm-secrets-private-keys/key.txt?x.yaml", False),
        (None, "secrets://x.yaml", False),
        ([], "x.yaml", False),
    ],
)  # fmt: skip
def test_argo_cd_reads_the_schemes_that_platform_yaml_declares(
    schemes: list[str] | None, text: str, refused: bool
) -> None:
    argocd = {"cluster": "hub", "version": "3.5"}
    declared = argocd if schemes is None else {**argocd, "helmValuesFileSchemes": schemes}
    data = PLATFORM.model_dump(by_alias=True, exclude_unset=True) | {"argocd": declared}
    mistake = value_file_mistake(text, REFS, Keyring(Platform.model_validate(data), "blue"))
    assert (mistake is not None) is refused
    if mistake is not None:
        assert mistake.code == "helm-secrets-scheme"
        assert mistake.message.startswith("Argo CD reads no value files with the scheme secrets")
