// Argo CD is never compiled here: only the manifests of its CRDs are read out of the module, and
// go.sum pins their bytes. `go mod tidy` would drop the requirement, so do not run it in this folder.
module argoproject.test/controlplane/argocd

go 1.26.0

require github.com/argoproj/argo-cd/v3 v3.5.7
