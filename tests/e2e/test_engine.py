"""The real engine against two real API servers: what people do with a stack, and what must not happen to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import dropwhile, pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from argoproject.tree.stacks import plain_secrets
from tests.controlplane.cluster import ControlPlane
from tests.e2e.world import REGISTRIES, World
from tests.support.api import Api, eventually
from tests.support.argocd import APPLICATIONS, HEALTHY, PROJECTS, ArgoCd
from tests.support.engine import ROOT, Engine, Outcome, Refused, Step

pytestmark = [pytest.mark.engine, pytest.mark.cluster]

WAITING = """\
versions: {requirements: v1.0.0, application: v1.0.0}
requirements:
  source: {repoURL: "https://gitlab.example.org/blue/database.git", path: deploy, kustomize: {}}
  syncPolicy: {automated: {}}
  waitUntil: healthy
"""


_GUARDS = ("resourcequotas", "limitranges", "networkpolicies")
"""What a namespace that stays loses: it is the guards' own, not that of the Applications."""


class Holder:
    """A stack that tests use one after the other, until one of them leaves it in a state that is not known."""

    def __init__(self, new_world: Callable[[], World]) -> None:
        self._new_world = new_world
        self._world: World | None = None
        self.first_preview = Outcome()
        self.first_up = Outcome()

    def get(self) -> World:
        if self._world is None:
            self._world = self._new_world()
            self.first_preview = self._world.engine.preview()
            self.first_up = self._world.engine.up()
        return self._world

    def spoil(self) -> None:
        self._world = None


@pytest.fixture(scope="module")
def holder(new_world: Callable[[], World]) -> Holder:
    return Holder(new_world)


@pytest.fixture
def world(holder: Holder, request: pytest.FixtureRequest) -> Iterator[World]:
    """A stack that is deployed as its files say."""
    failed = request.session.testsfailed
    yield holder.get()
    if request.session.testsfailed > failed:
        holder.spoil()


def names(world: World, steps: list[Step]) -> list[str]:
    """The steps as `op kind name`, sorted, the names without the product's part."""
    prefix = f"blue-{world.product}-"
    return sorted(f"{step.op} {step.kind} {step.name.removeprefix(prefix)}" for step in steps)


def without(text: str, block: str) -> str:
    """A file without one of its blocks."""
    begin = text.index(f"{block}:\n")
    rest = text[begin:].splitlines(keepends=True)[1:]
    return text[:begin] + "".join(dropwhile(lambda line: line.startswith(" "), rest))


def refused(command: Callable[[], Any]) -> str:
    """What the engine says when it refuses."""
    with pytest.raises(Refused) as caught:
        command()
    return caught.value.text


class TestEverydayChanges:
    def test_the_first_update_does_what_its_preview_says(
        self, world: World, holder: Holder
    ) -> None:
        assert holder.first_up.changes == holder.first_preview.changes
        assert set(holder.first_up.changes) == {"create"}
        assert holder.first_up.changes["create"] == len(world.engine.resources())

    def test_objects_are_on_their_clusters(self, world: World) -> None:
        dev, namespace = world.project("dev"), world.namespace("dev")
        found = set(world.objects("dev"))

        assert {
            world.application("dev", "reqs"),
            world.application("dev"),
            f"{PROJECTS}/{dev}",
            f"/api/v1/namespaces/{namespace}",
            f"/api/v1/namespaces/{namespace}/resourcequotas/quota",
            f"/api/v1/namespaces/{namespace}/limitranges/limits",
            f"/api/v1/namespaces/{namespace}/secrets/pull-harbor",
            f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/rolebindings/access-view",
        } <= found
        assert sum(path.startswith("/api/v1/namespaces/argocd/secrets/") for path in found) == 2

    def test_nothing_changes_without_a_change(self, world: World) -> None:
        assert set(world.engine.preview().changes) == {"same"}
        assert world.engine.refresh().touched() == []

    def test_no_secret_is_readable_in_the_state_or_the_output(
        self, world: World, holder: Holder
    ) -> None:
        shown = world.engine.state() + holder.first_preview.text + holder.first_up.text

        assert [name for name, value in world.engine.secrets.items() if value in shown] == []

    def test_a_change_of_one_field_updates_one_resource(self, world: World) -> None:
        world.edit("dev", "application: v1.0.0", "application: v1.1.0")

        assert names(world, world.engine.up().touched()) == [
            "update Application dev-eu-1-application-application"
        ]
        spec = world.hub.get(world.application("dev"))["spec"]
        assert spec["source"]["targetRevision"] == "v1.1.0"

    def test_a_new_credential_updates_its_secrets_in_place(self, world: World) -> None:
        before = world.objects()
        world.engine.configure({"blue.gitlab-token": "glpat-s3cr3t-2"})

        done = world.engine.up()

        assert {(step.op, step.kind) for step in done.touched()} == {("update", "Secret")}
        assert len(done.touched()) == 3  # two repositories of dev, one of staging
        assert world.objects() == before
        assert "glpat-s3cr3t-2" not in world.engine.state() + done.text

    def test_a_field_that_is_managed_elsewhere_is_left_alone(self, world: World) -> None:
        path = world.application("dev", "reqs")
        source = world.hub.get(path)["spec"]["source"]
        changed = {"spec": {"source": {**source, "targetRevision": "v7.7.7"}}}
        world.hub.patch(path, changed, manager="image-updater")
        world.edit("dev", "path: deploy,", "path: production,")

        done = world.engine.up(refresh=True)

        assert names(world, done.touched()) == [
            "update Application dev-eu-1-application-requirements"
        ]
        source = world.hub.get(path)["spec"]["source"]
        assert (source["path"], source["targetRevision"]) == ("production", "v7.7.7")
        assert set(world.engine.preview().changes) == {"same"}


