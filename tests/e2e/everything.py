"""A tree that sets every field of the models, so that the API server judges all that can be planned.

`unset_fields` lists the fields of the models that the tree leaves out: a new field fails a test until it is added here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from argoproject.models import ClassSettings, Model, Platform
from argoproject.project.model import Project
from tests.support import trees

__all__ = ["FILES", "unset_fields", "write"]

_PLATFORM = """\
argocd:
  baseProjects: [platform-base]
  impersonationEnforced: false
  requireOverridePrivilegeForRevisionSync: false
  helmValuesFileSchemes: [secrets]
  gitSubmodules: true
  repoServerEgress: any
  kustomizeVersions: [v5.0.0]
impersonation: false
environmentClasses: {nonproduction: {impersonation: false}}
clusters:
  eu-1: {destination: server, budget: {requests.cpu: "200"}, argocdUsers: ["system:serviceaccount:argocd:*"]}
  edge: {argocdName: edge, server: "https://edge.example.org:6443", base: true}
networkPolicies:
  to-database:
    podSelector: {matchLabels: {app: shop}, matchExpressions: [{key: tier, operator: In, values: [gold]}]}
    policyTypes: [Ingress, Egress]
    ingress: [{from: [{podSelector: {}}], ports: [{port: http}]}]
    egress:
      - to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, {namespaceSelector: {}, podSelector: {}}]
        ports: [{port: 5432, protocol: TCP}, {port: 6000, endPort: 6100}]
profiles:
  small:
    impersonation: {kinds: [example.org/Widget]}
  medium:
    platformManifests:
      - {file: platform/about.yaml}
      - {file: platform/schedule.yaml, namespace: velero}
    impersonation: {clusterRole: edit, serviceAccount: syncer}
    admission:
      mode: warn
      serviceTypes: [ClusterIP]
      registries: [registry.example.org/blue/*]
      storageClasses: [standard]
      ingressClasses: [public]
      priorityClasses: [normal]
      hosts: ["*.shop.example.org"]
    repositories:
      shop:
        url: https://gitlab.example.org/blue/shop.git
        insecure: true
        forceHttpBasicAuth: true
        enableLfs: true
        proxy: http://proxy.example.org:3128
        noProxy: localhost,.example.org
        depth: 1
        webhookManifestCacheWarmDisabled: true
        credentials:
          type: tls
          certificate: {secret: client-crt}
          key: {secret: client-key}
          username: deploy
          password: {secret: token}
      shop-write:
        url: https://gitlab.example.org/blue/shop.git
        write: true
        credentials: {type: https, username: hydrator, password: {secret: token}}
      oci:
        url: oci://registry.example.org/blue/manifests
        type: oci
        insecureOCIForceHttp: true
    credentials:
      https:
        urlPrefix: https://gitlab.example.org/blue/c-https/
        type: https
        username: deploy-bot
        password: {secret: token}
        insecure: true
        forceHttpBasicAuth: true
        enableLfs: true
        proxy: http://proxy.example.org:3128
        noProxy: localhost
  edge:
    namespace: {quota: {requests.cpu: "2"}, podSecurity: {enforce: baseline}}
    tenantKinds: standard
    versions: {base: v1.0.0}
    base:
      project: platform-base
      source:
        repoURL: https://gitlab.example.org/blue/base.git
        path: base
        helm: {passCredentials: true}
teams:
  blue:
    description: The shop
    clusters: [hub, eu-1, edge]
    sources:
      - "https://gitlab.example.org/blue/"
      - registry.example.org/blue/
      - charts.example.org/blue
      - oci://registry.example.org/blue/
      - https://charts.example.org/stable
      - https://bitbucket.org/blue/
      - "ssh://git@git.example.org/blue/"
    namespaces: [blue-*]
    hosts: ["*.shop.example.org"]
    labels: ["shop.example.org/*", cost-center]
    kinds:
      - rbac.authorization.k8s.io/ClusterRole
      - networking.k8s.io/NetworkPolicy
      - apiextensions.k8s.io/CustomResourceDefinition/foos.example.org
    profiles: [small, medium, edge]
    clusterRoles: [view, edit]
    registries: ["*.example.org"]
    plugins: [helmfile]
    hydratedBranches: ["environments/*"]
    classes: {production: {hydratedBranches: [environments/prod, environments/prod-next]}}
    endpoints: ["https://ghe.example.org/", "https://login.example.org"]
    networkPolicies: ["*"]
    removable: [limits]
    allow: [source, destination, clusterResource, namespaceResource, sourceNamespace, inlineSecret, generator]
    generators: [clusters/eu-1, "pullRequest/*/blue/*", "scmProvider/*/blue*", plugin/blue-*]
    reviewers: ["@blue"]
    recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]
