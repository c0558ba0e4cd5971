// argocd-repositories prints how Argo CD reads repository Secrets, with Argo CD's own code.
//
// It reads {"secrets": [Secret, …], "ask": [{"url", "project", "write"}, …]} and answers, for each question, with the
// Repository that Argo CD finds and the credentials that it would send. All values are those of tests.
//
// "offered" are the Secrets whose logins Argo CD takes along for the dependencies of a chart, as controller/state.go and
// server/application/application.go collect them.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/db"
	"github.com/argoproj/argo-cd/v3/util/git"
	"github.com/argoproj/argo-cd/v3/util/settings"
	"github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
)

const namespace = "argocd"

type question struct {
	URL     string `json:"url"`
	Project string `json:"project"`
	Write   bool   `json:"write"`
}

type input struct {
	Secrets []*corev1.Secret `json:"secrets"`
	Ask     []question       `json:"ask"`
}

type answer struct {
	Repository *v1alpha1.Repository `json:"repository"`
	Error      string               `json:"error,omitempty"`
	// Found is false where Argo CD would go on without a Secret.
	Found bool `json:"found"`
	// Offered are the names of the repositories for a chart's dependencies, sorted.
	Offered []string `json:"offered"`
	// InProject is how many repositories Argo CD counts to the project of the question.
	InProject int    `json:"inProject"`
	Git       string `json:"git"`
	Helm      string `json:"helm"`
	// HelmLogin and OCILogin are user and password as they reach Helm and ORAS, HelmCert and OCICert the certificate.
	HelmLogin string `json:"helmLogin"`
	HelmCert  string `json:"helmCert"`
	OCILogin  string `json:"ociLogin"`
	OCICert   string `json:"ociCert"`
	OCIPlain  bool   `json:"ociPlain"`
}

func main() {
	logrus.SetOutput(os.Stderr)
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var in input
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client := fake.NewClientset(objects(in.Secrets)...)
	manager := settings.NewSettingsManager(ctx, client, namespace)
	database := db.NewDB(namespace, manager, client)
	answers := make([]answer, 0, len(in.Ask))
	for _, ask := range in.Ask {
		answers = append(answers, evaluate(ctx, database, ask))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(answers)
}

// objects are the Secrets as a server would have them, and the objects that Argo CD expects next to them.
func objects(secrets []*corev1.Secret) []runtime.Object {
	labels := map[string]string{"app.kubernetes.io/part-of": "argocd"}
	found := []runtime.Object{
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: common.ArgoCDConfigMapName, Namespace: namespace, Labels: labels}},
		&corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Name: common.ArgoCDSecretName, Namespace: namespace, Labels: labels},
			Data:       map[string][]byte{"admin.password": nil, "server.secretkey": nil},
		},
	}
	for _, secret := range secrets {
		if secret.Data == nil {
			secret.Data = map[string][]byte{}
		}
		for key, value := range secret.StringData { // as the API server does
			secret.Data[key] = []byte(value)
		}
		secret.StringData = nil
		found = append(found, secret)
	}
	return found
}

func evaluate(ctx context.Context, database db.ArgoDB, ask question) answer {
	get, exists, list := database.GetRepository, database.RepositoryExists, database.GetProjectRepositories
	if ask.Write {
		get, exists, list = database.GetWriteRepository, database.WriteRepositoryExists, database.GetProjectWriteRepositories
	}
	found, err := exists(ctx, ask.URL, ask.Project)
	if err != nil {
		return answer{Error: err.Error()}
	}
	repository, err := get(ctx, ask.URL, ask.Project)
	if err != nil {
		return answer{Error: err.Error()}
	}
	inProject, err := list(ask.Project)
	if err != nil {
		return answer{Error: err.Error()}
	}
	offered, err := offered(ctx, database, ask)
	if err != nil {
		return answer{Error: err.Error()}
	}
	helm, oci := repository.GetHelmCreds(), repository.GetOCICreds()
	result := answer{
		Repository: repository,
		Found:      found,
		Offered:    offered,
		InProject:  len(inProject),
		Git:        kind(repository.GetGitCreds(git.NoopCredsStore{})),
		Helm:       kind(helm),
		HelmCert:   pair(string(helm.GetCertData()), string(helm.GetKeyData())),
		OCILogin:   pair(oci.Username, oci.Password),
		OCICert:    pair(string(oci.CertData), string(oci.KeyData)),
		OCIPlain:   oci.InsecureHTTPOnly,
	}
	if result.Helm == "HelmCreds" { // the others would ask a cloud for a token
		password, err := helm.GetPassword()
		if err != nil {
			return answer{Error: err.Error()}
		}
		result.HelmLogin = pair(helm.GetUsername(), password)
	}
	return result
}

// offered asks for a project that may read the question's URL and nothing else.
func offered(ctx context.Context, database db.ArgoDB, ask question) ([]string, error) {
	project := &v1alpha1.AppProject{Spec: v1alpha1.AppProjectSpec{SourceRepos: []string{ask.URL}}}
	project.Name = ask.Project
	charts, err := database.ListHelmRepositories(ctx)
	if err != nil {
		return nil, err
	}
	images, err := database.ListOCIRepositories(ctx)
	if err != nil {
		return nil, err
	}
	permitted, err := argo.GetPermittedRepos(project, append(charts, images...))
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(permitted))
	for _, repository := range permitted {
		names = append(names, repository.Name)
	}
	slices.Sort(names)
	return names, nil
}

func kind(value any) string {
	name := fmt.Sprintf("%T", value)
	return name[strings.LastIndex(name, ".")+1:]
}

func pair(first, second string) string {
	if first == "" && second == "" {
		return ""
	}
	return first + ":" + second
}
