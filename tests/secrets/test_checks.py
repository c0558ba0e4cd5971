"""Rules about secret files within the tree: who uses a file, what has the same name, what stacks allow."""

from __future__ import annotations

import pytest

from argoproject.fleet.pipeline import load_fleet, validate_tree
from argoproject.secrets.file import SecretKey
from tests.support.trees import TODAY
from tests.support.vault import ENVIRONMENT, KEY, SECRET, VALUE, Vault, by_text

pytestmark = pytest.mark.sops

EVERYBODY = ("ops", "production", "blue")
REGISTRY = (
    "registries: {r: {server: mirror.example.org, username: u, password: {secret: mirror}}}\n"
)
PLATFORM = "secrets: {mirror: {teams: [blue], urlPrefixes: [mirror.example.org/]}}"


def report_of(vault: Vault) -> list[str]:
    return [
        vault.names_of(str(item)) for item in validate_tree(vault.root, TODAY, "config").problems
    ]


@pytest.fixture
def good(vault: Vault) -> Vault:
    vault.write(SECRET, vault.encrypt({"value": VALUE, "for": KEY}))
    return vault


class TestUnused:
    def test_a_secret_that_nothing_uses(self, good: Vault) -> None:
        made = good.encrypt({"value": "x", "for": "blue/other"})
        good.write("projects/blue/secrets/other.yaml", made)
        assert report_of(good) == [
            "config/projects/blue/secrets/other.yaml: nothing uses the secret (name it ({secret: other}) in a "
            "repository, registry or namespace.secrets, or remove the file) [secret-unused]"
        ]

    def test_a_name_that_was_mistyped(self, good: Vault) -> None:
        made = good.encrypt({"value": "x", "for": "blue/gitlab-token"})
        good.write("projects/blue/secrets/gitlab-token.yaml", made)
        project = good.root / ENVIRONMENT / "project.yaml"
        project.write_text(project.read_text().replace("db:", "t: {t: {secret: gitlab-tokn}}, db:"))
        assert report_of(good) == [
            "config/projects/blue/secrets/gitlab-token.yaml: nothing uses the secret (an environment names "
            "gitlab-tokn: did you mean that? else name it ({secret: gitlab-token}) in a repository, registry or "
            "namespace.secrets, or remove the file) [secret-unused]"
        ]

    @pytest.mark.parametrize("text", ["namespace: [", "namespace: {quto: {}}\n"])
    def test_below_a_broken_file_nobody_can_tell(self, text: str, good: Vault) -> None:
        good.write(f"{ENVIRONMENT}/project.yaml", text)
        assert not any("secret-unused" in line for line in report_of(good))