helmSecretsKeys: {blue: {secret: helm-secrets-age-private-key, file: blue.txt}}
secrets:
  harbor-password: {teams: [blue], urlPrefixes: [harbor.example.org/], argocdOnly: false}
reservedNamespaces: [backstage]
recipients: {platform: [], classes: {}}
reviewers: ["@platform"]
stacks: {by: [cluster]}
delivery: {concurrency: 2, requireApproval: [production]}
deletionThreshold: 10
"""

_PROJECT = """\
description: Everything that can be said
profile: medium
lifecycle: active
name: blue-everything
tenantKinds: strict
hosts: [www.shop.example.org]
namespaceResourceWhitelist: [{kind: Service}, {kind: ConfigMap}, {kind: Secret}, {group: apps, kind: Deployment}]
namespaceResourceBlacklist: [{group: velero.io, kind: "*"}]
appProject:
  labels: {cost-center: "0815"}
  annotations: {notifications.argoproj.io/subscribe.on-health-degraded.slack: shop}
sourceNamespaces: [blue-apps]
keep: [namespace, applications]
movedFrom: [blue-formerly]
sourceIntegrity:
  git:
    policies:
      - repos: [{url: "https://gitlab.example.org/blue/*"}]
        gpg: {mode: strict, keys: [D56C4FCA57A46444]}
access:
  admin: [blue-admins, {group: blue-oncall, until: 2099-12-31, reason: CHG-1}]
  readonly: [blue-viewers]
  clusterRoles: {admin: edit, readonly: view}
  kubernetes: {view: [blue-viewers]}
  roles:
    deployer:
      description: The pipeline
      groups: [blue-ci]
      tokens: true
      permissions:
        - {resource: applications, actions: [get, sync, override], applications: [application]}
        - {resource: applications, actions: ["action/apps/Deployment/restart", update]}
        - {resource: applicationsets, actions: [get]}
        - {resource: repositories, actions: [get]}
        - {resource: logs, actions: [get]}
        - {resource: exec, actions: [create]}
      kubernetes: edit
namespace:
  name: blue-everything
  mode: create
  labels: {shop.example.org/tier: "1", cost-center: shop}
  annotations: {shop.example.org/contact: "shop@example.org, phone 12"}
  quota:
    requests.cpu: "4"
    limits.memory: 16Gi
    pods: "50"
    count/deployments.apps: "10"
    persistentvolumeclaims: "4"
    requests.storage: 50Gi
    services.loadbalancers: "0"
  limits:
    default: {cpu: "1", memory: 512Mi}
    defaultRequest: {cpu: 100m, memory: 256Mi}
    min: {cpu: 10m, memory: 64Mi}
    max: {cpu: "2", memory: 4Gi}
    maxLimitRequestRatio: {cpu: "20"}
    extra:
      - {type: Pod, max: {memory: 8Gi}}
      - type: PersistentVolumeClaim
        min: {storage: 1Gi}
        max: {storage: 20Gi}
        default: {storage: 2Gi}
        defaultRequest: {storage: 2Gi}
        maxLimitRequestRatio: {storage: "2"}
  quotas:
    jobs: {hard: {pods: "4"}, scopes: [Terminating]}
    urgent:
      hard: {requests.cpu: "2", pods: "2"}
      scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}
  objectNames:
    quota: resource-quota
    quotas: {urgent: quota-high}
    limits: limit-range
    networkPolicies: {to-database: database}
  networkPolicies: [from-ingress, to-database]
  podSecurity: {enforce: restricted, audit: restricted, warn: restricted, version: latest}
  secrets:
    shop-db: {username: {secret: db-user}, password: {secret: db-password}}
