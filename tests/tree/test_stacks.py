"""Stacks: selections, and the stack files next to Pulumi.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from argoproject.identity import Identity
from argoproject.tree.selection import Selection
from argoproject.tree.stacks import KEYS, parse_selection, stack_files
from tests.support.paths import ROOT

SHOP = Identity("blue", "shop", "eu-1", "prod")


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(), True),
        (Selection(teams=("blue",)), True),
        (Selection(teams=("green",)), False),
        (Selection(products=("shop",)), True),
        (Selection(products=("blue/shop",)), True),
        (Selection(products=("green/shop",)), False),
        (Selection(clusters=("eu-*",)), True),
        (Selection(environments=("dev", "staging")), False),
        (Selection(teams=("blue",), environments=("dev",)), False),
        (Selection(teams=()), False),
    ],
)
def test_every_given_list_must_match(selection: Selection, taken: bool) -> None:
    assert selection.takes(SHOP) is taken


@pytest.mark.parametrize(
    ("selection", "folder", "taken"),
    [
        (Selection(teams=("blue",), environments=("dev",)), "blue", True),
        (Selection(teams=("green",)), "blue/shop", False),
        (Selection(products=("blue/s*",)), "blue/shop", True),
        (Selection(products=("green/shop",)), "blue/shop", False),
        (Selection(products=("green/shop",)), "blue", True),
        (Selection(clusters=("hub",)), "blue/shop/eu-1/prod", False),
    ],
)
def test_environments_below_a_folder_that_a_stack_could_take(
    selection: Selection, folder: str, taken: bool
) -> None:
    assert selection.takes_below(folder.split("/")) is taken


def test_a_selection_that_is_written_wrongly() -> None:
    _, problems = parse_selection({"team": ["blue"], "clusters": "eu-1"})
    assert [str(problem) for problem in problems] == [
        "stack config: select.clusters: must be a list (write [a, b], or one `- item` a line) "
        "[wrong-type]",
        "stack config: select.team: unknown key (did you mean `teams`?) [unknown-key]",
    ]


@pytest.mark.parametrize("value", [[], "", False, 0])
def test_an_empty_value_is_no_selection_of_everything(value: object) -> None:
    selection, problems = parse_selection(value)
    assert selection is None
    assert [str(problem) for problem in problems] == [
        "stack config: select: must be a mapping (write keys and values) [wrong-type]"
    ]


def test_without_a_value_or_with_an_empty_mapping_everything_is_selected() -> None:
    assert parse_selection(None) == parse_selection({}) == (Selection(), [])


def write(root: Path, name: str, text: str) -> None:
    (root / name).write_text(text)


def test_stack_files_are_those_that_deploy_from_the_tree(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    write(tmp_path, "Pulumi.yaml", "name: argo-projects\n")
    write(tmp_path, "Pulumi.one.yaml", "config: {argo-projects:select: {teams: [blue]}}\n")
    write(tmp_path, "Pulumi.other.yaml", "config: {argo-projects:config: elsewhere}\n")
    write(tmp_path, "Pulumi.bad.yaml", "config:\n  argo-projects:select: {teem: [blue]}\n")
    stacks, problems = stack_files(config)
    assert [stack.name for stack in stacks] == ["one"]
    assert stacks[0].selection.teams == ("blue",)
    assert [str(problem) for problem in problems] == [
        "Pulumi.bad.yaml:2:26: argo-projects:select.teem: unknown key (did you mean `teams`?) [unknown-key]",
        "Pulumi.other.yaml:1:10: argo-projects:config: warning: there is no platform.yaml in this folder (name the "
        "folder, relative to Pulumi.yaml) [no-tree]",
    ]


def test_a_stack_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    write(tmp_path, "Pulumi.yaml", "name: argo-projects\n")
    (tmp_path / "Pulumi.dev.yaml").mkdir()
    write(tmp_path, "one.yaml", "config: {}\n")
    (tmp_path / "Pulumi.one.yaml").symlink_to("one.yaml")
    (tmp_path / "Pulumi.zzz.yaml").symlink_to("missing.yaml")
    stacks, problems = stack_files(config)
    assert [stack.name for stack in stacks] == ["one"]
    assert [str(problem) for problem in problems] == [
        "Pulumi.dev.yaml: the file cannot be read: it is not a regular file (check it) [unreadable]",
        "Pulumi.zzz.yaml: the file cannot be read: No such file or directory (check it) [unreadable]",
    ]


def test_a_mistyped_key_of_a_stack_is_no_selection_of_everything(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    write(tmp_path, "Pulumi.yaml", "name: argo-projects\n")
    write(
        tmp_path,
        "Pulumi.one.yaml",
        "config:\n  argo-projects:selct: {teams: [blue]}\n  other:selct: 1\n",
    )
    _, problems = stack_files(config)
    assert [str(problem) for problem in problems] == [
        "Pulumi.one.yaml:2:3: argo-projects:selct: unknown key (did you mean `argo-projects:select`?) [unknown-key]"
    ]


def test_the_known_keys_are_those_of_pulumi_yaml() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert sorted(declared) == sorted(KEYS)


def test_without_a_pulumi_yaml_there_are_no_stacks(tmp_path: Path) -> None:
    assert stack_files(tmp_path) == ([], [])


class TestPulumiYaml:
    """Stack files are read as Pulumi reads them."""

    def reports(
        self, root: Path, project: str, stack: str, file: str = "Pulumi.one.yaml"
    ) -> list[str]:
        (root / "config").mkdir(exist_ok=True)
        write(root, "Pulumi.yaml", project)
        (root / file).parent.mkdir(exist_ok=True)
        write(root, file, stack)
        stacks, problems = stack_files(root / "config")
        teams = [f"{stack.name} takes {stack.selection.teams}" for stack in stacks]
        return [*teams, *map(str, problems)]

    @pytest.mark.parametrize(
        "project", ["name: p\nstackConfigDir: stacks\n", "name: p\nconfig: stacks\n"]
    )
    def test_stack_files_may_have_a_folder(self, tmp_path: Path, project: str) -> None:
        """`config` with a text is the older spelling."""
        write(tmp_path, "Pulumi.ignored.yaml", "config: {}\n")
        stack = "config: {p:select: {teams: [blue]}}\n"
        found = self.reports(tmp_path, project, stack, "stacks/Pulumi.one.yaml")
        assert found == ["one takes ('blue',)"]

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert self.reports(tmp_path, "name: p\nstackConfigDir: stack\n", "config: {}\n") == [
            "Pulumi.yaml:2:1: stackConfigDir: there is no folder of this name, so no stack file can be read (correct "
            "it: the folder is relative to Pulumi.yaml) [stack-folder]"
        ]

    def test_two_names_of_the_folder(self, tmp_path: Path) -> None:
        (tmp_path / "stacks").mkdir()
        assert self.reports(tmp_path, "name: p\nconfig: a\nstackConfigDir: stacks\n", "") == [
            "Pulumi.yaml:2:1: config: `config` and `stackConfigDir` both name the folder of the stack files: Pulumi "
            "refuses that (keep stackConfigDir) [stack-folder]"
        ]

    @pytest.mark.parametrize("key", ["envs:select", "select", "envs:config:select"])
    def test_keys_have_the_name_of_the_project(self, tmp_path: Path, key: str) -> None:
        found = self.reports(tmp_path, "name: envs\n", f"config: {{'{key}': {{teams: [blue]}}}}\n")
        assert found == ["one takes ('blue',)"]

    @pytest.mark.parametrize("key", ["argo-projects:select", "env:select"])
    def test_keys_of_another_project(self, tmp_path: Path, key: str) -> None:
        """Pulumi would ignore the selection, and the stack take everything."""
        found = self.reports(tmp_path, "name: envs\n", f"config: {{'{key}': {{teams: [blue]}}}}\n")
        assert found == [
            "one takes None",
            f"Pulumi.one.yaml:1:10: {key}: the project of Pulumi.yaml is envs: its program does not read this key "
            "(write `envs:select`) [unknown-key]",
        ]

    def test_keys_of_providers_are_no_concern_of_ours(self, tmp_path: Path) -> None:
        keys = "{pulumi:disable-default-providers: [kubernetes], kubernetes:context: x}"
        assert self.reports(tmp_path, "name: p\n", f"config: {keys}\n") == ["one takes None"]

    @pytest.mark.parametrize(
        "block",
        [
            "{default: {teams: [red]}}",
            "{value: {teams: [red]}}",
            "{type: object, default: {teams: [red]}}",
        ],
    )
    def test_defaults_of_the_project(self, tmp_path: Path, block: str) -> None:
        project = f"name: p\nconfig: {{select: {block}}}\n"
        assert self.reports(tmp_path, project, "config: {}\n") == ["one takes ('red',)"]
        stack = "config: {p:select: {teams: [blue]}}\n"
        assert self.reports(tmp_path, project, stack) == ["one takes ('blue',)"]

    def test_a_mistake_in_a_default_is_reported_there(self, tmp_path: Path) -> None:
        project = "name: p\nconfig:\n  ageKey: {default: AGE-SECRET-KEY-1X}\n"
        (line,) = self.reports(tmp_path, project, "")[1:]
        assert line.startswith("Pulumi.yaml:3:12: p:ageKey: the value is not encrypted")
        assert "AGE-SECRET" not in line

    def test_settings_of_deployments_are_no_stack(self, tmp_path: Path) -> None:
        write(tmp_path, "Pulumi.one.deploy.yaml", "settings: {}\n")
        assert self.reports(tmp_path, "name: p\n", "config: {}\n") == ["one takes None"]

    def test_an_invalid_pulumi_yaml(self, tmp_path: Path) -> None:
        assert self.reports(tmp_path, "[]", "config: {}\n") == [
            "one takes None",
            "Pulumi.yaml:1:1: must be a mapping (write keys and values) [wrong-type]",
        ]


CLEAR = "s3cr-et hunter2"
IN_CLEAR = {
    "secrets.blue.db": "secrets: {blue: {db: WORD}}",
    "secrets.blue.db[0]": "secrets: {blue: {db: [WORD]}}",
    "secrets.blue": "secrets: {blue: WORD}",
    "secrets": "secrets: WORD",
    "secrets.blue.db.secure": "secrets: {blue: {db: {secure: WORD}}}",
    "secrets.blue.token.secure": "secrets: {blue: {token: {secure: hunter2secret}}}",
    "secrets.blue.user.secure": "secrets: {blue: {user: {secure: v1:hunter2secret}}}",
    "secrets.blue.word.secure": "secrets: {blue: {word: {secure: 'v1:hunter2:hunter2secret'}}}",
    "ageKey.secure": "ageKey: {secure: aHVudGVyMnNlY3JldA==}",
    "ageKey": "ageKey: WORD",
    "helmSecretsKeys.blue": "helmSecretsKeys: {blue: WORD}",
    "clusters.hub.kubeconfig": "clusters: {hub: {kubeconfig: 'users: [{token: WORD}]'}}",
    "clusters.eu-1.kubeconfig": "clusters: {hub: {context: hub}, eu-1: {kubeconfig: '{\"token\": WORD}'}}",
    "clusters.hub.kubeconfig.users[0].token": "clusters: {hub: {kubeconfig: {users: [{token: WORD}]}}}",
}


@pytest.mark.parametrize("path", IN_CLEAR)
def test_secrets_in_clear_are_refused_and_not_repeated(tmp_path: Path, path: str) -> None:
    (tmp_path / "config").mkdir()
    write(tmp_path, "Pulumi.yaml", "name: envs\n")
    text = IN_CLEAR[path].replace("WORD", CLEAR)
    write(tmp_path, "Pulumi.one.yaml", f"config:\n  envs:{text}\n")
    _, problems = stack_files(tmp_path / "config")
    (found,) = [problem for problem in problems if problem.code == "secret-plain"]
    assert found.path == f"envs:{path}"
    assert (found.position.file, found.position.line) == ("Pulumi.one.yaml", 2)
    assert found.remedy == (
        f"pulumi config set --stack one --secret --path 'envs:{path.removesuffix('.secure')}'; "
        "if Git has seen it, replace it where it is valid"
    )
    assert not any(word in str(problems) for word in (*CLEAR.split(), "hunter2", "aHVudGVy"))


@pytest.mark.parametrize(
    "text",
    [
        "secrets: {secure: v1:abc=:def==}",
        "secrets: {blue: {db: {secure: AAABAKbd/+98AAABAKbd/+98AAABAKbd/+98AAABAKbd/+9=}, empty: , none: ''}}",
        "ageKey: ''",
        "clusters: {hub: {kubeconfig: ~/.kube/config}, eu-1: {kubeconfig: {secure: v1:abc=:def=}}, eu-2: }",
        "clusters: {hub: {context: a, qps: 10.5, burst: '20', timeout: 3}}",
        "adopt: 'true'",
    ],
)
def test_what_is_encrypted_empty_or_no_secret(tmp_path: Path, text: str) -> None:
    (tmp_path / "config").mkdir()
    write(tmp_path, "Pulumi.yaml", "name: envs\n")
    write(tmp_path, "Pulumi.one.yaml", f"config:\n  envs:{text}\n")
    stacks, problems = stack_files(tmp_path / "config")
    assert (len(stacks), problems) == (1, [])


@pytest.mark.parametrize("key", ["admissionPolicies", "adopt", "config", "plainSecrets"])
def test_what_is_no_secret_is_not_encrypted(tmp_path: Path, key: str) -> None:
    (tmp_path / "config").mkdir()
    write(tmp_path, "Pulumi.yaml", "name: envs\n")
    write(tmp_path, "Pulumi.one.yaml", f"config:\n  envs:{key}: {{secure: v1:x:x}}\n")
    _, [found] = stack_files(tmp_path / "config")
    assert str(found) == (
        f"Pulumi.one.yaml:2:3: envs:{key}: the value is encrypted, and is not a secret: nothing here can judge it "
        "(write it in clear) [stack-encrypted]"
    )


def test_mistyped_keys_below_the_keys_have_their_place(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    write(tmp_path, "Pulumi.yaml", "name: envs\n")
    text = "config:\n  envs:clusters:\n    hub: {contxt: a}\n    eu-1: {qps: fast}\n  plainSecrets: x\n"
    write(tmp_path, "Pulumi.one.yaml", text)
    _, problems = stack_files(tmp_path / "config")
    assert list(map(str, problems)) == [
        "Pulumi.one.yaml:3:11: envs:clusters.hub.contxt: unknown key (did you mean `context`?) [unknown-key]",
        "Pulumi.one.yaml:4:12: envs:clusters.eu-1.qps: is not a number above 0 (write digits) [number]",
        "Pulumi.one.yaml:5:3: envs:plainSecrets: must be a list (write [a, b], or one `- item` a line) [wrong-type]",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "envs:adopt: yes",
            "2:3: envs:adopt: is not true or false (write true or false) [wrong-type]",
        ),
        (
            "envs:adopt: 1",
            "2:3: envs:adopt: is not true or false (write true or false) [wrong-type]",
        ),
        *(
            (
                text,
                f"2:3: {text.partition(': ')[0]}: the value is not encrypted: everybody who can read the repository "
                f"can read the secret (pulumi config set --secret '{text.partition(': ')[0]}'; if Git has seen it, "
                "replace it where it is valid) [secret-plain]",
            )
            for text in (
                "gitlab:token: hunter2secret",
                "kubernetes:kubeconfig: '{users: [{token: hunter2secret}]}'",
                "aws:secretKey: hunter2secret",
                "other:options: {db: {password: hunter2secret}}",
            )
        ),
        ("kubernetes:kubeconfig: ~/.kube/config", ""),
        ("gitlab:token: {secure: v1:abc=:def=}", ""),
        ("aws:region: eu-central-1", ""),
        ("envs:adopt: 'false'", ""),
    ],
)
def test_values_of_providers_and_switches(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "config").mkdir()
    write(tmp_path, "Pulumi.yaml", "name: envs\n")
    write(tmp_path, "Pulumi.one.yaml", f"config:\n  {line}\n")
    _, problems = stack_files(tmp_path / "config")
    assert list(map(str, problems)) == [f"Pulumi.one.yaml:{message}"] * bool(message)


def test_keys_next_to_config_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    write(tmp_path, "Pulumi.yaml", "name: envs\n")
    text = "config: {}\nenvs:ageKey: AGE-SECRET-KEY-1ABC\nselect: {}\nencryptionsalt: v1:x\nkubernetes:context: a\n"
    write(tmp_path, "Pulumi.one.yaml", text)
    _, problems = stack_files(tmp_path / "config")
    words = (
        "Pulumi does not read this key next to `config` (indent it below `config`) [unknown-key]"
    )
    assert list(map(str, problems)) == [
        f"Pulumi.one.yaml:2:1: envs:ageKey: {words}",
        f"Pulumi.one.yaml:3:1: select: {words}",
        f"Pulumi.one.yaml:5:1: kubernetes:context: {words}",
    ]