class TestDrift:
    def test_is_found_and_mended_with_a_refresh(self, world: World) -> None:
        quota = world.in_namespace("dev", "resourcequotas/quota")
        project = f"{PROJECTS}/{world.project('dev')}"
        wanted = world.spoke.get(quota)["spec"], world.hub.get(project)["spec"]
        world.spoke.patch(quota, {"spec": {"hard": {"pods": "999"}}})
        world.hub.patch(project, {"spec": {"sourceRepos": ["*"]}})
        repaired = [
            "update AppProject dev-eu-1-project",
            "update ResourceQuota dev-eu-1-quota",
        ]

        assert set(world.engine.preview().changes) == {"same"}
        assert names(world, world.engine.preview(refresh=True).touched()) == repaired
        assert names(world, world.engine.up(refresh=True).touched()) == repaired
        assert (world.spoke.get(quota)["spec"], world.hub.get(project)["spec"]) == wanted

    def test_of_an_application_is_a_conflict_until_it_is_forced(self, world: World) -> None:
        path = world.application("staging")
        world.hub.patch(path, {"spec": {"source": {"path": "elsewhere"}}}, manager="argocd-server")

        report = refused(lambda: world.engine.up(refresh=True))
        assert "argocd-server" in report
        assert ".spec.source.path" in report

        world.edit("staging", "versions:", "application: {onConflict: force}\nversions:")
        world.engine.up(refresh=True)
        assert world.hub.get(path)["spec"]["source"]["path"] == "deploy"