repositories:
  charts:
    url: charts.example.org/blue
    type: helm
    enableOCI: true
    credentials: {type: https, username: puller, password: {secret: token}}
  cloud:
    url: https://bitbucket.org/blue/cloud.git
    credentials: {type: https, username: bot, password: {secret: token}}
  bearer:
    url: https://gitlab.example.org/blue/bearer.git
    credentials: {type: bearer, token: {secret: token}}
  ssh:
    url: ssh://git@git.example.org/blue/ssh.git
    credentials: {type: ssh, privateKey: {secret: ssh-key}}
  app:
    url: https://gitlab.example.org/blue/app.git
    credentials:
      type: githubApp
      appId: 12345
      installationId: 67890
      privateKey: {secret: app-key}
      enterpriseBaseUrl: https://ghe.example.org/api/v3
      tlsClientCertData: {secret: client-crt}
      tlsClientCertKey: {secret: client-key}
  google:
    url: https://gitlab.example.org/blue/google.git
    credentials: {type: googleServiceAccount, serviceAccountKey: {secret: google-key}}
  azure:
    url: https://gitlab.example.org/blue/azure.git
    credentials: {type: azureWorkloadIdentity}
  principal:
    url: https://gitlab.example.org/blue/principal.git
    credentials:
      type: azureServicePrincipal
      clientId: 6f1c0c9e-0000-0000-0000-000000000001
      tenantId: 6f1c0c9e-0000-0000-0000-000000000002
      clientSecret: {secret: principal}
      activeDirectoryEndpoint: https://login.example.org
credentials:
  bearer: {urlPrefix: "https://gitlab.example.org/blue/c-bearer/", type: bearer, token: {secret: token}}
  ssh: {urlPrefix: "ssh://git@git.example.org/blue/c-ssh/", type: ssh, privateKey: {secret: ssh-key}}
  github:
    urlPrefix: https://gitlab.example.org/blue/c-github/
    type: githubApp
    appId: 12345
    installationId: 67890
    privateKey: {secret: app-key}
    enterpriseBaseUrl: https://ghe.example.org/api/v3
  tls:
    urlPrefix: https://gitlab.example.org/blue/c-tls/
    type: tls
    certificate: {secret: client-crt}
    key: {secret: client-key}
    username: deploy
    password: {secret: token}
  google:
    urlPrefix: https://gitlab.example.org/blue/c-google/
    type: googleServiceAccount
    serviceAccountKey: {secret: google-key}
  azure:
    urlPrefix: registry.example.org/blue/c-azure/
    type: azureWorkloadIdentity
    repositoryType: helm
    enableOCI: true
  principal:
    urlPrefix: https://gitlab.example.org/blue/c-principal/
    type: azureServicePrincipal
    clientId: 6f1c0c9e-0000-0000-0000-000000000001
    tenantId: 6f1c0c9e-0000-0000-0000-000000000002
    clientSecret: {secret: principal}
registries:
  harbor: {server: harbor.example.org, username: robot, password: {secret: harbor-password}}
  other:
    server: other.example.org
    username: robot
    password: {secret: token}
    secretName: pull-both
    serviceAccounts: [default, builder]
  ready: {server: ready.example.org, dockerconfigjson: {secret: docker-config}}
