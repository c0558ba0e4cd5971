"""Running a program: its config, its surroundings, its failures."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pulumi
import pytest

from argoproject.preview.program import Program, load_program, run_program
from tests.preview.projects import write_project

ECHO = """\
import pulumi
config = pulumi.Config()
pulumi.export("seen", {key: config.get(key) for key in KEYS})
"""


def echoed(root: Path, *keys: str, project: str, stack: str) -> dict[str, Any]:
    """What a program gets to see of its config."""
    program = ECHO.replace("KEYS", repr(list(keys)))
    write_project(root, program, project=project, stack=stack)
    seen = run_program(load_program(root, "dev")).outputs["seen"]
    assert isinstance(seen, dict)
    return seen


def test_the_stack_overrides_defaults_of_the_project(tmp_path: Path) -> None:
    project = """\
name: p
config:
  plain: text
  typed: {type: string, default: typed}
  fixed: {value: fixed}
  object: {type: object, default: {a: [1, true]}}
  overridden: {type: string, default: project}
  bare: {type: string}
"""
    stack = "config: {'p:overridden': stack, 'p:number': 3, 'p:flag': true, 'p:list': [a]}\n"
    keys = ("plain", "typed", "fixed", "object", "overridden", "bare", "number", "flag", "list")
    assert echoed(tmp_path, *keys, project=project, stack=stack) == {
        "plain": "text",
        "typed": "typed",
        "fixed": "fixed",
        "object": '{"a": [1, true]}',
        "overridden": "stack",
        "bare": None,
        "number": "3",
        "flag": "true",
        "list": '["a"]',
    }


def test_a_key_of_the_stack_may_leave_the_project_out(tmp_path: Path) -> None:
    project = "name: p\nconfig: {'p:key': {type: string, default: project}}\n"
    assert echoed(tmp_path, "key", project=project, stack="config: {'p:key': stack}\n") == {
        "key": "stack"
    }


def test_encrypted_values_are_placeholders_that_change_with_them(tmp_path: Path) -> None:
    def seen(encrypted: str) -> Any:
        stack = f"config: {{'p:secrets': {{blue: {{token: {{secure: {encrypted}}}, user: bob}}}}}}"
        text = echoed(tmp_path, "secrets", project="name: p\n", stack=stack)["secrets"]
        return json.loads(text)["blue"]

    first, second = seen("v1:abc"), seen("v1:def")
    assert first["user"] == "bob"
    assert first["token"].startswith("<encrypted ")
    assert "abc" not in first["token"]
    assert first["token"] != second["token"]
    assert seen("v1:abc") == first


def test_keys_with_encrypted_values_are_known_as_secret(tmp_path: Path) -> None:
    stack = "config: {'p:a': {secure: x}, 'p:b': {c: [{d: {secure: x}}]}, 'p:e': {f: secure}}\n"
    program = load_program(write_project(tmp_path, project="name: p\n", stack=stack), "dev")
    assert program.secret_keys == ("p:a", "p:b")


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("Pulumi.yaml", None, "{root}/Pulumi.yaml: No such file or directory"),
        ("Pulumi.yaml", "[]", "{root}/Pulumi.yaml: expected a mapping"),
        (
            "Pulumi.dev.yaml",
            "config:\n  a: s3cr3t: x\n",
            "{root}/Pulumi.dev.yaml: not valid YAML: line 2, column 12",
        ),
    ],
)
def test_unusable_files_are_reported_without_their_content(
    tmp_path: Path, file: str, content: str | None, message: str
) -> None:
    write_project(tmp_path)
    if content is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_text(content.replace("[]", "[1]"))
    with pytest.raises(pulumi.RunError) as error:
        load_program(tmp_path, "dev")
    assert str(error.value) == message.format(root=tmp_path)


def test_an_unknown_stack_is_reported_with_the_known_ones(tmp_path: Path) -> None:
    write_project(tmp_path)
    (tmp_path / "Pulumi.prod.yaml").write_text("")
    with pytest.raises(pulumi.RunError, match=r"Stack prd has no file .*there are: dev, prod"):
        load_program(tmp_path, "prd")


def test_stack_files_may_have_a_folder(tmp_path: Path) -> None:
    write_project(tmp_path, project="name: p\nstackConfigDir: stacks\nmain: src\n")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.dev.yaml").rename(tmp_path / "stacks" / "Pulumi.dev.yaml")
    assert load_program(tmp_path, "dev").path == tmp_path / "src"


@pytest.mark.parametrize("setting", ["stackConfigDir", "config"])
def test_a_project_of_another_name_with_a_folder_for_its_stacks(
    tmp_path: Path, setting: str
) -> None:
    """The program reads the keys of the project's own name, whatever form they are written in."""
    text = "import pulumi\npulumi.export('read', [pulumi.Config().get(key) for key in 'abc'])\n"
    write_project(tmp_path, text, project=f"name: acme\n{setting}: stacks\n", stack="")
    (tmp_path / "stacks").mkdir()
    keys = "config: {a: '1', 'acme:b': '2', 'acme:config:c': '3', 'argo-projects:a': '4'}\n"
    (tmp_path / "stacks/Pulumi.dev.yaml").write_text(keys)
    assert run_program(load_program(tmp_path, "dev")).outputs == {"read": ["1", "2", "3"]}