class TestRemoval:
    def test_a_vanished_environment_is_refused(self, world: World) -> None:
        text, before = world.read("staging"), world.objects()
        world.write("staging", None)

        assert "protected" in refused(world.engine.preview)
        assert "protected" in refused(lambda: world.engine.cli("up", "--yes", "--stack=test"))
        assert "protected" in refused(world.engine.up)

        assert world.objects() == before
        world.write("staging", text)
        assert set(world.engine.preview().changes) == {"same"}

    def test_a_vanished_application_is_refused(self, world: World) -> None:
        text, before = world.read("dev"), world.objects()
        world.edit("dev", "requirements: v1.0.0, ", "")
        world.write("dev", without(world.read("dev"), "requirements"))

        assert "protected" in refused(world.engine.preview)
        assert "protected" in refused(world.engine.up)

        assert world.objects() == before
        world.write("dev", text)
        # Changes come before deletions: without a preview the project no longer permits the source by now.
        assert names(world, world.engine.up().touched()) == ["update AppProject dev-eu-1-project"]

    def test_an_environment_that_retires_is_deleted_in_order(self, world: World) -> None:
        text, others = world.read("staging"), world.objects("dev")
        world.edit("staging", "versions:", "lifecycle: retiring\nversions:")
        assert world.engine.up().touched() == []
        world.write("staging", None)

        done = world.engine.up()

        assert {step.op for step in done.touched()} == {"delete"}
        deleted = [step.kind for step in done.touched()]
        order = ("Application", "AppProject", "Namespace")
        assert sorted(order, key=deleted.index) == list(order)
        for first, then in pairwise(order):
            assert moment(done, "end", first) < moment(done, "begin", then)
        assert world.objects("staging") == {}
        assert world.objects("dev") == others
        assert [item["urn"] for item in world.engine.resources() if "staging" in item["urn"]] == []

        world.write("staging", text)
        assert world.engine.up().touched()[-1].op == "create"

    def test_an_application_that_retires_can_be_removed(self, world: World) -> None:
        text = world.read("dev")
        extra = (
            'applications: {extra: {source: {repoURL: "https://gitlab.example.org/blue/shop.git",'
            " path: extra, targetRevision: v1.0.0, kustomize: {}}}}\n"
        )
        world.write("dev", text + extra)
        world.engine.up()
        world.write("dev", text + extra.replace("{source", "{lifecycle: retiring, source"))
        world.engine.up()
        assert world.hub.get(world.application("dev", "extra")) is not None

        world.write("dev", text)
        done = world.engine.up()

        assert names(world, done.touched()) == ["delete Application dev-eu-1-application-extra"]
        assert world.hub.get(world.application("dev", "extra")) is None

    def test_applications_that_stay_keep_what_they_need(
        self, new_world: Callable[[], World]
    ) -> None:
        """Their AppProject, its credentials, the account of their syncs and the namespace stay, and nothing waits."""
        world = new_world()
        kept = "keep: [namespace, applications]\nimpersonation: true\nversions:"
        world.edit("staging", "versions:", kept)
        world.engine.up()
        before, others = world.objects("staging"), world.objects("dev")
        accounts = "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles"
        roles = world.spoke.items(accounts.format(world.namespace("staging")))
        world.edit("staging", "versions:", "lifecycle: retiring\nversions:")
        world.engine.up()
        world.write("staging", None)

        begin = time.monotonic()
        done = world.engine.up()

        assert time.monotonic() - begin < 60
        assert {step.op for step in done.touched()} == {"delete"}
        assert {path for path in before if path not in world.objects("staging")} == {
            path for path in before if path.rpartition("/")[0].endswith(_GUARDS)
        }
        assert all(
            world.objects("staging")[path] == before[path] for path in world.objects("staging")
        )
        found = world.spoke.items(accounts.format(world.namespace("staging")))
        assert [item["metadata"]["uid"] for item in found] == [
            it["metadata"]["uid"] for it in roles
        ]
        assert all(
            "deletionTimestamp" not in item["metadata"] for item in world.hub.items(PROJECTS)
        )
        assert world.objects("dev") == others
        assert [item["urn"] for item in world.engine.resources() if "staging" in item["urn"]] == []
        assert set(world.engine.preview().changes) == {"same"}


def moment(outcome: Outcome, when: str, kind: str) -> int:
    """At which place in the log a deletion of this kind began or ended; for several, the last end or first begin."""
    found = [
        at
        for at, (what, step) in enumerate(outcome.log)
        if (what, step.op, step.kind) == (when, "delete", kind)
    ]
    return min(found) if when == "begin" else max(found)


class TestWaiting:
    def test_the_next_application_waits_until_one_is_synced_and_healthy(self, world: World) -> None:
        world.write("prod", WAITING)
        first, second = world.application("prod", "reqs"), world.application("prod")
        name = first.rpartition("/")[2]

        up = ("up", "--yes", "--skip-preview", "--stack=test")
        with world.argocd.holding(name), world.engine.background(*up) as process:
            assert eventually(lambda: world.hub.get(first) is not None, 60)
            world.argocd.report(name, {"health": {"status": "Healthy"}})
            time.sleep(2)
            assert world.hub.get(second) is None
            world.argocd.report(name, HEALTHY)
            assert process.wait(60) == 0, world.engine.background_log()

        assert world.hub.get(second) is not None
        assert set(world.engine.preview().changes) == {"same"}


