package main

import (
	"context"

	"github.com/argoproj/argo-cd/v3/pkg/apiclient/project"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/pkg/client/clientset/versioned"
	server "github.com/argoproj/argo-cd/v3/server/project"
	"github.com/argoproj/argo-cd/v3/server/rbacpolicy"
	"github.com/argoproj/argo-cd/v3/util/rbac"
	"github.com/argoproj/argo-cd/v3/util/session"
	"github.com/argoproj/argo-cd/v3/util/settings"
	"github.com/argoproj/pkg/v2/sync"
	"github.com/golang-jwt/jwt/v5"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/kubernetes/fake"
	restclient "k8s.io/client-go/rest"
)

// tokens are steps of Argo CD's API server with the tokens of one AppProject that a real API server stores.
type tokens struct {
	Server  string `json:"server"`
	CA      string `json:"ca"`
	Bearer  string `json:"bearer"`
	As      string `json:"as"`
	Project string `json:"project"`
	Steps   []step `json:"steps"`
}

// step is what a user in some groups does: "create" or "delete" a token by its role and id, log in with it ("use"), or
// restart Argo CD ("normalize").
type step struct {
	Do     string   `json:"do"`
	Role   string   `json:"role"`
	ID     string   `json:"id"`
	Groups []string `json:"groups"`
}

// run returns the error of each step, empty if there is none. Only the AppProject is real: settings are those of an Argo CD
// without any.
func (t *tokens) run() ([]string, error) {
	labelled := map[string]string{"app.kubernetes.io/part-of": "argocd"}
	core := fake.NewClientset(
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "argocd-cm", Labels: labelled}},
		&corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "argocd-secret", Labels: labelled},
			Data:       map[string][]byte{"admin.password": []byte("test"), "server.secretkey": []byte("test")},
		},
	)
	client, err := versioned.NewForConfig(&restclient.Config{
		Host: t.Server, BearerToken: t.Bearer, TLSClientConfig: restclient.TLSClientConfig{CAData: []byte(t.CA)},
		Impersonate: restclient.ImpersonationConfig{UserName: t.As, Groups: []string{"system:masters"}},
	})
	if err != nil {
		return nil, err
	}
	manager := settings.NewSettingsManager(context.Background(), core, namespace)
	sessions := session.NewSessionManager(manager, stored{client}, "", nil, session.NewUserStateStorage(nil))
	enforcer := rbac.NewEnforcer(core, namespace, "argocd-rbac-cm", nil)
	policy := rbacpolicy.NewRBACPolicyEnforcer(enforcer, nil)
	policy.SetScopes([]string{"groups"})
	projects := server.NewServer(namespace, core, client, enforcer, sync.NewKeyLock(), sessions, policy, nil, manager, nil, nil)
	made := map[string]string{}
	var errors []string
	for _, item := range t.Steps {
		//nolint:staticcheck // Argo CD's own key
		user := context.WithValue(context.Background(), "claims", &jwt.MapClaims{"groups": item.Groups})
		var failed error
		switch item.Do {
		case "create":
			var answer *project.ProjectTokenResponse
			answer, failed = projects.CreateToken(user, &project.ProjectTokenCreateRequest{Project: t.Project, Role: item.Role, Id: item.ID})
			if failed == nil {
				made[item.ID] = answer.Token
			}
		case "delete":
			_, failed = projects.DeleteToken(user, &project.ProjectTokenDeleteRequest{Project: t.Project, Role: item.Role, Id: item.ID})
		case "use":
			_, _, failed = sessions.Parse(made[item.ID])
		case "normalize":
			failed = projects.NormalizeProjs()
		}
		if failed == nil {
			errors = append(errors, "")
		} else {
			errors = append(errors, failed.Error())
		}
	}
	return errors, nil
}

// stored reads AppProjects from the API server, without a cache.
type stored struct{ client versioned.Interface }

func (s stored) Get(name string) (*v1alpha1.AppProject, error) {
	return s.client.ArgoprojV1alpha1().AppProjects(namespace).Get(context.Background(), name, metav1.GetOptions{})
}

func (s stored) List(labels.Selector) ([]*v1alpha1.AppProject, error) {
	return nil, nil
}
