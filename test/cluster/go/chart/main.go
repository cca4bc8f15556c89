// render prints what a Helm chart makes of values, in the order in which a cluster takes it.
//
//	render CHART-FOLDER NAMESPACE < VALUES
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
)

// The Kubernetes of the test cluster, which charts may ask for.
const kubernetes = "v1.34.4"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: render CHART-FOLDER NAMESPACE < VALUES")
		os.Exit(2)
	}
	manifests, err := render(os.Args[1], os.Args[2], os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(manifests)
}

// render gives YAML documents, each below the name of the file that it comes from.
func render(folder, namespace string, input io.Reader) (string, error) {
	chart, err := loader.LoadDir(folder)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(input)
	if err != nil {
		return "", err
	}
	values, err := chartutil.ReadValues(text)
	if err != nil {
		return "", err
	}
	if err := chartutil.ProcessDependencies(chart, values); err != nil {
		return "", err
	}
	version, err := chartutil.ParseKubeVersion(kubernetes)
	if err != nil {
		return "", err
	}
	capabilities := chartutil.DefaultCapabilities.Copy()
	capabilities.KubeVersion = *version
	release := chartutil.ReleaseOptions{Name: chart.Name(), Namespace: namespace, IsInstall: true, Revision: 1}
	all, err := chartutil.ToRenderValues(chart, values, release, capabilities)
	if err != nil {
		return "", err
	}
	files, err := engine.Render(chart, all)
	if err != nil {
		return "", err
	}
	for name := range files {
		// For people.
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(files, name)
		}
	}
	_, sorted, err := releaseutil.SortManifests(files, capabilities.APIVersions, releaseutil.InstallOrder)
	if err != nil {
		return "", err
	}
	var documents strings.Builder
	for _, manifest := range sorted {
		fmt.Fprintf(&documents, "---\n# %s\n%s\n", manifest.Name, manifest.Content)
	}
	return documents.String(), nil
}
