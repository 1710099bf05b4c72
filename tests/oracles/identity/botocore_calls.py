"""Makes the calls that a provider makes, with botocore: settings as JSON on stdin, the calls go to the endpoint
named there. It prints nothing and signs nothing; what it sent is the recorder's to tell."""

import json
import sys

from botocore import UNSIGNED
from botocore.config import Config
from botocore.session import Session

settings = json.load(sys.stdin)
session = Session()
# AWS's variables and files of this machine must not have a say.
session.set_config_variable("profile", None)


def client(name):
    return session.create_client(
        name,
        region_name="us-east-1",
        endpoint_url=settings["endpoint"],
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )


cognito, sts = client("cognito-identity"), client("sts")
for name, arguments in settings["calls"]:
    if name == "AssumeRoleWithWebIdentity":
        sts.assume_role_with_web_identity(**arguments)
    elif name == "GetId":
        cognito.get_id(**arguments)
    elif name == "GetOpenIdToken":
        cognito.get_open_id_token(**arguments)
    elif name == "GetCredentialsForIdentity":
        cognito.get_credentials_for_identity(**arguments)
    else:
        raise SystemExit(f"no such call here: {name}")
