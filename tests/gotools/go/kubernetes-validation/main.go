// kubernetes-validation prints how Kubernetes judges objects, with the API server's own decoding, defaults and validation.
//
// Each line of its input is one object as JSON; each line of its output is the answer. See `answer`. With the argument
// `yaml`, each line of the input is a YAML document as a JSON string, and each line of the output what kubectl reads. With
// `keyring`, each line is a list of a registry's server and an image, and each answer whether the kubelet pulls the image
// with the server's login.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	quota "k8s.io/apiserver/pkg/quota/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/credentialprovider"
	evaluators "k8s.io/kubernetes/pkg/quota/v1/evaluator/core"
	"k8s.io/kubernetes/pkg/util/parsers"
	"sigs.k8s.io/yaml"
)

// answer has an empty list of errors for an object that the API server takes. Stored is what it keeps: decoded, with
// defaults. Counted are the keys of a quota's `hard` that Kubernetes counts, apart from `count/<resource>.<group>`.
type answer struct {
	Errors  []string       `json:"errors"`
	Stored  runtime.Object `json:"stored,omitempty"`
	Counted []string       `json:"counted,omitempty"`
}

func main() {
	do := run
	if len(os.Args) > 1 {
		do = map[string]func(io.Reader, io.Writer) error{"yaml": convert, "keyring": pulls}[os.Args[1]]
	}
	if err := do(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(input io.Reader, output io.Writer) error {
	judges, err := evaluators.NewEvaluators(nil, informers.NewSharedInformerFactory(fake.NewClientset(), 0), nil)
	if err != nil {
		return err
	}
	decoder := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, 64<<20)
	encoder := json.NewEncoder(output)
	for lines.Scan() {
		if err := encoder.Encode(judge(decoder, judges, lines.Bytes())); err != nil {
			return err
		}
	}
	return lines.Err()
}

func convert(input io.Reader, output io.Writer) error {
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			return err
		}
		data, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			if data, err = json.Marshal(map[string]string{"error": err.Error()}); err != nil {
				return err
			}
		}
		fmt.Fprintln(output, string(data))
	}
	return lines.Err()
}

func pulls(input io.Reader, output io.Writer) error {
	lines := bufio.NewScanner(input)
	for lines.Scan() {
		var pair [2]string
		if err := json.Unmarshal(lines.Bytes(), &pair); err != nil {
			return err
		}
		found := false
		if image, _, _, err := parsers.ParseImageName(pair[1]); err == nil {
			keyring := &credentialprovider.BasicDockerKeyring{}
			keyring.Add(nil, credentialprovider.DockerConfig{pair[0]: {Username: "a", Password: "b"}})
			_, found = keyring.Lookup(image)
		}
		fmt.Fprintln(output, found)
	}
	return lines.Err()
}

func judge(decoder runtime.Decoder, judges []quota.Evaluator, text []byte) answer {
	stored, _, err := decoder.Decode(text, nil, nil)
	if err != nil {
		return answer{Errors: []string{err.Error()}}
	}
	legacyscheme.Scheme.Default(stored)
	internal, err := legacyscheme.Scheme.UnsafeConvertToVersion(stored.DeepCopyObject(), runtime.InternalGroupVersioner)
	if err != nil {
		return answer{Errors: []string{err.Error()}}
	}
	found := answer{Errors: []string{}, Stored: stored}
	var problems field.ErrorList
	switch object := internal.(type) {
	case *networking.NetworkPolicy:
		problems = networkingvalidation.ValidateNetworkPolicy(object, networkingvalidation.NetworkPolicyValidationOptions{})
	case *core.ResourceQuota:
		problems = corevalidation.ValidateResourceQuota(object)
		found.Counted = counted(judges, stored.(*corev1.ResourceQuota))
	case *core.LimitRange:
		problems = corevalidation.ValidateLimitRange(object)
	case *core.Namespace:
		problems = corevalidation.ValidateNamespace(object)
	default:
		return answer{Errors: []string{fmt.Sprintf("nothing judges a %T", internal)}}
	}
	for _, problem := range problems {
		found.Errors = append(found.Errors, problem.Error())
	}
	return found
}

func counted(judges []quota.Evaluator, object *corev1.ResourceQuota) []string {
	hard := quota.ResourceNames(object.Spec.Hard)
	found := []string{}
	for _, judge := range judges {
		for _, name := range judge.MatchingResources(hard) {
			found = append(found, string(name))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
