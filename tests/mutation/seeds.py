"""Guards of the code, each with the smallest edit that removes it, as a careless change could."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.paths import ROOT

__all__ = ["SEEDS", "Seed"]


@dataclass(frozen=True, slots=True)
class Seed:
    """One edit of one file: `old`, which occurs there once, becomes `new`."""

    guard: str
    """The guard that is removed, in words."""

    file: str
    old: str
    new: str

    def applied(self) -> str:
        """The file's text without the guard.

        Raises:
            ValueError: `old` does not occur exactly once in the file.
        """
        text = (ROOT / self.file).read_text()
        if text.count(self.old) != 1:
            raise ValueError(f"{self.file} holds {text.count(self.old)} times {self.old!r}")
        return text.replace(self.old, self.new)


_GUARDRAILS = "argoproject/checks/guardrails/values.py"
_ALLOWANCES = "argoproject/checks/guardrails/allowances.py"
_FLOOR = "argoproject/checks/namespace_floor.py"
_BOUNDS = "argoproject/checks/guardrails/bounds.py"
_RAILS = "argoproject/project/guardrails.py"
_MODEL = "argoproject/models/guardrails.py"
_SOURCES = "argoproject/checks/guardrails/allowances.py"
_KINDS = "argoproject/project/kinds.py"
_RESOURCES = "argoproject/checks/resources.py"
_LIMITS = "argoproject/checks/namespace_limits.py"
_SYNC = "argoproject/checks/applications/sync.py"
_DIFFERENCES = "argoproject/checks/applications/differences.py"
_HYDRATOR = "argoproject/checks/applications/hydrator.py"

SEEDS = (
    Seed(
        "tokens of roles that declare them",
        "argoproject/project/access/roles.py",
        " and self.own is not None and self.own.tokens",
        " and self.own is not None",
    ),
    # Guards that guard, as strict as the API server
    Seed(
        "ranges that together are everywhere",
        "argoproject/upstream/network_policies.py",
        "    if single or not _is_everything(intervals(block for _, block in ranges)):",
        "    if True:",
    ),
    Seed(
        "selectors that every namespace meets",
        "argoproject/upstream/network_policies.py",
        '        namespaces and key == _NAME and operator == "Exists"\n',
        "        False\n",
    ),
    Seed(
        "parts of a policy without a value",
        "argoproject/models/network_policies.py",
        "            if value is None:\n",
        "            if False:\n",
    ),
    Seed(
        "quota keys that nothing counts",
        _RESOURCES,
        '    if known:\n        return None\n    message = f"Kubernetes counts',
        '    if True:\n        return None\n    message = f"Kubernetes counts',
    ),
    Seed(
        "whole numbers and bytes",
        _RESOURCES,
        "    if number == number.to_integral_value() or",
        "    if True or",
    ),
    Seed(
        "operators of scopes",
        _RESOURCES,
        "        if mistake := _operator(item):",
        "        if (mistake := _operator(item)) and False:",
    ),
    Seed("keys that a scope covers", _RESOURCES, "and not _covers(scope, key):", "and False:"),
    Seed(
        "resources of a limit range",
        _RESOURCES,
        "known, names = key in _COMPUTE or huge or extended,",
        "known, names = True,",
    ),
    Seed(
        "one item for each type of limits",
        _LIMITS,
        "        if item.type in seen:",
        "        if False:",
    ),
    Seed(
        "limits in their order",
        _LIMITS,
        "        if bound is not None and exceeds(value, bound):",
        "        if False:",
    ),
    Seed(
        "requests that Kubernetes derives",
        _LIMITS,
        "    yield from _requests(sections, quota)\n",
        "",
    ),
    Seed("one object for each name of a quota", _LIMITS, "object_names(project), ", ""),
    Seed(
        "secrets of stack files in clear",
        "argoproject/tree/stacks.py",
        'for key in ("secrets", "ageKey", "helmSecretsKeys")\n',
        "for key in ()\n",
    ),
    Seed(
        "kubeconfigs of stack files in clear",
        "argoproject/tree/stacks.py",
        '            clear += unencrypted(content, ("clusters", name, "kubeconfig"))\n',
        "            pass\n",
    ),
    # Applications, and what sets generate
    Seed("known sync options", _SYNC, "        elif known is None:\n", "        elif False:\n"),
    Seed(
        "values of sync options",
        _SYNC,
        "        elif value not in known.values:\n",
        "        elif False:\n",
    ),
    Seed("sync options by version", _SYNC, "minor < known.since and", "False and"),
    Seed(
        "differences that select nothing",
        _DIFFERENCES,
        "        if selection := check_selection(",
        "        if False and check_selection(",
    ),
    Seed(
        "JSON pointers",
        _DIFFERENCES,
        "            if mistake := check_pointer(pointer):",
        "            if (mistake := check_pointer(pointer)) and False:",
    ),
    Seed(
        "jq expressions",
        _DIFFERENCES,
        "            if mistake := check_jq(expression):",
        "            if (mistake := check_jq(expression)) and False:",
    ),
    Seed(
        "an empty source that deletes everything",
        _SYNC,
        "    if emptied and key not in named:",
        "    if False:",
    ),
    Seed(
        "an empty source after its `until`",
        "argoproject/plan/manifests/applications.py",
        " and not may_be_empty:",
        " and False:",
    ),
    Seed(
        "charts are Helm's",
        "argoproject/plan/manifests/applications.py",
        "    if at.source.chart is not None and at.source.plugin is None:",
        "    if False:",
    ),
    Seed(
        "circles of `after`",
        "argoproject/checks/applications/applications.py",
        "        elif circle := _circle(project, item.key, key):",
        "        elif (circle := _circle(project, item.key, key)) and False:",
    ),
    Seed(
        "fields that the generator yields",
        "argoproject/upstream/argocd/go_render.py",
        '            raise TemplateError(f"the generator yields no field {path!r}", remedy)\n',
        "            return Unknown.ANY\n",
    ),
    Seed(
        "options of templates that only Argo CD fills in",
        "argoproject/checks/applications/set_templates.py",
        "        yield from tool_options(project, at)\n",
        "",
    ),
    Seed(
        "values that are no mapping",
        "argoproject/checks/applications/sources.py",
        "    elif not isinstance(node, yaml.MappingNode | None) and node.tag != _NULL:",
        "    elif False:",
    ),
    Seed(
        "no `ref` of an artifact",
        "argoproject/checks/applications/sources.py",
        '    if source.ref is not None and source.repo_url.startswith("oci://"):',
        "    if False:",
    ),
    # Rendered manifests in Git
    Seed(
        "branches that the platform names",
        _GUARDRAILS,
        "        hydrated_branches,\n        project",
        "        project",
    ),
    Seed(
        "branches of a class with fixed revisions",
        _ALLOWANCES,
        "    closed = project.fixed_revisions and",
        "    closed = False and",
    ),
    Seed(
        "branches of other environments",
        "argoproject/checks/registry.py",
        "    hydrator.check_branches,\n",
        "",
    ),
    Seed(
        "branches like exact revisions",
        _HYDRATOR,
        "        if is_fixed(branch, chart=False):",
        "        if False:",
    ),
    Seed(
        "folders of rendered manifests",
        _HYDRATOR,
        '    if outside or "{{" in folder',
        '    if False and "{{" in folder',
    ),
    Seed(
        "decrypted values that are pushed",
        _HYDRATOR,
        '        if file.text.startswith(("secrets://", "secrets+")):',
        "        if False:",
    ),
    # What a team may use
    Seed("clusters of the team", _GUARDRAILS, "        cluster,\n", ""),
    Seed("profiles of the team", _GUARDRAILS, "        profile,\n", ""),
    Seed("names of the team", _GUARDRAILS, "        names,\n", ""),
    Seed("labels of the namespace", _GUARDRAILS, "    yield from labels(bounds)\n", ""),
    Seed("the highest quota", _GUARDRAILS, "        quota,\n", ""),
    Seed("groups of the team", _GUARDRAILS, "        groups,\n", ""),
    Seed("ClusterRoles of the team", _GUARDRAILS, "        cluster_roles,\n", ""),
    Seed("sources of the team", _GUARDRAILS, "        sources,\n", ""),
    Seed("registries of the team", _GUARDRAILS, "        registries,\n", ""),
    Seed(
        "network policies of the team", _GUARDRAILS, "    yield from network_policies(bounds)\n", ""
    ),
    Seed("hosts of the team", _GUARDRAILS, "        hosts,\n", ""),
    Seed("the bounds of `allow`", _GUARDRAILS, "        check_allowances,\n", ""),
    Seed(
        "cluster-admin is never given",
        _GUARDRAILS,
        "    if name == _NEVER_GIVEN:\n",
        "    if False:\n",
    ),
    Seed(
        "URLs without patterns",
        _SOURCES,
        '        if is_plain_url(url):\n            yield from bounds.refuse(path, "sources"',
        '        if True:\n            yield from bounds.refuse(path, "sources"',
    ),
    Seed(
        "credentials stay within the sources",
        _SOURCES,
        "            for key, item in settings.credentials.items()\n",
        "            for key, item in ()\n",
    ),
    Seed(
        "a removed label counts",
        _GUARDRAILS,
        "        for key in sorted(kept.keys() - marks.keys()):",
        "        for key in ():",
    ),
    Seed(
        "a prefix ends at a slash",
        _RAILS,
        "    return len(wanted) == len(given) and all(map(_part_covers, wanted, given))",
        "    return all(map(_part_covers, wanted, given))",
    ),
    Seed("a team's own names by default", _MODEL, 'default=("{team}-*",)', 'default=("*",)'),
    Seed(
        "names of a longer team",
        _BOUNDS,
        "        elif self.guardrails.namespaces is None and (owner := self._longer_team(name)):",
        "        elif False and (owner := self._longer_team(name)):",
    ),
    Seed(
        "Argo CD's namespace",
        _BOUNDS,
        "    if name == platform.argocd.namespace or within(_RESERVED, name):",
        "    if within(_RESERVED, name):",
    ),
    # What `allow` may widen
    Seed(
        "kinds of `allow`",
        _ALLOWANCES,
        '    if not bounds.permits("allow", item.kind):',
        "    if False:",
    ),
    Seed(
        "the guards among the kinds",
        _ALLOWANCES,
        "*(Kind(*item) for item in ALWAYS_DENIED if item != APPLICATION)",
        "",
    ),
    Seed(
        "reserved namespaces as destinations",
        _ALLOWANCES,
        "    if is_reserved(platform, name):",
        "    if False:",
    ),
    Seed(
        "source namespaces need an `allow`",
        _ALLOWANCES,
        '        if name not in named and bounds.by_tenant(("sourceNamespaces",)):',
        "        if False:",
    ),
    Seed(
        "another environment's namespace",
        "argoproject/checks/registry.py",
        "    yield from fleet.check_destinations(projects, today)\n",
        "",
    ),
    Seed(
        "names that meet",
        "argoproject/checks/fleet.py",
        "        if len(owners) < 2:\n",
        "        if len(owners) < 3:\n",
    ),
    # What a profile sets stays
    Seed(
        "guards that `null` removes",
        _FLOOR,
        "    yield from removed(project)\n",
        "",
    ),
    Seed("strict kinds", _FLOOR, "    tenant_kinds,\n", ""),
    Seed(
        "limits of containers",
        _FLOOR,
        "    weakened,\n",
        "",
    ),
    Seed(
        "the level of Pod Security",
        _FLOOR,
        "_LEVELS.index(new) < _LEVELS.index(old)",
        "_LEVELS.index(new) > _LEVELS.index(old)",
    ),
    # What an AppProject permits
    Seed(
        "Applications among the denied kinds",
        _KINDS,
        '    ("argoproj.io", "Application"),\n',
        "",
    ),
    Seed(
        "denied kinds that no `allow` lifts",
        _KINDS,
        "    lifted = set(permitted).intersection(liftable)",
        "    lifted = set(permitted)",
    ),
    Seed(
        "network policies where strict",
        _KINDS,
        '    ("networking.k8s.io", "NetworkPolicy"),\n',
        "",
    ),
    Seed(
        "expired bindings leave the plan",
        "argoproject/project/access/roles.py",
        "    return item.until is None or item.until >= today",
        "    return True",
    ),
    # Roles
    Seed(
        "actions from a closed set",
        "argoproject/checks/access.py",
        '    if action == "*":',
        '    if action == "*" and False:',
    ),
    # Sources and syncs
    Seed(
        "paths stay in their source",
        "argoproject/checks/applications/files.py",
        '    elif ".." in text.split("/"):',
        "    elif False:",
    ),
    Seed(
        "no namespace made by a sync",
        "argoproject/checks/applications/sync.py",
        '        if name == "CreateNamespace":',
        '        if name == "CreateNamespac":',
    ),
    Seed(
        "elements of tenants",
        "argoproject/checks/applications/set_templates.py",
        "    yield from check_sources(project, item)",
        "    pass",
    ),
    Seed("kinds listed by the profile", _FLOOR, "    listed_kinds,\n", ""),
    Seed(
        "guards that only a guardrail switches off",
        _FLOOR,
        '    return not Bounds(project).permits("removable", field)',
        "    return False",
    ),
    Seed(
        "scopes of the profile's quotas",
        _FLOOR,
        "        if set(old.required) != set(new.required):",
        "        if False:",
    ),
    Seed(
        "denials of the blacklist in the Role",
        "argoproject/plan/manifests/impersonation.py",
        " if not is_listed(further, *it)",
        "",
    ),
    Seed(
        "denials of kinds that do not exist",
        "argoproject/checks/namespace_floor.py",
        '        ("namespaceResourceBlacklist", blacklist(project)),\n',
        "",
    ),
    Seed(
        "other names of the hub",
        "argoproject/checks/platform.py",
        "{_INSIDE.sub('kubernetes', host)}",
        "{host}",
    ),
    Seed(
        "self-heal that ignores everything",
        "argoproject/diff/rules/applications.py",
        "if whole and heals[1]:",
        "if False:",
    ),
    # Network policies add up
    Seed(
        "a new policy next to one that limits",
        "argoproject/diff/rules/namespace.py",
        "if changed.action is Action.CREATE and why:",
        "if changed.action is Action.CREATE and not why:",
    ),
    Seed(
        "pods that policies limit together",
        "argoproject/upstream/network_changes.py",
        "or _nothing(pods):",
        "or pods:",
    ),
    Seed(
        "policies that are open together",
        "argoproject/audit/rules/namespace.py",
        "        yield from _together(scope, project, own)\n",
        "",
    ),
    # Changes of stack files
    *(
        Seed(f"a change of {key}", "argoproject/diff/stacks.py", f'    "{key}": {rule},\n', "")
        for key, rule in (
            ("adopt", "adopt"),
            ("admissionPolicies", "policies"),
            ("clusters", "clusters"),
            ("plainSecrets", "plain"),
        )
    ),
    # Extra manifests
    Seed(
        "objects of Argo CD against the platform's manifests",
        "argoproject/checks/manifests/platform.py",
        'if noun != "namespace":',
        "if False:",
    ),
    Seed(
        "one name of the cluster for all namespaces",
        "argoproject/checks/manifests/platform.py",
        '"" if kind in CLUSTER_SCOPED else str(namespace)',
        "str(namespace)",
    ),
    Seed(
        "guards among the platform's manifests",
        "argoproject/checks/manifests/platform.py",
        "() if shape else guard_mistakes(filled)",
        "()",
    ),
    Seed(
        "a file for each rendered object",
        "argoproject/plan/render.py",
        "(path, *further) if it not in named",
        "(path, *further) if it",
    ),
    Seed(
        "manifests of the environment's namespace",
        "argoproject/checks/manifests/manifests.py",
        "    if given is not None and given != own:",
        "    if False:",
    ),
    Seed(
        "ordinary kinds among the manifests",
        "argoproject/checks/manifests/kinds.py",
        "    usual = (group, kind) in ORDINARY or _is_of_profile(project, group, kind)",
        "    usual = True",
    ),
    Seed(
        "roles of manifests do not escalate",
        "argoproject/checks/manifests/manifests.py",
        '_ESCALATING = re.compile(r"bind|escalate|impersonate.*")',
        '_ESCALATING = re.compile(r"bind|escalate|impersonate")',
    ),
    Seed(
        "what the cluster refuses of manifests",
        "argoproject/checks/manifests/manifests.py",
        "        yield from not_admitted(limits, group_kind(item.data)[0], item.data)\n",
        "        return\n",
    ),
    Seed(
        "patches from elsewhere",
        "argoproject/checks/applications/files.py",
        '    (("kustomize", "patches"), "path", "patch"),\n',
        "",
    ),
    Seed(
        "links that are scripts",
        "argoproject/checks/applications/applications.py",
        "        if name.startswith(_LINK) and (",
        "        if False and (",
    ),
    Seed(
        "subjects of manifests",
        "argoproject/checks/manifests/manifests.py",
        '        if data_at(subject, ("kind",)) != "ServiceAccount":',
        "        if not subject:",
    ),
    Seed(
        "a star within one name of a host",
        _RAILS,
        'all(given.count(mark) <= wanted.count(mark) for mark in "@:")',
        "True",
    ),
    Seed("plugins of the team", _GUARDRAILS, "        plugins,\n", ""),
    Seed("endpoints of the team", _GUARDRAILS, "        endpoints,\n", ""),
    Seed(
        "templated repositories need an `allow`",
        "argoproject/checks/applications/set_templates.py",
        "            possible = any(could_yield(url, value) for value in allowed)\n",
        "            possible = True\n",
    ),
    # Groups, roles and policies
    Seed(
        "groups of Argo CD and Kubernetes",
        "argoproject/upstream/groups.py",
        '_RESERVED = {"role:": "Argo CD", "proj:": "Argo CD", "system:": "Kubernetes"}',
        '_RESERVED = {"role:": "Argo CD", "proj:": "Argo CD"}',
    ),
    Seed(
        "look-alike letters",
        "argoproject/upstream/groups.py",
        "    if not text.isascii() and (mixed := next(_mixed(text), None)):",
        "    if False and (mixed := next(_mixed(text), None)):",
    ),
    Seed(
        "a permission is of one project",
        "argoproject/project/access/policies.py",
        "        and _concerns(grant, app_project, request.object)\n",
        "",
    ),
    # Generators of ApplicationSets
    Seed(
        "generators that an allow names",
        "argoproject/checks/applications/set_generators.py",
        "        if value not in named:\n",
        "        if False:\n",
    ),
    Seed(
        "generators of the team",
        _ALLOWANCES,
        '            yield from bounds.refuse(path, "generators", item.value)\n',
        "",
    ),
    Seed(
        "tokens for their own host",
        "argoproject/checks/applications/set_generators.py",
        "        elif _HOSTS.get(own, own) != host:\n",
        "        elif False:\n",
    ),
    Seed(
        "foreign text",
        "argoproject/checks/applications/sets.py",
        "    yield from check_foreign_text(project, path, item)\n",
        "",
    ),
    Seed(
        "foreign text, through a matrix",
        "argoproject/upstream/argocd/generators.py",
        "                _refuse_foreign(second, Open(one))\n",
        "                pass\n",
    ),
    Seed(
        "texts that anybody writes, where only Argo CD decides",
        "argoproject/upstream/argocd/go_values.py",
        "    return Unknown.FOREIGN if any(map(has_foreign, values)) else Unknown.ANY",
        "    return Unknown.ANY",
    ),
    Seed(
        "texts that are others each time",
        "argoproject/upstream/argocd/go_templates.py",
        "        if text in CHANGING:",
        "        if False:",
    ),
    Seed(
        "names that others choose",
        "argoproject/checks/registry.py",
        "    fleet.check_open_names,\n",
        "",
    ),
    Seed(
        "destinations of generated Applications",
        "argoproject/checks/applications/set_templates.py",
        "        if not possible:\n            message",
        "        if False:\n            message",
    ),
    # Impersonation
    Seed(
        "impersonation that a team switches off",
        "argoproject/checks/impersonation.py",
        "    yield from project.problems(switched_off(project), with_base)\n",
        "    yield from project.problems(with_base)\n",
    ),
    Seed(
        "projects without an account",
        "argoproject/checks/impersonation.py",
        "        yield without_account(project)\n",
        "        pass\n",
    ),
    Seed(
        "guards outside the account's Role",
        "argoproject/plan/manifests/impersonation.py",
        "        (group, plural(kind)) for group, kind in denied\n",
        "        (group, plural(kind)) for group, kind in ()\n",
    ),
    Seed(
        "unreadable files in a comparison",
        "argoproject/diff/fleet.py",
        "    files |= judged.tree.broken\n",
        "",
    ),
    Seed(
        "unreadable files of the base",
        "argoproject/diff/fleet.py",
        "        files |= tree.broken\n",
        "",
    ),
    Seed(
        "unreadable files among the changed ones",
        "argoproject/diff/files.py",
        " - unreadable):\n",
        "):\n",
    ),
    Seed(
        "values of others in stack files",
        "argoproject/diff/stacks.py",
        "value if _is_shown(key, value) else _Hidden(value)\n",
        "value\n",
    ),
    Seed(
        "secrets in clear in stack files",
        "argoproject/diff/stacks.py",
        "    return _Hidden(value)\n",
        "    return value\n",
    ),
    Seed(
        "stack files with mistakes",
        "argoproject/diff/stacks.py",
        'if wrong.isdisjoint(("", stack.name))]',
        "if True]",
    ),
    Seed(
        "secrets of providers in clear",
        "argoproject/tree/stacks.py",
        "        elif _is_secret(name, value):\n",
        "        elif False:\n",
    ),
    Seed(
        "keys outside of a stack's config",
        "argoproject/tree/stacks.py",
        "        problems += _outside(document, project.name)\n",
        "",
    ),
    Seed(
        "acceptances that cannot be read",
        "argoproject/diff/states.py",
        "    return None if broken else document.data\n",
        "    return {} if broken else document.data\n",
    ),
    Seed(
        "mistakes in audit.yaml",
        "argoproject/cli/validate.py",
        "name, select, wrong)",
        "name, select)",
    ),
    Seed(
        "limits of the platform above the quota",
        "argoproject/checks/manifests/platform.py",
        "        yield from _above_quota(tree, project)\n",
        "",
    ),
    Seed(
        "rules that a policy's types leave out",
        "argoproject/models/network_policies.py",
        "            if rules and self.policy_types and direction not in self.policy_types:\n",
        "            if False:\n",
    ),
    Seed(
        "unknown keys without a value",
        "argoproject/tree/documents.py",
        "    problems += _unknown_nulls(document)\n",
        "",
    ),
    Seed(
        "logins in messages of Argo CD",
        "argoproject/fleet/live.py",
        "    words = without_logins(message[:_READ])",
        "    words = message[:_READ]",
    ),
    Seed(
        "secrets in messages of Argo CD",
        "argoproject/fleet/live.py",
        "    visible = masked(",
        "    visible = str(",
    ),
    Seed(
        "AppProjects that differ from the files",
        "argoproject/fleet/status.py",
        "not self.guards and all(it.good for it in self.applications)",
        "all(it.good for it in self.applications)",
    ),
    # Argo CD's own rules
    Seed(
        "destinations as Argo CD validates them",
        "argoproject/upstream/argocd/projects.py",
        "    yield from check_destinations(spec)\n",
        "",
    ),
    Seed(
        "the subject of a policy",
        "argoproject/upstream/argocd/projects.py",
        '    if subject != f"proj:{project}:{role}":',
        "    if False:",
    ),
)
