"""`argoproject diff` says what the real engine previews: which objects are created, updated, replaced, deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.e2e.world import World
from tests.support.engine import Outcome, Refused

pytestmark = [pytest.mark.engine, pytest.mark.cluster]

Edit = Callable[[World], None]

_WORDS = {"create": "create", "update": "update", "replace": "replace", "delete": "delete"}
"""The engine's words for steps that end as one of ours. The halves of a replacement are not counted."""


@pytest.fixture(scope="module")
def world(new_world: Callable[[], World]) -> World:
    made = new_world()
    made.engine.up()
    return made


@pytest.fixture
def deployed(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state of the stack, exported. The command runs next to the program, as people run it."""
    file = tmp_path / "state.json"
    world.engine.cli("stack", "export", "--stack", "test", "--file", str(file))
    monkeypatch.chdir(world.engine.folder)
    return file


def diff(state: Path) -> Any:
    result = CliRunner().invoke(main, ["diff", "--state", str(state), "--format", "json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def changed_kinds(data: Any) -> set[tuple[str, str]]:
    """The action and the kind of each object that `diff` reports as changed.

    Protection alone is no step of the engine: it changes the state, and no object.
    """
    return {
        (change["action"], change["kind"])
        for environment in data["environments"]
        for change in environment["changes"]
        if not change["fields"] or any(item["path"][0] != "(" for item in change["fields"])
    }


def previewed(outcome: Outcome, world: World) -> set[tuple[str, str]]:
    """What the engine says: what becomes of each object, and its kind."""
    prefix = f"blue-{world.product}-"
    return {
        (_WORDS[step.op], step.kind.removesuffix("Patch"))
        for _, step in outcome.log
        if step.op in _WORDS
        and not step.kind.startswith(("Project", "ArgoProject", "Stack"))
        and (prefix in step.name or "play" in step.name)
    }


def test_what_is_deployed_does_not_differ(world: World, deployed: Path) -> None:
    data = diff(deployed)
    assert data["environments"] == []
    assert data["base"] == f"the exported state of the stack test in {deployed}"
    assert set(world.engine.preview().changes) == {"same"}


def test_a_state_with_its_secrets_in_clear_shows_none(world: World, tmp_path: Path) -> None:
    file = tmp_path / "clear.json"
    world.engine.cli("stack", "export", "--stack", "test", "--show-secrets", "--file", str(file))
    assert '"plaintext"' in file.read_text()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(world.engine.folder)
        data = diff(file)
    assert data["environments"] == []


def edit(environment: str, old: str, new: str) -> Edit:
    return lambda world: world.edit(environment, old, new)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(edit("dev", "application: v1.0.0", "application: v1.1.0"), id="a version"),
        pytest.param(edit("dev", "view: [blue-viewers]", "view: [blue-admins]"), id="a group"),
        pytest.param(
            edit("dev", "kubernetes: {view: [blue-viewers]}", "kubernetes: {}"), id="a binding less"
        ),
        pytest.param(
            edit("staging", "versions:", "namespace: {quota: {pods: '5'}}\nversions:"), id="a quota"
        ),
        pytest.param(
            edit("staging", "versions:", "namespace: {networkPolicies: [from-ingress]}\nversions:"),
            id="a network policy more",
        ),
        pytest.param(
            edit("staging", "versions:", "lifecycle: retiring\nversions:"),
            id="an environment retires",
        ),
        pytest.param(
            edit("dev", "harbor: {server", "quay: {server"), id="a pull Secret of another name"
        ),
        pytest.param(
            lambda world: world.write("existing", "versions: {application: v1.0.0}\n"),
            id="a new environment",
        ),
    ],
)
def test_a_change(change: Edit, world: World, deployed: Path) -> None:
    before = dict(world.engine.files)
    try:
        change(world)
        found = diff(deployed)
        expected = previewed(world.engine.preview(), world)
    finally:
        world.engine.files = before
        world.engine.write()
    assert found["environments"]
    assert changed_kinds(found) == expected


def test_what_is_protected_is_not_replaced(world: World, deployed: Path) -> None:
    before = dict(world.engine.files)
    try:
        former = world.project("staging")
        renamed = f"name: blue-play\nmovedFrom: [{former}]\nversions:"
        world.edit("staging", "versions:", renamed)
        (change,) = diff(deployed)["environments"]
        with pytest.raises(
            Refused, match=r"(?s)unable to replace resource .* marked for protection"
        ):
            world.engine.preview()
    finally:
        world.engine.files = before
        world.engine.write()
    (project,) = (item for item in change["changes"] if item["kind"] == "AppProject")
    assert project["action"] == "replace"
    assert project["reasons"][0]["text"] == (
        f"{former} is deleted and created again; it is protected, so Pulumi refuses: keep its name,"
        " or deploy `lifecycle: retiring` first"
    )
