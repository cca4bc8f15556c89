// Package netlink takes links down for network data of a cloud, of which a file has none.
package netlink

import (
	"errors"
	"net"
)

func NetworkLinkDown(iface *net.Interface) error {
	return errors.New("no link is taken down here: " + iface.Name)
}
