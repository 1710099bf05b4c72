"""Prints a CloudFormation template of YAML as JSON, by cfn-lint's own reader; it resolves and checks nothing."""

import json
import sys

from cfnlint.decode.cfn_yaml import load

print(json.dumps(load(sys.argv[1])))
