"""Does again with botocore what outcrop has done, and says how often the two agree.

Reads JSON lines: requests with outcrop's signatures, and event-stream frames with what is in them. It takes
nothing from outcrop but those lines. The last line it prints is `N passed, N failed`.
"""

import datetime
import json
import sys

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.eventstream import EventStreamBuffer

# Failures shown in full; the rest are only counted.
SHOWN = 5


def signer(line, kind, **more):
    """A signer of botocore's whose clock stands at the request's time."""
    when = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=line["seconds"])
    # botocore.auth has imported the function by name: this is the one that it calls.
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: when
    credentials = Credentials(line["accessKeyId"], line["secretAccessKey"], line["sessionToken"])
    return kind(credentials, line["service"], line["region"], **more)


def request(line):
    made = AWSRequest(method=line["method"], url=line["url"], data=bytes.fromhex(line["body"]))
    for name, value in line["headers"]:
        made.headers[name] = value
    return made


def signed(line):
    """All headers, and how to see the canonical request."""
    made = request(line)
    auth = signer(line, botocore.auth.SigV4Auth)
    auth.add_auth(made)
    return {name.lower(): value for name, value in made.headers.items()}, lambda: auth.canonical_request(made)


def check_sign(line):
    headers, canonical = signed(line)
    for name, value in line["added"]:
        if headers.get(name) != value:
            return f"{name}: {headers.get(name)}\n{canonical()}"
    return None


def check_presign(line):
    made = request(line)
    signer(line, botocore.auth.SigV4QueryAuth, expires=line["expires"]).add_auth(made)
    theirs = sorted(made.url.partition("?")[2].split("&"))
    ours = sorted(line["presigned"].partition("?")[2].split("&"))
    return None if theirs == ours else made.url


def check_difference(line):
    """A request that the two sign otherwise: it passes as long as they do."""
    headers, _ = signed(line)
    ours = dict(line["added"])["authorization"]
    return None if headers["authorization"] != ours else "no longer different"


def check_frame(line):
    data = bytes.fromhex(line["frame"])
    cut = line["cut"]
    buffer = EventStreamBuffer()
    messages = []
    for piece in (data[:cut], data[cut:]):
        buffer.add_data(piece)
        messages.extend(buffer)
    if len(messages) != 1:
        return f"{len(messages)} messages"
    (message,) = messages
    if message.payload != bytes.fromhex(line["payload"]):
        return "another payload"
    wanted = {}
    for name, kind, value in line["headers"]:
        wanted[name] = bytes.fromhex(value) if kind == "bytes" else int(value) if kind == "number" else value
    if message.headers != wanted or list(message.headers) != list(wanted):
        return f"other headers: {message.headers}"
    return None


CHECKS = {"sign": check_sign, "presign": check_presign, "difference": check_difference, "frame": check_frame}


def main():
    passed, failed, counts = 0, 0, {}
    for text in sys.stdin:
        line = json.loads(text)
        wrong = CHECKS[line["check"]](line)
        kind = line.get("of", line["check"])
        counts[kind] = counts.get(kind, 0) + 1
        if wrong is None:
            passed += 1
        else:
            failed += 1
            if failed <= SHOWN:
                print(f"{wrong}\n  in {text.strip()[:3000]}")
    print(f"botocore {botocore.__version__}:", ", ".join(f"{count} {kind}" for kind, count in counts.items()))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