requirements:
  source:
    repoURL: https://charts.example.org/stable
    chart: postgresql
    targetRevision: 15.2.4
    name: database
    helm:
      releaseName: db
      valueFiles: [values.yaml, "secrets://values/secret.yaml"]
      valuesObject: {auth: {existingSecret: shop-db}, replicas: 2, enabled: false, list: [1, {a: b}]}
      parameters: [{name: image.tag, value: "1.10", forceString: true}]
      fileParameters: [{name: config, path: files/config.ini}]
      ignoreMissingValueFiles: true
      skipCrds: true
      skipSchemaValidation: true
      skipTests: true
      version: v3
      kubeVersion: 1.34.0
      apiVersions: [monitoring.coreos.com/v1]
      namespace: blue-everything
  syncPolicy:
    automated: {enabled: true, prune: true, selfHeal: true}
    syncOptions: [ServerSideApply=true, PruneLast=true]
    retry: {limit: 5, refresh: true, backoff: {duration: 5s, factor: 2, maxDuration: 3m}}
  waitUntil: healthy
  subchartRepositories: [https://charts.example.org/stable]
application:
  sources:
    - repoURL: charts.example.org/blue
      chart: shop
      helm: {values: "a: 1\\nb: 2\\n", valueFiles: ["$values/prod.yaml"]}
    - {repoURL: "https://gitlab.example.org/blue/shop.git", ref: values}
  ignoreDifferences:
    - group: apps
      kind: Deployment
      name: shop
      namespace: blue-everything
      jsonPointers: [/spec/replicas]
      jqPathExpressions: [".spec.template.spec.containers[].image"]
      managedFieldsManagers: [kube-controller-manager]
  info: [{name: runbook, value: "https://wiki.example.org/shop"}]
  revisionHistoryLimit: 5
  after: [requirements]
  labels: {shop.example.org/part: web}
  annotations: {notifications.argoproj.io/subscribe.on-sync-failed.slack: shop}
  finalizer: background
  name: blue-shop
  lifecycle: active
  movedFrom: [formerly]
  managedElsewhere: ["sources[1].targetRevision"]
  onConflict: force
applications:
  rendered:
    sourceHydrator:
      drySource: {repoURL: https://gitlab.example.org/blue/b.git, path: a, targetRevision: v1.0.0,
                  helm: {skipCrds: true}}
      syncSource: {repoURL: "https://gitlab.example.org/blue/rendered.git", targetBranch: environments/prod, path: a}
      hydrateTo: {targetBranch: environments/prod-next}
  rendered-kustomize:
    sourceHydrator:
      drySource: {repoURL: "https://gitlab.example.org/blue/b.git", path: b, targetRevision: v1.0.0, kustomize: {}}
      syncSource: {targetBranch: environments/prod, path: b}
  rendered-directory:
    sourceHydrator:
      drySource: {repoURL: "https://gitlab.example.org/blue/b.git", path: c, targetRevision: v1.0.0, directory: {}}
      syncSource: {targetBranch: environments/prod, path: c}
  rendered-plugin:
    sourceHydrator:
      drySource: {repoURL: https://gitlab.example.org/blue/b.git, path: d, targetRevision: v1.0.0,
                  plugin: {name: helmfile}}
      syncSource: {targetBranch: environments/prod, path: d}
  kustomized:
    source:
      repoURL: https://gitlab.example.org/blue/c-https/kustomized.git
      path: overlays/prod
      targetRevision: v1.0.0
      kustomize:
        namePrefix: a-
        nameSuffix: -z
        images: ["shop=registry.example.org/blue/shop:1.4.2"]
        replicas: [{name: shop, count: 3}]
        commonLabels: {tier: "1"}
        commonAnnotations: {contact: "$${ARGOCD_APP_NAME}"}
        commonAnnotationsEnvsubst: true
        forceCommonLabels: true
        forceCommonAnnotations: true
        labelWithoutSelector: true
        labelIncludeTemplates: true
        namespace: blue-everything
        components: [../components/monitoring]
        ignoreMissingComponents: true
        patches:
          - path: patches/resources.yaml
          - target:
              group: apps
              version: v1
              kind: Deployment
              name: shop
              namespace: blue-everything
              labelSelector: app=shop
              annotationSelector: example.org/owner=blue
            patch: "- {op: remove, path: /spec/replicas}"
            options: {allowNameChange: true}
        version: v5.0.0
        kubeVersion: 1.34.0
        apiVersions: [monitoring.coreos.com/v1]
  plain:
    source:
      repoURL: https://gitlab.example.org/blue/c-bearer/plain.git
      path: manifests
      tagPrefix: plain/
      directory:
        recurse: true
        include: "*.yaml"
        exclude: "test-*"
        jsonnet:
          extVars: [{name: environment, value: prod, code: false}]
          tlas: [{name: replicas, value: "2", code: true}]
          libs: [vendor]
    finalizer: none
  plugged:
    source:
      repoURL: https://gitlab.example.org/blue/c-tls/plugged.git
      path: .
      plugin:
        name: helmfile
        env: [{name: ENVIRONMENT, value: prod}]
        parameters:
          - {name: text, string: a}
          - {name: list, array: [a, b]}
          - {name: table, map: {a: b}}
  ssh: {source: {repoURL: "ssh://git@git.example.org/blue/ssh.git", path: ., directory: {}}}
  ssh-prefix: {source: {repoURL: "ssh://git@git.example.org/blue/c-ssh/x.git", path: ., directory: {}}}
  bearer: {source: {repoURL: "https://gitlab.example.org/blue/bearer.git", path: ., directory: {}}}
  githubapp: {source: {repoURL: "https://gitlab.example.org/blue/app.git", path: ., directory: {}}}
  github: {source: {repoURL: "https://gitlab.example.org/blue/c-github/x.git", path: ., directory: {}}}
  google: {source: {repoURL: "https://gitlab.example.org/blue/google.git", path: ., directory: {}}}
  google-prefix: {source: {repoURL: "https://gitlab.example.org/blue/c-google/x.git", path: ., directory: {}}}
  azure: {source: {repoURL: "https://gitlab.example.org/blue/azure.git", path: ., directory: {}}}
  principal: {source: {repoURL: "https://gitlab.example.org/blue/principal.git", path: ., directory: {}}}
  principal-prefix: {source: {repoURL: "https://gitlab.example.org/blue/c-principal/x.git", path: ., directory: {}}}
  azure-prefix: {source: {repoURL: registry.example.org/blue/c-azure/x, chart: x}}
  oci: {source: {repoURL: "oci://registry.example.org/blue/manifests", path: ., directory: {}}}
applicationSets:
  previews:
    name: blue-previews
    lifecycle: active
    preserveResourcesOnDeletion: true
    applicationsSync: sync
    subchartRepositories: [https://charts.example.org/stable]
    finalizer: none
    ignoreApplicationDifferences: [{name: blue-all-a, jsonPointers: [/spec/info], jqPathExpressions: [.spec.info]}]
    strategy:
      type: RollingSync
      deletionOrder: Reverse
      rollingSync: {steps: [{matchExpressions: [{key: stage, operator: In, values: [first]}], maxUpdate: 1}]}
    generators:
      - list: {elements: [{name: one, revision: v1}, {name: two, revision: v2}]}
      - matrix:
          generators:
            - git:
                repoURL: https://gitlab.example.org/blue/shop.git
                revision: v1.0.0
                directories: [{path: "previews/*"}]
                requeueAfterSeconds: 600
                pathParamPrefix: folder
                values: {zone: a}
            - list: {elements: [{name: three, revision: v3}]}
    template:
      name: "{{ .name }}"
      annotations: {shop.example.org/preview: "true"}
      labels: {stage: first}
      ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]
      info: [{name: Folder, value: "{{ .name }}"}]
      revisionHistoryLimit: 3
      source:
        repoURL: https://gitlab.example.org/blue/shop.git
        path: previews/{{ .name }}
        targetRevision: v1.0.0
      syncPolicy: {automated: {}}
  several:
    generators: [{list: {elements: [{name: one}]}}]
    template:
      name: "several-{{ .name }}"
      sources:
        - {repoURL: "https://gitlab.example.org/blue/shop.git", path: "{{ .name }}", targetRevision: v1.0.0}
  combined:
    generators:
      - merge:
          mergeKeys: [name]
          generators:
            - list: {elements: [{name: c-one}, {name: c-two}]}
            - list: {elements: [{name: c-one, size: 4}]}
        selector:
          matchLabels: {name: c-one}
          matchExpressions: [{key: size, operator: In, values: ["4"]}]
    template:
      name: "{{ .name }}"
      source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: "{{ .name }}", targetRevision: v1.0.0}
  charts:
    generators:
      - git:
          repoURL: https://gitlab.example.org/blue/shop.git
          revision: v1.0.0
          files: [{path: charts.yaml}, {path: old/*.yaml, exclude: true}]
      - list: {elementsYaml: "[{chart: one}]"}
    template:
      name: "{{ .chart }}"
      source: {repoURL: charts.example.org/blue, chart: "{{ .chart }}", targetRevision: 1.0.0}
  asked:
    subchartRepositories: [https://bitbucket.org/blue/cloud.git]
    generators:
      - pullRequest:
          github:
            {owner: blue, repo: a, api: "https://gitlab.example.org", tokenRef: {repository: bearer}, labels: [a]}
          filters: [{branchMatch: a, targetBranchMatch: a, titleMatch: a}]
          requeueAfterSeconds: 600
          values: {a: b}
          continueOnRepoNotFoundError: true
      - pullRequest:
          gitlab:
            project: blue/a
            api: "https://gitlab.example.org"
            tokenRef: {repository: bearer}
            pullRequestState: opened
            caRef: {configMapName: ca, key: ca.crt}
      - pullRequest: {gitea: {owner: blue, repo: a, api: "https://gitlab.example.org"}}
      - pullRequest:
          bitbucketServer:
            project: blue
            repo: a
            api: "https://gitlab.example.org"
            bearerToken: {tokenRef: {repository: bearer}}
            caRef: {configMapName: ca, key: a}
      - pullRequest: {bitbucket: {owner: blue, repo: a, basicAuth: {username: bot, passwordRef: {repository: cloud}}}}
      - pullRequest:
          azuredevops:
            {organization: blue, project: a, repo: a, api: "https://gitlab.example.org", tokenRef: {repository: bearer}}
    template:
      name: "pr-{{ .number }}"
      destination: {name: eu-1, namespace: "{{ if true }}blue-everything{{ end }}"}
      source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, targetRevision: v1.0.0}
  found:
    generators:
      - scmProvider:
          github: {organization: blue, api: "https://gitlab.example.org", allBranches: true, excludeArchivedRepos: true}
          filters: [{repositoryMatch: a, pathsExist: [a], pathsDoNotExist: [b], labelMatch: a, branchMatch: a}]
          cloneProtocol: https
      - scmProvider:
          gitlab:
            group: blue
            api: "https://gitlab.example.org"
            includeSubgroups: true
            includeSharedProjects: false
            topic: a
            includeArchivedRepos: true
      - scmProvider: {gitea: {owner: blue, api: "https://gitlab.example.org", excludeArchivedRepos: true}}
      - scmProvider: {bitbucketServer: {project: blue, api: "https://gitlab.example.org"}}
      - scmProvider: {bitbucket: {owner: blue, user: bot, appPasswordRef: {repository: cloud}}}
      - scmProvider:
          azureDevOps:
            organization: blue
            teamProject: a
            api: "https://gitlab.example.org"
            accessTokenRef: {repository: bearer}
    template:
      name: "repo-{{ .sha }}"
      destination: {server: "https://eu-1.example.org:6443"}
      source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, targetRevision: v1.0.0}
  read:
    generators:
      - clusters: {selector: {matchLabels: {a: b}}, values: {a: b}, flatList: false}
        selector: {matchLabels: {name: eu-1}}
      - plugin: {configMapRef: {name: blue-x}, input: {parameters: {a: b}}, requeueAfterSeconds: 60}
    template:
      name: "read-{{ .name }}"
      source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, targetRevision: v1.0.0}
versions:
  application: {shop: 1.4.2, values: v2026.11.3}
  plain: v1.0.0
  plugged: v1.0.0
  ssh: v1.0.0
  ssh-prefix: v1.0.0
  bearer: v1.0.0
  githubapp: v1.0.0
  github: v1.0.0
  google: v1.0.0
  google-prefix: v1.0.0
  azure: v1.0.0
  azure-prefix: 1.0.0
  principal: v1.0.0
  principal-prefix: v1.0.0
  oci: 1.0.0
syncWindows:
  - kind: deny
    schedule: 0 8 * * 5
    duration: 62h
    applications: [application, "p*"]
    manualSync: true
    syncOverrun: true
    timeZone: Europe/Madrid
    description: No changes from Friday to Sunday
  - {kind: allow, schedule: "0 22 * * 1-4", duration: 1h30m}
orphanedResources:
  warn: true
  ignore: [{group: "", kind: ConfigMap, name: kube-root-ca.crt}, {kind: Secret}]
allow:
  - {kind: source, value: "https://gitlab.example.org/blue/more.git", reason: CHG-1, until: 2099-12-31}
  - {kind: clusterResource, value: rbac.authorization.k8s.io/ClusterRole, reason: CHG-3}
  - {kind: clusterResource, value: apiextensions.k8s.io/CustomResourceDefinition/foos.example.org, reason: CHG-3}
  - {kind: namespaceResource, value: networking.k8s.io/NetworkPolicy, reason: CHG-4}
  - {kind: sourceNamespace, value: blue-apps, reason: CHG-5}
  - {kind: inlineSecret, value: requirements.source.helm.parameters, reason: CHG-6}
  - {kind: generator, value: clusters/eu-1, reason: CHG-7}
  - {kind: generator, value: plugin/blue-x, reason: CHG-7}
  - {kind: generator, value: pullRequest/gitlab.example.org/blue/a, reason: CHG-7}
  - {kind: generator, value: pullRequest/gitlab.example.org/blue/a/a, reason: CHG-7}
  - {kind: generator, value: pullRequest/api.bitbucket.org/blue/a, reason: CHG-7}
  - {kind: generator, value: scmProvider/gitlab.example.org/blue, reason: CHG-7}
  - {kind: generator, value: scmProvider/api.bitbucket.org/blue, reason: CHG-7}
  - {kind: generator, value: scmProvider/gitlab.example.org/blue/a, reason: CHG-7}
"""

_BASE = """\
profile: edge
allow: [{kind: destination, value: hub/blue-dashboards, reason: CHG-2}]
description: Where Pulumi cannot go
base:
  source: {helm: {valuesObject: {namespace: "${namespace}"}}}
  syncPolicy: {automated: {allowEmpty: true}}
  waitUntil: healthy
"""

FILES: Mapping[str, str] = {
    "platform.yaml": trees.platform(_PLATFORM),
    "platform/about.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata: {name: about-platform}
data: {namespace: "${namespace}"}
""",
    "platform/schedule.yaml": """\
apiVersion: velero.io/v1
kind: Schedule
metadata: {name: "${namespace}"}
spec: {schedule: "0 3 * * *", template: {includedNamespaces: ["${namespace}"]}}
""",
    "projects/blue/all/eu-1/prod/project.yaml": _PROJECT,
    "projects/blue/all/eu-1/prod/manifests/settings.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {tier: "1"}}
data: {cluster: "${cluster}", text: "no"}
""",
    "projects/blue/all/edge/prod/project.yaml": _BASE,
    "projects/blue/shop/eu-1/staging/project.yaml": """\
versions: {application: v1.4.2}
namespace: {mode: existing}
classes: {nonproduction: {description: A namespace of somebody else}}
""",
    "projects/blue/shop/hub/dev/project.yaml": """\
versions: {application: main}
namespace: {mode: adopt}
impersonation: true
""",
}


def write(tmp_path: Path) -> Path:
    """Write the tree; its root."""
    return trees.tree(tmp_path, FILES)


NEWER = {"Directory.disable_extension_filter"}
"""Fields that Argo CD has since 3.6: the API server has the CRDs of 3.5."""


def unset_fields(projects: Iterable[Project]) -> set[str]:
    """Fields of the models, as `Class.field`, that no environment sets. An inherited field is its first class's."""
    seen = {
        _label(type(item), name)
        for project in projects
        for item in (*_models(project.settings), *_models(project.platform))
        for name in item.model_fields_set
    }
    models = _reachable([ClassSettings, Platform])
    return {_label(model, name) for model in models for name in model.model_fields} - seen - NEWER


def _label(model: type[Model], name: str) -> str:
    owners = [item for item in model.__mro__ if name in getattr(item, "__annotations__", {})]
    return f"{owners[-1].__name__}.{name}"


def _models(value: Any) -> Iterator[Model]:
    if isinstance(value, Model):
        yield value
        for name in value.model_fields_set:
            yield from _models(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _models(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _models(item)


def _reachable(roots: Iterable[type[Model]]) -> set[type[Model]]:
    found: set[type[Model]] = set()
    waiting = list(roots)
    while waiting:
        model = waiting.pop()
        if model not in found:
            found.add(model)
            for field in model.model_fields.values():
                waiting += _inner(field.annotation)
    return found


def _inner(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _inner(argument)
