"""The installation of Pulumi and sops, with a curl that hands out prepared files."""

from __future__ import annotations

import hashlib
import re
import tarfile
from pathlib import Path

import pytest

from tests.ci.repo import Repo
from tests.support.paths import ROOT

SCRIPT = "ci/install-tools.sh"
CURL = """\
#!/bin/sh
for last; do :; done
echo "curl $*" >> "$CALLS"
while [ $# -gt 1 ]; do [ "$1" = --output ] && out=$2; shift; done
case $last in
*/pulumi-v*) cp "$RELEASES/pulumi.tar.gz" "$out" ;;
*/sops-v*) cp "$RELEASES/sops" "$out" ;;
esac
"""


@pytest.fixture
def releases(repo: Repo) -> Path:
    """What curl hands out; the script in the clone expects just that."""
    folder = repo.folder.parent / "releases"
    (folder / "pulumi").mkdir(parents=True)
    for program in ("pulumi", "pulumi-language-python"):
        (folder / "pulumi" / program).write_text("#!/bin/sh\necho pinned\n")
        (folder / "pulumi" / program).chmod(0o755)
    with tarfile.open(folder / "pulumi.tar.gz", "w:gz") as archive:
        archive.add(folder / "pulumi", "pulumi")
    (folder / "sops").write_text("#!/bin/sh\n")
    repo.program("curl", CURL)
    repo.program("uname", "#!/bin/sh\necho ${MACHINE:-x86_64}\n")
    script = repo.folder / SCRIPT
    for name, file in (("pulumi", "pulumi.tar.gz"), ("sops", "sops")):
        digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        script.write_text(re.sub(rf"{name}_sum=\w+", f"{name}_sum={digest}", script.read_text()))
    return folder


@pytest.mark.parametrize(
    ("machine", "names"),
    [("x86_64", ("linux-x64", "linux.amd64")), ("aarch64", ("linux-arm64", "linux.arm64"))],
)
def test_the_pinned_releases_are_installed(
    repo: Repo, releases: Path, machine: str, names: tuple[str, str]
) -> None:
    done = repo.run(["sh", SCRIPT], {"RELEASES": str(releases), "MACHINE": machine})
    assert done.returncode == 0, done.stderr
    tools = repo.folder / ".tools"
    assert sorted(path.name for path in tools.iterdir()) == [
        "pulumi",
        "pulumi-language-python",
        "sops",
    ]
    assert all(path.stat().st_mode & 0o111 for path in tools.iterdir())
    assert all("--proto =https" in call for call in repo.calls())
    assert [name in call for name, call in zip(names, repo.calls(), strict=True)] == [True, True]


def test_the_scripts_take_the_installed_programs(repo: Repo, releases: Path) -> None:
    repo.run(["sh", SCRIPT], {"RELEASES": str(releases)})
    repo.commit()
    done = repo.run(["sh", "ci/drift.sh"], {"STACK": "live"})
    assert done.stdout == "pinned\n"


@pytest.mark.parametrize("file", ["pulumi.tar.gz", "sops"])
def test_a_release_that_is_not_the_pinned_one_is_not_installed(
    repo: Repo, releases: Path, file: str
) -> None:
    with (releases / file).open("ab") as release:
        release.write(b"#")
    done = repo.run(["sh", SCRIPT], {"RELEASES": str(releases)})
    assert done.returncode != 0
    assert "FAILED" in done.stdout + done.stderr
    assert list((repo.folder / ".tools").iterdir()) == []


def test_a_machine_without_pinned_releases_is_told(repo: Repo, releases: Path) -> None:
    done = repo.run(["sh", SCRIPT], {"RELEASES": str(releases), "MACHINE": "riscv64"})
    assert done.returncode == 1
    assert done.stderr == f"no tools are pinned for riscv64: add them to {SCRIPT}\n"


def test_the_versions_fit_the_program() -> None:
    """Pulumi.yaml says the oldest Pulumi that will do."""
    text = (ROOT / SCRIPT).read_text()
    pinned = re.search(r"^PULUMI=([\d.]+)$", text, re.MULTILINE)
    oldest = re.search(r'requiredPulumiVersion: ">=([\d.]+)"', (ROOT / "Pulumi.yaml").read_text())
    assert pinned is not None
    assert oldest is not None
    numbers = [tuple(map(int, match[1].split("."))) for match in (pinned, oldest)]
    assert numbers[0] >= numbers[1]
    assert len(set(re.findall(r"_sum=([0-9a-f]{64})$", text, re.MULTILINE))) == 4
