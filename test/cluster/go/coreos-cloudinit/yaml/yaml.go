// Package yaml is yaml.v1, of which CoreOS's own is a copy with one addition: a function that every key goes through. It is not called here, so
// that keys with a dash are unknown.
package yaml

import "gopkg.in/yaml.v1"

var UnmarshalMappingKeyTransform = func(in string) string { return in }

func Unmarshal(in []byte, out interface{}) error { return yaml.Unmarshal(in, out) }

func Marshal(in interface{}) ([]byte, error) { return yaml.Marshal(in) }