class TestRecovery:
    def test_after_a_kill_an_adopting_update_converges(
        self, new_world: Callable[[], World]
    ) -> None:
        world = new_world()
        world.write("prod", WAITING)
        waited = world.application("prod", "reqs")
        up = ("up", "--yes", "--skip-preview", "--stack=test")
        with world.argocd.holding(waited.rpartition("/")[2]), world.engine.background(*up):
            assert eventually(lambda: world.hub.get(waited) is not None, 60)
            # Killed while it writes its state, Pulumi leaves half a file: docs/operations.md has that, and it is luck.
            assert eventually(lambda: is_settled(world.engine), 60)
        before = world.objects()

        assert "locked" in refused(world.engine.up)
        world.engine.cli("cancel", "--yes", "--stack=test")
        assert "already exists" in refused(world.engine.up)
        with world.engine.adopting():
            world.engine.up()

        after = world.objects()
        assert {path: after.get(path) for path in before} == before
        assert world.application("prod") in after
        assert only_providers(world.engine.up())
        assert set(world.engine.preview().changes) == {"same"}

    def test_a_lost_state_is_rebuilt_by_an_adopting_update(self, world: World) -> None:
        before = world.objects()
        world.engine.forget()
        with world.engine.adopting():
            world.engine.up()

        assert world.objects() == before
        assert only_providers(world.engine.preview())


def is_settled(engine: Engine) -> bool:
    """Whether nothing is being written to the state: the update waits for what was held back."""
    first = engine.state()
    time.sleep(1)
    return first == engine.state()


def only_providers(outcome: Outcome) -> bool:
    """Whether all that changes is that the providers no longer take objects over."""
    return {(step.op, step.kind) for step in outcome.touched()} == {("update", "kubernetes")}


class TestNamespaces:
    def test_a_registry_is_attached_to_the_default_account_and_detached(self, world: World) -> None:
        account = world.in_namespace("staging", "serviceaccounts/default")
        secret = world.in_namespace("staging", "secrets/pull-harbor")
        text, before = world.read("staging"), world.spoke.get(account)
        assert "imagePullSecrets" not in before

        world.write("staging", text + REGISTRIES)
        world.engine.up()
        assert world.spoke.get(account)["imagePullSecrets"] == [{"name": "pull-harbor"}]
        assert world.spoke.get(secret)["type"] == "kubernetes.io/dockerconfigjson"

        world.write("staging", text)
        world.engine.up()
        after = world.spoke.get(account)
        assert after.get("imagePullSecrets", []) == []
        assert after["metadata"]["uid"] == before["metadata"]["uid"]
        assert world.spoke.get(secret) is None

    def test_an_existing_namespace_gets_labels_and_is_never_deleted(self, world: World) -> None:
        name = world.namespace("existing")
        world.spoke.namespace(name, {"owner": "somebody"})
        before = world.spoke.get(f"/api/v1/namespaces/{name}")["metadata"]
        text = "namespace: {mode: existing}\nversions: {application: v1.0.0}\n"
        world.write("existing", text)
        world.engine.up()

        metadata = world.spoke.get(f"/api/v1/namespaces/{name}")["metadata"]
        assert metadata["uid"] == before["uid"]
        assert metadata["labels"].items() >= {
            "owner": "somebody", "pod-security.kubernetes.io/enforce": "baseline"
        }.items()  # fmt: skip

        world.write("existing", f"lifecycle: retiring\n{text}")
        world.engine.up()
        world.write("existing", None)
        world.engine.up()

        metadata = world.spoke.get(f"/api/v1/namespaces/{name}")["metadata"]
        assert metadata["uid"] == before["uid"]
        assert "deletionTimestamp" not in metadata
        assert metadata["labels"]["owner"] == "somebody"
        assert world.spoke.get(world.in_namespace("existing", "resourcequotas/quota")) is None

    def test_an_adopted_namespace_is_taken_over(self, world: World) -> None:
        name = world.namespace("adopted")
        world.spoke.namespace(name, {"owner": "somebody"})
        before = world.spoke.get(f"/api/v1/namespaces/{name}")["metadata"]
        text = "namespace: {mode: adopt}\nversions: {application: v1.0.0}\n"
        world.write("adopted", text)

        world.engine.up()

        metadata = world.spoke.get(f"/api/v1/namespaces/{name}")["metadata"]
        assert metadata["uid"] == before["uid"]
        assert metadata["labels"]["pod-security.kubernetes.io/enforce"] == "baseline"
        assert set(world.engine.preview().changes) == {"same"}