def program(root: Path, text: str) -> Program:
    return load_program(write_project(root, text, project="name: p\n", stack=""), "dev")


def test_a_program_runs_in_its_folder_and_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("VALUE = 'beside'\n")
    text = """\
import os, pulumi, beside
pulumi.export("cwd", os.getcwd())
pulumi.export("root", pulumi.runtime.get_root_directory())
pulumi.export("beside", beside.VALUE)
pulumi.export("stack", pulumi.get_stack())
pulumi.export("preview", pulumi.runtime.is_dry_run())
"""
    cwd, search = Path.cwd(), list(sys.path)
    outputs = run_program(program(tmp_path, text)).outputs
    sys.modules.pop("beside")
    assert outputs == {
        "cwd": os.fspath(tmp_path.resolve()),
        "root": os.fspath(tmp_path.resolve()),
        "beside": "beside",
        "stack": "dev",
        "preview": True,
    }
    assert (Path.cwd(), sys.path) == (cwd, search)
    assert pulumi.runtime.get_root_resource() is None


def test_what_a_program_prints_is_not_our_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_program(program(tmp_path, "print('noise')"))
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "noise\n")


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("import pulumi\nraise pulumi.RunError('report')", pulumi.RunError, "report"),
        ("raise KeyError('bug')", KeyError, "bug"),
        (
            "import pulumi\npulumi.Output.from_input(1).apply(lambda _: 1 / 0)",
            ZeroDivisionError,
            "division",
        ),
        (
            "from pulumi import CustomResource as R\nfor _ in '12': R('a:b:C', 'same', {})",
            pulumi.RunError,
            "Two resources have the same URN",
        ),
        (
            "import pulumi\npulumi.runtime.invoke('a:b:f', {})",
            pulumi.RunError,
            "the offline engine has no Invoke",
        ),
    ],
)
def test_failures_are_raised_and_nothing_is_left_running(
    tmp_path: Path, text: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        run_program(program(tmp_path, text))
    assert run_program(program(tmp_path, "")).outputs == {}


def test_warnings_of_the_program_are_kept(tmp_path: Path) -> None:
    result = run_program(program(tmp_path, "import pulumi\npulumi.log.warn('careful')"))
    assert [item.text for item in result.messages if item.severity == "warning"] == ["careful"]


def test_the_same_program_registers_the_same_every_time(tmp_path: Path) -> None:
    loaded = load_program(write_project(tmp_path, environments=("dev", "prod")), "dev")
    first, second = run_program(loaded), run_program(loaded)
    assert first.resources == second.resources
    assert first.outputs == second.outputs
    assert len(first.resources) == 43


def test_a_run_can_be_in_another_thread(tmp_path: Path) -> None:
    loaded = program(tmp_path, "import pulumi\npulumi.export('x', 1)")
    seen: list[object] = []
    thread = threading.Thread(target=lambda: seen.append(run_program(loaded).outputs))
    thread.start()
    thread.join()
    assert seen == [{"x": 1}]
