"""Writes a CycloneDX bill of materials from a list of crates on stdin, and refuses one that the schema does not accept.

xtask's supply_bills.rs starts it; the file to write is its argument.
"""

import json
import sys
import uuid

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

asked = json.load(sys.stdin)
licenses = LicenseFactory()
bom = Bom()
components = {}
for part in asked["parts"]:
    ours = part["ref"] == "outcrop"
    name, version = (asked["name"], asked["version"]) if ours else (part["name"], part["version"])
    # The old way of writing "or" in a manifest is no SPDX expression.
    license = part["license"].replace("/", " OR ")
    component = Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        bom_ref=part["ref"],
        purl=PackageURL(asked["registry"] if ours else "cargo", None, name, version),
        licenses=[licenses.make_from_string(license)] if license else [],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=part["sha256"])] if part["sha256"] else [],
        # What only helps to build is no part of what runs.
        scope=ComponentScope.REQUIRED if part["shipped"] else ComponentScope.EXCLUDED,
    )
    components[part["ref"]] = component
    if ours:
        bom.metadata.component = component
    else:
        bom.components.add(component)
for part in asked["parts"]:
    bom.register_dependency(components[part["ref"]], [components[need] for need in part["needs"]])
# The same list has the same number, whoever writes it.
bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(asked, sort_keys=True))

text = JsonV1Dot6(bom).output_as_string(indent=2)
wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
if wrong:
    sys.exit(f"not CycloneDX: {wrong}")
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write(text + "\n")
