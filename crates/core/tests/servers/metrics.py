"""Reads metrics in Prometheus' text format with the parser of Prometheus' own Python client.

Stdin: the text; stdout: JSON, each family by its name with type, help and samples as [labels, value].
"""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

families = {}
for family in text_string_to_metric_families(sys.stdin.read()):
    if family.name in families:
        raise SystemExit(f"{family.name} stands twice")
    samples = [[sample.labels, sample.value] for sample in family.samples]
    families[family.name] = {"type": family.type, "help": family.documentation, "samples": samples}
print(json.dumps(families))
