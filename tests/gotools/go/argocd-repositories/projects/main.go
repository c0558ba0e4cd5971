// argocd-projects prints how Argo CD judges AppProjects, Applications and ApplicationSets, with Argo CD's own code.
//
// Each line of its input is one JSON object, a question; each line of its output is the answer. See `question`.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	applister "github.com/argoproj/argo-cd/v3/pkg/client/listers/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/server/rbacpolicy"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	"github.com/argoproj/argo-cd/v3/util/assets"
	"github.com/argoproj/argo-cd/v3/util/db"
	"github.com/argoproj/argo-cd/v3/util/git"
	"github.com/argoproj/argo-cd/v3/util/rbac"
	"github.com/argoproj/argo-cd/v3/util/sourceintegrity"
	"github.com/golang-jwt/jwt/v5"
	"github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
)

const namespace = "argocd"

type kind struct {
	Group      string `json:"group"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Namespaced bool   `json:"namespaced"`
}

// request is an action of a user. Object is "<project>/<name>", as Argo CD asks its enforcer.
type request struct {
	Subject  string   `json:"subject"`
	Groups   []string `json:"groups"`
	Resource string   `json:"resource"`
	Action   string   `json:"action"`
	Object   string   `json:"object"`
}

// difference is an object, and what an Application ignores of it.
type difference struct {
	Ignore []v1alpha1.ResourceIgnoreDifferences `json:"ignore"`
	Object map[string]any                       `json:"object"`
}

// texts are values of single fields: each list is judged by the function that reads the field.
type texts struct {
	KubeVersions []string `json:"kubeVersions"`
	Refs         []string `json:"refs"`
	Keys         []string `json:"keys"`
}

// text is a text of a template with the values of one element, as a list generator yields them.
type text struct {
	Text   string         `json:"text"`
	Values map[string]any `json:"values"`
}

// filled is the text with its templates filled, or the error.
type filled struct {
	Error string `json:"error"`
	Text  string `json:"text"`
}

// question is about one project. Clusters are names of clusters by server; without any, every server is known.
type question struct {
	Project         *v1alpha1.AppProject               `json:"project"`
	Clusters        map[string]string                  `json:"clusters"`
	Sources         []string                           `json:"sources"`
	Destinations    []*v1alpha1.ApplicationDestination `json:"destinations"`
	Kinds           []kind                             `json:"kinds"`
	Applications    []*v1alpha1.Application            `json:"applications"`
	ApplicationSets []*v1alpha1.ApplicationSet         `json:"applicationSets"`
	Served          served                             `json:"served"`
	Requests        []request                          `json:"requests"`
	URLs            []string                           `json:"urls"`
	Differences     []difference                       `json:"differences"`
	Texts           texts                              `json:"texts"`
	Specs           []*v1alpha1.ApplicationSpec        `json:"specs"`
	Tokens          *tokens                            `json:"tokens"`
	Templates       []text                             `json:"templates"`
}

// rest is what remains of an object without the ignored fields, or the error of the whole comparison.
type rest struct {
	Error  string         `json:"error"`
	Object map[string]any `json:"object"`
}

// judged has true for each text that Argo CD accepts.
type judged struct {
	KubeVersions []bool `json:"kubeVersions"`
	Refs         []bool `json:"refs"`
	Keys         []bool `json:"keys"`
}

type generated struct {
	Error        string                 `json:"error,omitempty"`
	Applications []v1alpha1.Application `json:"applications"`
}

// answer has a list for each list of the question. An empty text means no error.
type answer struct {
	Error           string      `json:"error"`
	Sources         []bool      `json:"sources"`
	Destinations    []bool      `json:"destinations"`
	Kinds           []bool      `json:"kinds"`
	Applications    []string    `json:"applications"`
	ApplicationSets []generated `json:"applicationSets"`
	Requests        []bool      `json:"requests"`
	URLs            []string    `json:"urls"`

	Differences []rest                      `json:"differences"`
	Texts       judged                      `json:"texts"`
	Specs       []*v1alpha1.ApplicationSpec `json:"specs"`
	Tokens      []string                    `json:"tokens"`
	Templates   []filled                    `json:"templates"`
}

func main() {
	logrus.SetOutput(io.Discard)
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	decoder, encoder := json.NewDecoder(input), json.NewEncoder(output)
	decoder.DisallowUnknownFields()
	for {
		var ask question
		if err := decoder.Decode(&ask); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		result, err := evaluate(&ask)
		if err != nil {
			return err
		}
		if err := encoder.Encode(result); err != nil {
			return err
		}
	}
}

func evaluate(ask *question) (answer, error) {
	result := answer{}
	for _, url := range ask.URLs {
		result.URLs = append(result.URLs, git.NormalizeGitURL(url))
	}
	for _, item := range ask.Templates {
		made, err := (&utils.Render{}).Replace(item.Text, item.Values, true, []string{"missingkey=error"})
		if err != nil {
			result.Templates = append(result.Templates, filled{Error: err.Error()})
		} else {
			result.Templates = append(result.Templates, filled{Text: made})
		}
	}
	if len(ask.ApplicationSets) > 0 {
		server := ask.Served.start()
		defer server.Close()
		for _, set := range ask.ApplicationSets {
			result.ApplicationSets = append(result.ApplicationSets, generate(set, &ask.Served, server.URL))
		}
	}
	for _, item := range ask.Differences {
		result.Differences = append(result.Differences, ignored(item))
	}
	result.Texts = ask.Texts.judge()
	for _, spec := range ask.Specs {
		result.Specs = append(result.Specs, argo.NormalizeApplicationSpec(spec))
	}
	if ask.Tokens != nil {
		steps, err := ask.Tokens.run()
		if err != nil {
			return result, err
		}
		result.Tokens = steps
	}
	project := ask.Project
	if project == nil {
		return result, nil
	}
	if err := project.DeepCopy().ValidateProject(); err != nil {
		result.Error = err.Error()
	}
	known := clusters{named: ask.Clusters}
	for _, url := range ask.Sources {
		result.Sources = append(result.Sources, project.IsSourcePermitted(v1alpha1.ApplicationSource{RepoURL: url}))
	}
	for _, destination := range ask.Destinations {
		result.Destinations = append(result.Destinations, known.permits(project, destination))
	}
	for _, item := range ask.Kinds {
		gk := schema.GroupKind{Group: item.Group, Kind: item.Kind}
		result.Kinds = append(result.Kinds, project.IsGroupKindNamePermitted(gk, item.Name, item.Namespaced))
	}
	for _, application := range ask.Applications {
		result.Applications = append(result.Applications, judge(application, project, known))
	}
	if len(ask.Requests) > 0 {
		enforcer, err := enforcerFor(project)
		if err != nil {
			return result, err
		}
		for _, item := range ask.Requests {
			claims := jwt.MapClaims{"sub": item.Subject, "groups": item.Groups}
			result.Requests = append(result.Requests, enforcer.Enforce(claims, item.Resource, item.Action, item.Object))
		}
	}
	return result, nil
}

// ignored returns what is compared of an object.
func ignored(item difference) rest {
	normalizer, err := normalizers.NewIgnoreNormalizer(item.Ignore, nil, normalizers.IgnoreNormalizerOpts{})
	if err != nil {
		return rest{Error: err.Error()}
	}
	object := &unstructured.Unstructured{Object: item.Object}
	if err := normalizer.Normalize(object); err != nil {
		return rest{Error: err.Error()}
	}
	return rest{Object: object.Object}
}

func (t texts) judge() judged {
	result := judged{}
	for _, text := range t.KubeVersions {
		_, err := version.ParseGeneric(text)
		result.KubeVersions = append(result.KubeVersions, err == nil)
	}
	for _, text := range t.Refs {
		sources := v1alpha1.ApplicationSources{{RepoURL: "https://git.example.org/x.git", Ref: text}}
		_, err := argo.GetRefSources(context.Background(), sources, "project", anyRepository, nil)
		result.Refs = append(result.Refs, err == nil)
	}
	for _, text := range t.Keys {
		_, err := sourceintegrity.KeyID(text)
		result.Keys = append(result.Keys, err == nil)
	}
	return result
}

func anyRepository(_ context.Context, url string, _ string) (*v1alpha1.Repository, error) {
	return &v1alpha1.Repository{Repo: url}, nil
}

// judge returns the errors of the controller about an applied Application, and those of the API server
// (server/application/application.go, validateAndNormalizeApp).
func judge(application *v1alpha1.Application, project *v1alpha1.AppProject, known clusters) string {
	conditions, err := argo.ValidatePermissions(context.Background(), &application.Spec, project, known)
	if err != nil {
		return err.Error()
	}
	if len(conditions) > 0 {
		return argo.FormatAppConditions(conditions)
	}
	for _, source := range application.Spec.GetSources() {
		if _, err := source.ExplicitType(); err != nil {
			return err.Error()
		}
	}
	return ""
}

// generate returns what the controller generates of a set whose generators read no repository.
func generate(set *v1alpha1.ApplicationSet, data *served, url string) generated {
	if err := utils.CheckInvalidGenerators(set); err != nil {
		return generated{Error: err.Error()}
	}
	terminal := data.generators(url)
	terminal["List"] = generators.NewListGenerator()
	nested, top := maps.Clone(terminal), maps.Clone(terminal)
	nested["Matrix"], nested["Merge"] = generators.NewMatrixGenerator(terminal), generators.NewMergeGenerator(terminal)
	top["Matrix"], top["Merge"] = generators.NewMatrixGenerator(nested), generators.NewMergeGenerator(nested)
	for _, item := range set.Spec.Generators {
		sendTo(url, []v1alpha1.ApplicationSetNestedGenerator{{PullRequest: item.PullRequest}})
		if item.Matrix != nil {
			sendTo(url, item.Matrix.Generators)
		}
		if item.Merge != nil {
			sendTo(url, item.Merge.Generators)
		}
	}
	entry := logrus.NewEntry(logrus.StandardLogger())
	applications, _, err := template.GenerateApplications(entry, *set, top, &utils.Render{}, nil)
	if err != nil {
		return generated{Error: err.Error(), Applications: applications}
	}
	return generated{Applications: applications}
}

// enforcerFor returns the enforcer of the API server with Argo CD's built-in policy, and the project's own where a request is about it.
func enforcerFor(project *v1alpha1.AppProject) (*rbac.Enforcer, error) {
	enforcer := rbac.NewEnforcer(fake.NewClientset(), namespace, "argocd-rbac-cm", nil)
	if err := enforcer.SetBuiltinPolicy(assets.BuiltinPolicyCSV); err != nil {
		return nil, err
	}
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	stored := project.DeepCopy()
	stored.Namespace = namespace
	if err := indexer.Add(stored); err != nil {
		return nil, err
	}
	lister := applister.NewAppProjectLister(indexer).AppProjects(namespace)
	enforcer.SetClaimsEnforcerFunc(rbacpolicy.NewRBACPolicyEnforcer(enforcer, lister).EnforceClaims)
	return enforcer, nil
}

// clusters replaces Argo CD's database where it is asked for nothing but clusters.
type clusters struct {
	db.ArgoDB
	named map[string]string
}

func (c clusters) GetCluster(_ context.Context, server string) (*v1alpha1.Cluster, error) {
	if name, ok := c.named[server]; ok || len(c.named) == 0 {
		return &v1alpha1.Cluster{Server: server, Name: name}, nil
	}
	return nil, fmt.Errorf("cluster %q not found", server)
}

func (c clusters) GetClusterServersByName(_ context.Context, name string) ([]string, error) {
	var found []string
	for server, other := range c.named {
		if other == name {
			found = append(found, server)
		}
	}
	return found, nil
}

func (c clusters) GetProjectClusters(context.Context, string) ([]*v1alpha1.Cluster, error) {
	return nil, nil
}

func (c clusters) permits(project *v1alpha1.AppProject, destination *v1alpha1.ApplicationDestination) bool {
	cluster, err := argo.GetDestinationCluster(context.Background(), *destination, c)
	if err != nil {
		return false
	}
	permitted, err := project.IsDestinationPermitted(cluster, destination.Namespace, func(string) ([]*v1alpha1.Cluster, error) {
		return nil, nil
	})
	return err == nil && permitted
}
