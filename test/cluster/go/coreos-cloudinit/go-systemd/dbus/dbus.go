// Package dbus has the calls of 2014 by the library of today: a job's result is returned, not sent.
package dbus

import (
	"context"

	today "github.com/coreos/go-systemd/v22/dbus"
)

type Property = today.Property

type EnableUnitFileChange = today.EnableUnitFileChange

var (
	PropDescription = today.PropDescription
	PropExecStart   = today.PropExecStart
)

type Conn struct{ own *today.Conn }

func New() (*Conn, error) {
	own, err := today.NewSystemdConnectionContext(context.Background())
	if err != nil {
		return nil, err
	}
	return &Conn{own}, nil
}

type job func(ctx context.Context, name string, mode string, result chan<- string) (int, error)

func done(start job, name string, mode string) (string, error) {
	result := make(chan string, 1)
	if _, err := start(context.Background(), name, mode, result); err != nil {
		return "", err
	}
	return <-result, nil
}

func (c *Conn) StartUnit(name string, mode string) (string, error) {
	return done(c.own.StartUnitContext, name, mode)
}

func (c *Conn) StopUnit(name string, mode string) (string, error) {
	return done(c.own.StopUnitContext, name, mode)
}

func (c *Conn) RestartUnit(name string, mode string) (string, error) {
	return done(c.own.RestartUnitContext, name, mode)
}

func (c *Conn) ReloadUnit(name string, mode string) (string, error) {
	return done(c.own.ReloadUnitContext, name, mode)
}

func (c *Conn) TryRestartUnit(name string, mode string) (string, error) {
	return done(c.own.TryRestartUnitContext, name, mode)
}

func (c *Conn) ReloadOrRestartUnit(name string, mode string) (string, error) {
	return done(c.own.ReloadOrRestartUnitContext, name, mode)
}

func (c *Conn) ReloadOrTryRestartUnit(name string, mode string) (string, error) {
	return done(c.own.ReloadOrTryRestartUnitContext, name, mode)
}

func (c *Conn) StartTransientUnit(name string, mode string, properties ...Property) (string, error) {
	result := make(chan string, 1)
	if _, err := c.own.StartTransientUnitContext(context.Background(), name, mode, properties, result); err != nil {
		return "", err
	}
	return <-result, nil
}

func (c *Conn) EnableUnitFiles(files []string, runtime bool, force bool) (bool, []EnableUnitFileChange, error) {
	return c.own.EnableUnitFilesContext(context.Background(), files, runtime, force)
}

func (c *Conn) Reload() error {
	return c.own.ReloadContext(context.Background())
}
