// coreos-cloudinit's own packages, with three libraries that cannot be had in the place of which stand small ones with the same names.
module podwire.test/coreos-cloudinit

go 1.24

require github.com/coreos/coreos-cloudinit v1.14.0

require (
	github.com/coreos/go-systemd v0.0.0 // indirect
	github.com/coreos/go-systemd/v22 v22.5.0 // indirect
	github.com/coreos/yaml v0.0.0 // indirect
	github.com/dotcloud/docker v0.0.0 // indirect
	github.com/godbus/dbus/v5 v5.0.4 // indirect
	gopkg.in/check.v1 v1.0.0-20201130134442-10cb98267c6c // indirect
	gopkg.in/yaml.v1 v1.0.0-20140924161607-9f9df34309c0 // indirect
)

replace (
	github.com/coreos/go-systemd => ./go-systemd
	github.com/coreos/yaml => ./yaml
	github.com/dotcloud/docker => ./docker
)
