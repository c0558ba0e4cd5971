// Everything that Argo CD deploys from, on one port: Git repositories, a repository of Helm charts, a registry of OCI
// artifacts.
//
// usage: sources ADDRESS CERTIFICATE KEY FOLDER
//
// FOLDER has git/ with bare repositories, charts/ with a Helm repository, and logins.json: an object of
// {"<beginning of a path>": {"user": "…", "password": "…"}}, read again for each request. Where several match, the
// longest counts. A path that none matches may be read by anybody, and is never written.
package main

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
)

type login struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: sources ADDRESS CERTIFICATE KEY FOLDER")
		os.Exit(2)
	}
	folder := os.Args[4]
	git, err := exec.LookPath("git")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	repositories := cgi.Handler{
		Path: git,
		Args: []string{"http-backend"},
		Env: []string{
			"GIT_PROJECT_ROOT=" + filepath.Join(folder, "git"), "GIT_HTTP_EXPORT_ALL=1", "HOME=" + folder,
			"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
		},
	}
	open := http.NewServeMux()
	open.Handle("/v2/", registry.New())
	open.Handle("/charts/", http.FileServer(http.Dir(folder)))
	open.Handle("/", &repositories)
	// Git's own server accepts pushes of users that somebody has recognized.
	writable := repositories
	writable.Env = append(append([]string{}, repositories.Env...), "REMOTE_USER=sources")
	closed := http.NewServeMux()
	closed.Handle("/", &writable)
	for _, path := range []string{"/v2/", "/charts/"} {
		closed.Handle(path, open)
	}
	guarded := http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		needed, found := loginOf(filepath.Join(folder, "logins.json"), request.URL.Path)
		user, password, _ := request.BasicAuth()
		if found && !(equal(user, needed.User) && equal(password, needed.Password)) {
			answer.Header().Set("WWW-Authenticate", `Basic realm="sources"`)
			answer.WriteHeader(http.StatusUnauthorized)
			return
		}
		if found {
			closed.ServeHTTP(answer, request)
			return
		}
		open.ServeHTTP(answer, request)
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServeTLS(os.Args[1], os.Args[2], os.Args[3], guarded))
	os.Exit(1)
}

// loginOf gives the login that a path needs, if it needs one.
func loginOf(file, path string) (login, bool) {
	var logins map[string]login
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &logins)
	}
	if err != nil {
		panic(err) // the answer is an error: nothing is served without its login
	}
	longest, found := "", false
	for prefix := range logins {
		if strings.HasPrefix(path, prefix) && (!found || len(prefix) > len(longest)) {
			longest, found = prefix, true
		}
	}
	return logins[longest], found
}

func equal(given, wanted string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(wanted)) == 1
}
