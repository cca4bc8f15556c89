module github.com/coreos/go-systemd

go 1.24

require github.com/coreos/go-systemd/v22 v22.5.0
