"""The graph of a fleet: what is drawn, and that both pictures are whole, whatever the names."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from argoproject.fleet.pipeline import judge
from argoproject.output.graph.layout import TOP, WIDTH, apart, laid_out
from argoproject.output.graph.mermaid import as_mermaid
from argoproject.output.graph.model import (
    Cluster,
    Graph,
    Level,
    Node,
    Read,
    Repository,
    Team,
    graph_of,
)
from argoproject.output.graph.svg import as_svg, fitted, width
from argoproject.project.model import Project
from tests.support.paths import ROOT
from tests.support.trees import PRODUCT, PROJECT, tree

SCENARIOS = ROOT / "tests/data/scenarios/config"
DAY = dt.date(2026, 11, 21)

NASTY = '"]; <b>&amp; #quot; `x` | \\ end subgraph\n--> %% {{}} [('
"""What would end a label, or be read as something else, in Mermaid, Markdown or XML."""

SVG = "{http://www.w3.org/2000/svg}"


@cache
def projects(config: Path) -> tuple[Project, ...]:
    return judge(config, DAY).projects


@cache
def many(number: int) -> tuple[Project, ...]:
    """An environment of the scenarios again and again, in products of three teams."""
    first = projects(SCENARIOS)[0]
    return tuple(
        replace(first, identity=replace(first.identity, team=f"team-{at % 3}", product=f"p{at:03}"))
        for at in range(number)
    )


def handmade(text: str) -> Graph:
    """A graph in which everything is called by one text."""
    read = Read("https://git.example.org/x", login=True)
    node = Node(
        key="end/graph/style/class", team="end", product=text, label=text, note=text,
        environments=1, clusters=("graph",), reads=(read,),
    )  # fmt: skip
    return Graph(
        level=Level.ENVIRONMENT,
        teams=(Team("end", (node,)),),
        clusters=(Cluster("graph", text, hub=True, environments=1),),
        repositories=(Repository(read.repository, text, text),),
        products=1,
    )


everything = pytest.mark.parametrize(
    "graph",
    [
        pytest.param(graph_of(projects(ROOT / "config")), id="shipped"),
        pytest.param(graph_of(projects(SCENARIOS)), id="scenarios"),
        pytest.param(graph_of(many(30), Level.PRODUCT), id="products"),
        pytest.param(graph_of(many(30), Level.TEAM), id="teams"),
        pytest.param(handmade(NASTY), id="nasty"),
        pytest.param(handmade("W" * 200), id="wide"),
    ],
)


def test_an_environment_reads_with_the_logins_of_its_secrets_that_read(tmp_path: Path) -> None:
    files = {
        PRODUCT: """\
credentials:
  git: {urlPrefix: "https://gitlab.example.org/blue/", type: https, username: bot, password: {secret: t}}
repositories:
  push:
    url: registry.example.org/blue/charts
    write: true
    credentials: {type: https, username: bot, password: {secret: t}}
application:
  sources:
    - {repoURL: registry.example.org/blue/charts, chart: shop, helm: {releaseName: shop}}
    - {repoURL: "https://gitlab.example.org/blue/values.git", ref: values}
