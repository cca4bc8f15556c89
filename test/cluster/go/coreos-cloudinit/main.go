// coreos-cloudinit is the program of that name as far as a file goes: its own packages read, validate and carry out a cloud-config. Its main
// package does not build here, since libraries of clouds that it asks for data cannot be had.
//
//	coreos-cloudinit -from-file FILE [-validate]
package main

import (
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/coreos/coreos-cloudinit/config"
	"github.com/coreos/coreos-cloudinit/config/validate"
	"github.com/coreos/coreos-cloudinit/datasource"
	"github.com/coreos/coreos-cloudinit/initialize"
)

func main() {
	file := flag.String("from-file", "", "Read user-data from provided file")
	onlyValidate := flag.Bool("validate", false, "Validate the user-data but do not apply it to the system")
	flag.Parse()
	userData, err := os.ReadFile(*file)
	if err != nil {
		log.Fatal(err)
	}
	// As the original does it: the report goes to the log, and decides the exit code only where nothing else is asked.
	report, err := validate.Validate(userData)
	if err != nil {
		log.Fatalf("Failed while validating user_data (%q)", err)
	}
	for _, entry := range report.Entries() {
		fmt.Println(entry)
	}
	if *onlyValidate {
		return
	}
	if err := apply(string(userData)); err != nil {
		log.Fatal(err)
	}
}

func apply(userData string) error {
	env := initialize.NewEnvironment("/", "/", "/var/lib/coreos-cloudinit", initialize.DefaultSSHKeyName, datasource.Metadata{})
	parsed, err := initialize.ParseUserData(env.Apply(userData))
	if err != nil {
		return fmt.Errorf("Failed to parse user-data: %v", err)
	}
	cloudConfig, ok := parsed.(*config.CloudConfig)
	if !ok {
		return fmt.Errorf("not a cloud-config: %T", parsed)
	}
	return initialize.Apply(*cloudConfig, nil, env)
}
