"""Reads YAML and prints it as JSON: a list of manifests, each checked strictly, or with --values one file of values."""

import json
import sys

import kubernetes_validate
import yaml

KUBERNETES = ["1.27", "1.31", "1.34"]


class Strict(yaml.SafeLoader):
    """A key that stands twice is an error."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.YAMLError(f"stands twice: {', '.join(twice)} ({node.start_mark})")
        return super().construct_mapping(node, deep)


def known(document):
    foreign = ("external-secrets.io/", "monitoring.coreos.com/", "none")
    return not document["apiVersion"].startswith(foreign)


documents = [document for document in yaml.load_all(sys.stdin, Loader=Strict) if document is not None]
if sys.argv[1:] == ["--values"]:
    json.dump(documents[0] if documents else {}, sys.stdout)
    sys.exit()
for document in documents:
    if known(document):
        for version in KUBERNETES:
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                place = "/".join(map(str, error.path))
                sys.exit(f"Kubernetes {version}, {document['kind']}, {place}: {error.message}")
json.dump(documents, sys.stdout)