""",
        PROJECT: "versions: {application: {shop: 1.4.2, values: v3.0.0}}\n",
    }
    graph = graph_of(judge(tree(tmp_path, files), DAY).projects)
    (node,) = graph.nodes()
    assert (node.key, node.label, node.note) == ("blue/shop/eu-1/prod", "prod", "production")
    assert node.clusters == ("eu-1",)
    assert node.reads == (
        Read("https://gitlab.example.org/blue/values", login=True),
        Read("registry.example.org/blue/charts", login=False),
    )
    assert graph.repositories == (
        Repository(node.reads[0].repository, "values", "gitlab.example.org/blue"),
        Repository(node.reads[1].repository, "charts", "registry.example.org/blue"),
    )


@pytest.mark.parametrize(
    ("number", "level"), [(36, Level.ENVIRONMENT), (37, Level.TEAM)], ids=["some", "many"]
)
def test_too_many_nodes_are_drawn_together_and_the_title_says_so(number: int, level: Level) -> None:
    graph = graph_of(many(number))
    assert (graph.level, graph.environments) == (level, number)
    said = "environments of one team are drawn as one" in as_mermaid(graph)
    assert said == (level is Level.TEAM)


def test_products_come_before_teams() -> None:
    twice = [
        replace(item, identity=replace(item.identity, cluster=name))
        for item in many(30)
        for name in ("in", "other")
    ]
    graph = graph_of(twice)
    assert (graph.level, graph.environments, len(list(graph.nodes()))) == (Level.PRODUCT, 60, 30)
    assert {node.clusters for node in graph.nodes()} == {("in", "other")}


def test_environments_of_one_name_say_their_clusters() -> None:
    graph = graph_of(projects(SCENARIOS))
    labels = [node.label for node in graph.nodes() if node.product == "shop"]
    assert labels == ["prod (in)", "prod (other)"]


@everything
def test_mermaid_defines_every_id_once_and_uses_no_other(graph: Graph) -> None:
    lines = as_mermaid(graph).splitlines()
    assert lines[3] == "flowchart LR"
    defined = [
        found[1] for line in lines if (found := re.match(r" +(?:subgraph )?(\S+?)[\[{]", line))
    ]
    ends = [re.fullmatch(r"  (\S+) (?:---|-\.-|-->) (\S+)", line) for line in lines]
    used = {end for found in ends if found for end in found.groups()}
    assert sum(found is not None for found in ends) == graph.edges
    assert len(defined) == len(set(defined))
    assert used <= set(defined)
    assert all(re.fullmatch(r"(?:env|repo|cluster|team)\.[a-z0-9._]+", item) for item in defined)


def test_mermaid_reads_nothing_in_a_label() -> None:
    text = as_mermaid(handmade(NASTY))
    labels = re.findall(r'"([^"]*)"', text)
    assert len(labels) == text.count('"') / 2 == 4
    for label in labels:
        assert not re.search(r"[<>`|\\&]|#(?!\d+;)", label.replace("<br>", ""))


SMALL = """\
---
title: 1 environment, 1 product, 1 team, 1 cluster, 1 repository; dotted lines read without a login
---
flowchart LR
  repo.94e718d0[("shop<br>gitlab.example.org/blue")]
  subgraph team.blue["blue"]
    env.blue.shop.eu_1.prod["shop prod<br>production"]
  end
  cluster.eu_1{{"eu-1"}}
  repo.94e718d0 -.- env.blue.shop.eu_1.prod
  env.blue.shop.eu_1.prod --> cluster.eu_1
"""


def test_mermaid_of_a_small_tree(tmp_path: Path) -> None:
    assert as_mermaid(graph_of(judge(tree(tmp_path), DAY).projects)) == SMALL


@everything
def test_the_svg_has_a_name_every_line_and_nothing_from_elsewhere(graph: Graph) -> None:
    text = as_svg(graph)
    root = ET.fromstring(text)
    assert [child.tag for child in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("aria-labelledby") == f"{root[0].get('id')} {root[1].get('id')}"
    assert len(root.findall(f".//{SVG}g/{SVG}path")) == graph.edges
    assert "prefers-color-scheme: dark" in text
    assert not re.search(r"href|url\(|@import|<image|<script|(?<!xmlns=\")http://", text)
    assert text == as_svg(graph)


def test_the_svg_describes_each_node_with_its_lines() -> None:
    titles = [title.text for title in ET.fromstring(as_svg(handmade("x"))).iter(f"{SVG}title")]
    assert titles[1:] == [
        "end",
        "end/graph/style/class: x; deploys to graph; reads x/x",
        "x/x",
        "graph: x",
    ]


@everything
def test_boxes_are_inside_the_picture_and_apart(graph: Graph) -> None:
    layout = laid_out(graph)
    columns = (
        [team.box for team in layout.teams],
        layout.repositories.values(),
        layout.clusters.values(),
    )
    for column in map(list, columns):
        assert all(box.top >= TOP and box.bottom < layout.height for box in column)
        assert all(box.left > 0 and box.right < WIDTH for box in column)
        for one, other in combinations(column, 2):
            assert one.bottom < other.top or other.bottom < one.top


@everything
def test_lines_end_at_their_boxes(graph: Graph) -> None:
    layout = laid_out(graph)
    rows = {node.key: box for team in layout.teams for node, box in team.rows}
    for node in graph.nodes():
        lines = iter(layout.lines[node.key])
        for read, line in zip(node.reads, lines, strict=False):
            box = layout.repositories[read.repository]
            assert line.dashed is not read.login
            assert (line.start[0], line.end[0]) == (box.right, rows[node.key].left)
            assert box.top < line.start[1] < box.bottom
        assert all(rows[node.key].top < line.start[1] < rows[node.key].bottom for line in lines)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([], []),
        ([5, 50], [5, 50]),
        ([20, 20], [15, 25]),
        ([0, 1, 2, 100], [-9, 1, 11, 100]),
        ([30, 30, 33], [21, 31, 41]),
    ],
)
def test_places_are_apart_and_near_to_what_is_wanted(
    wanted: list[float], expected: list[float]
) -> None:
    assert apart(wanted, 10) == expected


@pytest.mark.parametrize("text", ["", "shop", "W" * 50, "illicit" * 20])
@pytest.mark.parametrize("room", [20, 60, 400])
def test_a_text_is_cut_only_where_there_is_no_room(text: str, room: float) -> None:
    shown = fitted(text, 12, room)
    assert width(shown, 12) <= room
    assert (shown == text) == (width(text, 12) <= room)