class TestPlatformSecrets:
    @pytest.fixture
    def shared(self, good: Vault) -> Vault:
        good.write("platform.yaml", good.platform(PLATFORM))
        good.write("projects/blue/team.yaml", REGISTRY)
        made = good.encrypt({"value": "m", "for": "platform/mirror"}, ("ops", "production"))
        good.write("secrets/mirror.yaml", made)
        return good

    def test_a_file_beside_platform_yaml(
        self, shared: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert report_of(shared) == []
        monkeypatch.setenv("SOPS_AGE_KEY", shared.identities["ops"])
        fleet = load_fleet(shared.root, stack="all", select=None, today=TODAY)
        assert by_text(fleet.secret_values([])) == {KEY: VALUE, "platform/mirror": "m"}

    def test_a_team_that_it_is_not_for_does_not_get_it(self, shared: Vault) -> None:
        shared.write("platform.yaml", shared.platform(PLATFORM.replace("blue", "green")))
        (project,) = validate_tree(shared.root, TODAY).projects
        assert project.secret_key("mirror") == SecretKey("blue", "mirror")
        assert "mirror" not in project.secrets

    def test_a_secret_of_the_team_with_its_name(self, shared: Vault) -> None:
        made = shared.encrypt({"value": "x", "for": "blue/mirror"})
        shared.write("projects/blue/secrets/mirror.yaml", made)
        assert (
            "config/projects/blue/secrets/mirror.yaml: the platform has a secret mirror for the team as well "
            "(choose another name for this one) [secret-shadows-platform]"
        ) in report_of(shared)


class TestRecipients:
    def test_a_private_key_in_platform_yaml(self, good: Vault) -> None:
        key = good.identities["ops"]
        good.write("platform.yaml", good.platform(f"recipients: {{platform: [{key}]}}"))
        lines = [line for line in report_of(good) if line.endswith("[recipient]")]
        assert len(lines) == 1
        assert (
            "this is a private key: it is in Git now, and opens every file that it is for"
            in lines[0]
        )
        assert key not in "".join(report_of(good))

    def test_a_letter_that_is_wrong(self, good: Vault) -> None:
        key = good.recipients["ops"]
        wrong = key[:-1] + ("q" if key[-1] != "q" else "p")
        good.write("platform.yaml", good.platform(f"recipients: {{platform: [{wrong}]}}"))
        assert [
            line for line in report_of(good) if "this is not a recipient that sops knows" in line
        ]

    def test_without_any_the_files_are_what_their_authors_made_them(self, good: Vault) -> None:
        people = "{recipients: null, teams: {blue: {recipients: null}, green: {recipients: null}}}"
        good.write("platform.yaml", good.platform(people))
        (good.root / ".sops.yaml").unlink()
        assert report_of(good) == []


class TestSopsConfig:
    LINE = "config/.sops.yaml: .sops.yaml {}: sops would encrypt new files for the wrong people (make it: "
    REMEDY = "argoproject secret sops-config) [sops-config]"

    def test_it_is_missing(self, good: Vault) -> None:
        (good.root / ".sops.yaml").unlink()
        assert report_of(good) == [self.LINE.format("is missing") + self.REMEDY]

    def test_a_link_is_none(self, good: Vault) -> None:
        """sops would follow it to rules that were not reviewed here."""
        file = good.root / ".sops.yaml"
        file.rename(good.root.parent / "elsewhere.yaml")
        file.symlink_to(good.root.parent / "elsewhere.yaml")
        assert report_of(good) == [self.LINE.format("is missing") + self.REMEDY]

    def test_somebody_changed_it(self, good: Vault) -> None:
        file = good.root / ".sops.yaml"
        file.write_text(file.read_text() + "# mine\n")
        what = "is not what the recipients of platform.yaml make of it"
        assert report_of(good) == [self.LINE.format(what) + self.REMEDY]


class TestCopies:
    REMEDY = (
        "(a secret for several environments belongs next to their product.yaml or team.yaml; else set it again: "
        "argoproject secret set blue/shop/eu-1/prod {}) [secret-copied]"
    )

    def test_in_three_files(self, good: Vault) -> None:
        text = good.encrypt({"value": VALUE})
        folder = f"{ENVIRONMENT}/secrets"
        for name in ("db-password", "b", "c"):
            good.write(f"{folder}/{name}.yaml", text)
        lines = [line for line in report_of(good) if line.endswith("[secret-copied]")]
        assert lines == [
            f"config/{folder}/{name}.yaml:1:1: value: the same ciphertext is in config/{folder}/{one}.yaml, "
            f"config/{folder}/{two}.yaml {self.REMEDY.format(name)}"
            for name, one, two in (
                ("b", "c", "db-password"),
                ("c", "b", "db-password"),
                ("db-password", "b", "c"),
            )
        ]

    def test_twice_in_one_file(self, good: Vault) -> None:
        text = good.encrypt({"value": VALUE})
        value, rest = text.split("\n", 1)
        assert value.startswith("value: ")
        good.write(SECRET, "\n".join((value, value.replace("value", "for"), rest)))
        lines = [line for line in report_of(good) if line.endswith("[secret-copied]")]
        assert lines == [
            f"config/{SECRET}:{line}:1: {key}: the same ciphertext is in the file a second time "
            f"{self.REMEDY.format('db-password')}"
            for line, key in ((1, "value"), (2, "for"))
        ]


class TestStackFiles:
    def stack(self, vault: Vault, name: str, text: str) -> None:
        folder = vault.root.parent
        (folder / "Pulumi.yaml").write_text("name: argo-projects\n")
        select = "{environments: [prod]}" if name == "prod" else "{environments: [dev, staging]}"
        (folder / f"Pulumi.{name}.yaml").write_text(
            f"config:\n  argo-projects:config: config\n  argo-projects:select: {select}\n{text}"
        )

    def test_a_secret_in_clear_that_is_not_there(self, good: Vault) -> None:
        self.stack(good, "prod", f"  argo-projects:plainSecrets: [{KEY}, blue/x]\n")
        remedy = "remove it"
        assert report_of(good) == [
            f"Pulumi.prod.yaml:4:32: argo-projects:plainSecrets[0]: there is no secret {KEY} in clear ({remedy}) "
            "[plain-secret]",
            f"Pulumi.prod.yaml:4:{34 + len(KEY)}: argo-projects:plainSecrets[1]: there is no secret blue/x in clear "
            f"({remedy}) [plain-secret]",
        ]

    def test_keys_for_helm_secrets(self, good: Vault) -> None:
        text = "  argo-projects:helmSecretsKeys: {blu: {secure: v1:x:x}, green: {secure: v1:y:y}}\n"
        self.stack(good, "prod", text)
        self.stack(good, "dev", "  argo-projects:helmSecretsKeys: {green: {secure: v1:x:x}}\n")
        assert report_of(good) == [
            "Pulumi.prod.yaml:4:35: argo-projects:helmSecretsKeys.blu: platform.yaml has no team blu (did you mean "
            "blue?) [unknown-team]",
            "Pulumi.prod.yaml:4:58: argo-projects:helmSecretsKeys.green: Pulumi.dev.yaml has this key as well: the "
            "stacks would overwrite each other's (keep one) [helm-secrets-key-twice]",
        ]


def test_a_secret_encrypted_as_a_whole_is_told_once(good: Vault) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {a: b}\n"
    good.write(f"{ENVIRONMENT}/manifests/x.yaml", good.encrypt(text, EVERYBODY))
    assert [line.rpartition("[")[2] for line in report_of(good)] == ["manifest-encrypted]"]


@pytest.mark.parametrize(
    "name", ["db-password.yaml~", ".db-password.yaml.swp", "#x#", "db.yaml\n::error::x.yaml"]
)
def test_what_an_editor_leaves_beside_secrets_is_refused(name: str, good: Vault) -> None:
    """It holds them in clear."""
    good.write(f"{ENVIRONMENT}/secrets/{name}", VALUE)
    (line,) = report_of(good)
    assert line.endswith("[unexpected-file]")
    assert line.isprintable()


def test_a_key_that_stands_twice_is_not_repeated(good: Vault) -> None:
    """It may be the secret itself."""
    good.write(SECRET, f"{VALUE}: x\n{VALUE}: y\n")
    assert VALUE not in "".join(report_of(good))


def test_a_plain_secret_of_a_team_is_for_all_stacks_that_take_the_team(vault: Vault) -> None:
    folder = vault.root.parent
    vault.write(f"{ENVIRONMENT}/project.yaml", "versions: {application: v1.4.2}\n")
    vault.write("projects/blue/team.yaml", "namespace: {secrets: {s: {key: {secret: session}}}}\n")
    vault.write("projects/blue/shop/eu-1/dev/project.yaml", "versions: {application: v1.4.2}\n")
    vault.write("projects/blue/secrets/session.yaml", "value: x\n")
    (folder / "Pulumi.yaml").write_text("name: argo-projects\n")
    allowed = "  argo-projects:plainSecrets: [blue/session]\n"
    for text, expected in (
        (("", allowed), True),
        ((allowed, ""), True),
        ((allowed, allowed), False),
    ):
        for name, more in zip(("dev", "prod"), text, strict=True):
            select = f"  argo-projects:select: {{environments: [{name}]}}\n"
            head = "config:\n  argo-projects:config: config\n"
            (folder / f"Pulumi.{name}.yaml").write_text(f"{head}{select}{more}")
        assert any("[secret-plain]" in line for line in report_of(vault)) is expected
