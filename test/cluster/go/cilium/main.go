// cilium is Cilium's agent, operator and debug command in one program, chosen by its first argument: they share most of their code, and one link
// takes a third of the time and disk of three.
//
//	cilium cilium-agent | cilium-operator-generic | cilium-dbg  [flags]
package main

import (
	"fmt"
	"os"

	debug "github.com/cilium/cilium/cilium-dbg/cmd"
	agent "github.com/cilium/cilium/daemon/cmd"
	operator "github.com/cilium/cilium/operator/cmd"
	"github.com/cilium/cilium/pkg/hive"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "cilium: which program? See the comment in test/cluster/go/cilium/main.go.")
		os.Exit(2)
	}
	// Each reads its flags where they are when it is started by itself.
	os.Args = os.Args[1:]
	switch os.Args[0] {
	case "cilium-agent":
		agent.Execute(agent.NewAgentCmd(func() *hive.Hive { return hive.New(agent.Agent) }))
	case "cilium-operator-generic":
		operator.Execute(operator.NewOperatorCmd(hive.New(operator.Operator())))
	case "cilium-dbg":
		debug.Execute()
	default:
		fmt.Fprintf(os.Stderr, "cilium: there is no program %q.\n", os.Args[0])
		os.Exit(2)
	}
}
