module github.com/coreos/yaml

go 1.24

require gopkg.in/yaml.v1 v1.0.0-20140924161607-9f9df34309c0
