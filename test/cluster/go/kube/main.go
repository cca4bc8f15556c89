// kube is every component of a Kubernetes test cluster in one program, chosen by its first argument: the parts share nearly all of their
// code, so one link takes a fifth of the time and disk of seven.
//
//	kube etcd | kube-apiserver | kube-controller-manager | kube-scheduler | kube-proxy | kubelet | kubectl | kubeadm  [flags]
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	kubeproxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubeadm "k8s.io/kubernetes/cmd/kubeadm/app"
	kubeadmerrors "k8s.io/kubernetes/cmd/kubeadm/app/util/errors"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

func component(name string) *cobra.Command {
	switch name {
	case "kube-apiserver":
		return apiserver.NewAPIServerCommand()
	case "kube-controller-manager":
		return controllermanager.NewControllerManagerCommand()
	case "kube-scheduler":
		return scheduler.NewSchedulerCommand()
	case "kube-proxy":
		return kubeproxy.NewProxyCommand()
	case "kubelet":
		return kubelet.NewKubeletCommand(context.Background())
	case "kubectl":
		return kubectl.NewDefaultKubectlCommand()
	}
	return nil
}

func main() {
	// A link named kubectl is kubectl, so that a shell of the cluster has it in its PATH.
	if base := filepath.Base(os.Args[0]); base == "kubectl" {
		os.Args = slices.Insert(os.Args, 1, base)
	}
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "kube: which component? See the comment in test/cluster/go/kube/main.go.")
		os.Exit(2)
	}
	// Components find their own name and flags where they would be if they had been started by themselves.
	os.Args = os.Args[1:]
	name := os.Args[0]
	switch name {
	case "etcd":
		etcdmain.Main(os.Args)
		return
	case "kubeadm":
		kubeadmerrors.HandleError(kubeadm.Run())
		return
	}
	command := component(name)
	if command == nil {
		fmt.Fprintf(os.Stderr, "kube: there is no component %q.\n", name)
		os.Exit(2)
	}
	os.Exit(cli.Run(command))
}
