package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/services/scm_provider"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// served is what generators read: clusters with the data, labels and annotations of their Secrets, merge requests as
// GitLab's API has them, repositories, and parameters of a plugin.
type served struct {
	Clusters []struct {
		Data        map[string]string `json:"data"`
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
	} `json:"clusters"`
	Pulls        []map[string]any           `json:"pulls"`
	Repositories []*scm_provider.Repository `json:"repositories"`
	Parameters   []map[string]any           `json:"parameters"`
}

func (s *served) start() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		writer.Header().Set("Content-Type", "application/json")
		var body any = s.Pulls
		if strings.HasSuffix(request.URL.Path, "getparams.execute") {
			body = map[string]any{"output": map[string]any{"parameters": s.Parameters}}
		}
		_ = json.NewEncoder(writer).Encode(body)
	}))
}

// generators returns the generators that read what is served, at a URL.
func (s *served) generators(url string) map[string]generators.Generator {
	reader := &reader{served: s, url: url}
	return map[string]generators.Generator{
		"Clusters":    generators.NewClusterGenerator(reader, namespace),
		"PullRequest": generators.NewPullRequestGenerator(reader, generators.NewSCMConfig("", nil, true, false, nil, false)),
		"SCMProvider": generators.NewTestSCMProviderGenerator(s),
		"Plugin":      generators.NewPluginGenerator(reader, namespace),
	}
}

// sendTo lets every GitLab of a set be the server of the test.
func sendTo(url string, items []v1alpha1.ApplicationSetNestedGenerator) {
	for _, item := range items {
		if item.PullRequest != nil && item.PullRequest.GitLab != nil {
			item.PullRequest.GitLab.API = url
		}
	}
}

// ListRepos, RepoHasPath and GetBranches make `served` a provider of repositories.
func (s *served) ListRepos(context.Context, string) ([]*scm_provider.Repository, error) {
	return s.Repositories, nil
}

func (s *served) RepoHasPath(context.Context, *scm_provider.Repository, string) (bool, error) {
	return true, nil
}

func (s *served) GetBranches(_ context.Context, repository *scm_provider.Repository) ([]*scm_provider.Repository, error) {
	return []*scm_provider.Repository{repository}, nil
}

// reader is a client that has the Secrets of clusters, a token in every other Secret, and the ConfigMap of any plugin.
type reader struct {
	client.Client
	served *served
	url    string
}

func (r *reader) List(_ context.Context, list client.ObjectList, options ...client.ListOption) error {
	chosen := (&client.ListOptions{}).ApplyOptions(options)
	secrets := list.(*corev1.SecretList)
	for _, item := range r.served.Clusters {
		labels := map[string]string{"argocd.argoproj.io/secret-type": "cluster"}
		for key, value := range item.Labels {
			labels[key] = value
		}
		secret := corev1.Secret{ObjectMeta: metav1.ObjectMeta{Labels: labels, Annotations: item.Annotations}, Data: map[string][]byte{}}
		for key, value := range item.Data {
			secret.Data[key] = []byte(value)
		}
		if chosen.LabelSelector == nil || chosen.LabelSelector.Matches(labelSet(labels)) {
			secrets.Items = append(secrets.Items, secret)
		}
	}
	return nil
}

type labelSet map[string]string

func (l labelSet) Has(key string) bool              { _, found := l[key]; return found }
func (l labelSet) Get(key string) string            { return l[key] }
func (l labelSet) Lookup(key string) (string, bool) { value, found := l[key]; return value, found }

func (r *reader) Get(_ context.Context, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	switch found := object.(type) {
	case *corev1.Secret:
		found.Data = map[string][]byte{"password": []byte("token"), "token": []byte("token")}
	case *corev1.ConfigMap:
		found.Data = map[string]string{"baseUrl": r.url, "token": "$x:token"}
	default:
		return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
	}
	return nil
}