class TestMistakes:
    def test_stop_the_update_with_a_report(self, world: World) -> None:
        before, text = world.objects(), world.read("staging")
        world.write("staging", "verions: {application: v1.0.0}\nname: Wrong\n")

        report = refused(lambda: world.engine.cli("up", "--yes", "--skip-preview", "--stack=test"))

        file = f"config/projects/blue/{world.product}/eu-1/staging/project.yaml"
        assert f"{file}:1:1: verions: " in report
        assert f"{file}:2:1: name: " in report
        assert "2 problems in 1 file; nothing was done" in report
        assert "Traceback" not in report
        assert world.objects() == before
        world.write("staging", text)
        assert set(world.engine.preview().changes) == {"same"}

    def test_a_secret_without_a_value_is_told_by_its_place(self, world: World) -> None:
        text = world.read("staging")
        world.write("staging", text + REGISTRIES.replace("harbor-password", "harbour"))

        report = refused(world.engine.preview)

        assert "the secret 'harbour' has no value" in report
        assert "Traceback" not in report
        world.write("staging", text)


class TestShippedConfiguration:
    def test_is_built_at_once_then_stays_and_comes_away_clean(
        self, argocd: ArgoCd, hub: ControlPlane, spoke: ControlPlane, tmp_path: Path
    ) -> None:
        del argocd  # plays its part in the background
        engine = Engine(tmp_path, [hub, spoke], shipped(), dict.fromkeys(secret_names(), "dummy"))
        engine.configure_plain(map(str, plain_secrets(ROOT / "config")))
        engine.deploy_policies(["hub", "eu-1"])
        Api(spoke).serve("velero.io/v1", "Schedule")
        Api(spoke).namespace("velero")

        planned = engine.preview()

        assert engine.up().changes == planned.changes
        assert set(engine.preview().changes) == {"same"}
        assert ours(hub, spoke)
        assert policies(hub) == policies(spoke) != []
        assert eventually(lambda: "argo-projects" in refusal(spoke))
        retire_all(engine)
        engine.cli("destroy", "--yes", "--skip-preview", "--stack", "test")
        assert engine.resources() == []
        assert ours(hub, spoke) == []
        assert policies(hub) == policies(spoke) == []


def policies(plane: ControlPlane) -> list[str]:
    """The admission policies of a cluster, and what binds them."""
    root = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic"
    found = [*Api(plane).items(f"{root}ies"), *Api(plane).items(f"{root}ybindings")]
    return sorted(item["metadata"]["name"] for item in found)


def refusal(plane: ControlPlane) -> str:
    """The answer that Argo CD gets when it would lift the quota of a production namespace, for all its rights."""
    path = "/api/v1/namespaces/blue-shop-prod/resourcequotas/quota"
    argo_cd = {
        "Impersonate-User": "system:serviceaccount:kube-system:argocd-manager",
        "Impersonate-Group": "system:masters",
    }
    _, answer = plane.request("DELETE", f"{path}?dryRun=All", headers=argo_cd)
    return str(answer)


def shipped() -> dict[str, str]:
    """The files of config/. A team that has put its own tree there builds it on clusters of its own."""
    config = ROOT / "config"
    platform = yaml.safe_load((config / "platform.yaml").read_text())
    if set(platform["clusters"]) != {"hub", "eu-1"}:
        pytest.skip("config/ is not the shipped tree: its clusters are others")
    return {str(path.relative_to(config)): path.read_text() for path in config.rglob("*.yaml")}


def retire_all(engine: Engine) -> None:
    """Lift the protection of every environment."""
    for name, text in engine.files.items():
        if name.endswith("project.yaml"):
            engine.files[name] = f"{text}\nlifecycle: retiring\n"
    engine.write()
    engine.up()


def ours(hub: ControlPlane, spoke: ControlPlane) -> list[str]:
    """What the shipped tree's environments have left: their namespaces, projects, Applications and Secrets."""
    products = ("blue-billing", "blue-search", "blue-shop-", "green-")
    paths = (APPLICATIONS, PROJECTS, "/api/v1/namespaces/argocd/secrets", "/api/v1/namespaces")
    found = [item for path in paths for item in Api(hub).items(path)]
    found += Api(spoke).items("/api/v1/namespaces")
    found += Api(spoke).items("/apis/velero.io/v1/namespaces/velero/schedules")
    names = [item["metadata"]["name"] for item in found]
    shops = tuple(f"blue-shop-{name}" for name in ("dev", "staging", "prod"))
    return [
        name
        for name in names
        if name.startswith(products)
        and (not name.startswith("blue-shop-") or name.startswith(shops))
    ]


def secret_names() -> list[str]:
    """The secrets of the shipped stack, by `<team>.<name>`."""
    stack = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())
    teams = stack["config"]["argo-projects:secrets"]
    return [f"{team}.{name}" for team, values in teams.items() for name in values]
