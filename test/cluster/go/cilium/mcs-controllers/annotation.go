// Package controllers takes the place of a module that Go's proxy does not serve. Cilium's operator needs one constant of it, and that only for
// Services of several clusters, which a test cluster has none of.
package controllers

// DerivedServiceAnnotation is the annotation of a ServiceImport that names the Service made for it (Multi-Cluster Services API).
const DerivedServiceAnnotation = "multicluster.kubernetes.io/derived-service"
