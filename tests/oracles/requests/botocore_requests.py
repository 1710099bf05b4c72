"""Makes inputs for every operation from botocore's own service models, and the requests that botocore makes of them.

Usage: python botocore_requests.py SEED COUNT. Prints one JSON line for each of COUNT inputs, which go round the
operations: `{service, operation, input, request: {method, target, headers, body}}`, and one for each difference,
which it names. In an input `{"$blob": base64}`
stands for bytes and `{"$time": milliseconds}` for a timestamp; a body is base64. It sends nothing, and takes nothing
from outcrop. What botocore leaves out of its client (the bidirectional operation) is left out here.
"""

import base64
import datetime
import json
import random
import sys

import botocore
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config

# The operations of the control plane that outcrop has; of Bedrock Runtime it has all.
CONTROL_PLANE = [
    "GetFoundationModel",
    "GetFoundationModelAvailability",
    "GetInferenceProfile",
    "ListFoundationModels",
    "ListInferenceProfiles",
]
# Below this depth optional members are left out, so that inputs end: the deepest required path is shorter.
DEEPEST = 9
# Pieces of texts: what JSON escapes, what URLs escape, what needs two, three and four bytes, what direction marks do.
PIECES = [
    *"abcXYZ019", " ", "  ", "/", "//", "?", "#", "&", "=", "+", "%", "%2F", ":", ";", ",", "@", "!", "$", "'", "(",
    ")", "*", "[", "]", "{", "}", "<", ">", "|", "\\", "^", "`", '"', "~", "-", "_", ".", "..", "\n", "\r\n", "\t",
    "\0", "\x7f", "\u0085", "\u2028", "\ufeff", "ü", "ß", "é", "e\u0301", "Ω", "中文", "\u05d0\u202e", "\u200d",
    "🦀", "👩\u200d🚀", "\U0010ffff", "\ufffd", "null", "</script>",
]  # fmt: skip
# A header's value is visible ASCII here: others are refused by outcrop, see DIFFERENCES.md.
VISIBLE = [chr(code) for code in range(0x21, 0x7F)]


class Inputs:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def some(self, chance):
        return self.random.random() < chance

    def text(self, least=0):
        return "".join(self.random.choice(PIECES) for _ in range(max(least, self.random.randrange(9))))

    def label(self):
        while True:
            text = self.random.choice(["", "anthropic.claude-v2:1", "arn:aws:bedrock:us-east-1::foundation-model/"])
            # The npm package refuses U+0000 in a path: it ends texts elsewhere.
            text += self.text().replace("\0", "")
            # These three are refused by outcrop: a URL library would take them out of the path.
            if text not in ("", ".", ".."):
                return text

    def header(self):
        inside = "".join(self.random.choice([*VISIBLE, " "]) for _ in range(self.random.randrange(20)))
        return self.random.choice(VISIBLE) + inside.replace("  ", " ") + self.random.choice(VISIBLE)

    def document(self, depth=0):
        kinds = ["null", "boolean", "integer", "float", "text"] + (["list", "object"] * 2 if depth < 4 else [])
        kind = self.random.choice(kinds)
        if kind == "list":
            return [self.document(depth + 1) for _ in range(self.random.randrange(4))]
        if kind == "object":
            return {self.text(): self.document(depth + 1) for _ in range(self.random.randrange(4))}
        return {
            "null": lambda: None,
            "boolean": lambda: self.some(0.5),
            # Both ends of what every language's numbers hold.
            "integer": lambda: self.random.choice([0, -1, 2**53 - 1, 1 - 2**53, self.random.randrange(10**6)]),
            "float": lambda: self.random.choice([0.1, -2.5, 1e-7, 1e21, 1.7976931348623157e308, 5e-324]),
            "text": self.text,
        }[kind]()

    def of(self, shape, depth=0, location=None):
        """A value of botocore's shape."""
        if getattr(shape, "is_document_type", False):
            # Only an object may be a body's member of the operations here; any JSON may be below it.
            return {self.text(): self.document() for _ in range(self.random.randrange(4))}
        return getattr(self, "of_" + shape.type_name)(shape, depth, location)

    def of_structure(self, shape, depth, _):
        if getattr(shape, "is_tagged_union", False):
            names = list(shape.members)
            if depth > DEEPEST:
                names = [name for name in names if shape.members[name].type_name not in ("structure", "list")] or names
            name = self.random.choice(names)
            return {name: self.of(shape.members[name], depth + 1)}
        chance = 0.7 if depth < 3 else 0.4 if depth < DEEPEST else 0
        made = {}
        for name, member in shape.members.items():
            if name in shape.required_members or self.some(chance):
                made[name] = self.of(member, depth + 1, member.serialization.get("location"))
        return made

    def of_list(self, shape, depth, _):
        least = shape.metadata.get("min", 0)
        most = max(least, min(shape.metadata.get("max", 3), 3 if depth < 5 else 1))
        return [self.of(shape.member, depth + 1) for _ in range(self.random.randint(least, most))]

    def of_map(self, shape, depth, _):
        return {self.text(1): self.of(shape.value, depth + 1) for _ in range(self.random.randrange(4))}

    def of_string(self, shape, depth, location):
        if shape.enum:
            # A value that the model does not have is sent as it is.
            return self.random.choice([*shape.enum, *shape.enum, "a_new_value"])
        if location == "uri":
            return self.label()
        if location == "header":
            return self.header()
        return self.text(shape.metadata.get("min", 0))

    def of_blob(self, shape, depth, _):
        return self.random.randbytes(self.random.randint(shape.metadata.get("min", 0), 70))

    def of_timestamp(self, shape, depth, _):
        # 1970 to 2100, whole seconds or milliseconds: what a Date holds.
        milliseconds = self.random.randrange(4_102_444_800_000)
        if self.some(0.5):
            milliseconds -= milliseconds % 1000
        return datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(
            milliseconds=milliseconds
        )

    def of_boolean(self, shape, depth, _):
        return self.some(0.5)

    def of_integer(self, shape, depth, _):
        most = min(shape.metadata.get("max", 2**31 - 1), 2**31 - 1)
        return self.random.choice([most, self.random.randint(max(shape.metadata.get("min", -(2**31)), 0), most)])

    def of_long(self, shape, depth, _):
        return self.random.randrange(2**53)

    def of_float(self, shape, depth, _):
        return round(self.random.uniform(shape.metadata.get("min", 0), shape.metadata.get("max", 1)), 6)

    of_double = of_float


def plain(value):
    """An input as JSON."""
    if isinstance(value, bytes):
        return {"$blob": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        return {"$time": (value - epoch) // datetime.timedelta(milliseconds=1)}
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


class Sent:
    """What a client would send."""

    def __init__(self, service):
        self.client = botocore.session.Session().create_client(
            service,
            region_name="us-east-1",
            endpoint_url="https://endpoint.example",
            config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
        )
        self.client.meta.events.register("before-send", self.take)
        self.methods = {
            api: name for name, api in self.client.meta.method_to_api_mapping.items() if hasattr(self.client, name)
        }

    def take(self, request, **_):
        self.request = request
        # Anything that is no success: botocore is to parse nothing.
        return AWSResponse(request.url, 400, {"content-type": "application/json"}, Empty())

    def __call__(self, operation, given):
        try:
            getattr(self.client, self.methods[operation])(**given)
        except self.client.exceptions.ClientError:
            pass
        body = self.request.body or b""
        body = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else body.read()

        def text(value):
            return value.decode() if isinstance(value, bytes) else value

        return {
            "method": self.request.method,
            "target": self.request.url.removeprefix("https://endpoint.example"),
            "headers": [[name.lower(), text(value)] for name, value in self.request.headers.items()],
            "body": base64.b64encode(body).decode(),
        }


class Empty:
    def stream(self, *_, **__):
        return iter([b"{}"])

    def read(self, *_, **__):
        return b"{}"


def in_order(shape, made):
    """Members of a query by their names there: botocore sends them in the order given, outcrop always in this one."""

    def place(name):
        serialization = shape.members[name].serialization
        return serialization.get("name", name) if serialization.get("location") == "querystring" else ""

    return {name: made[name] for name in sorted(made, key=place)}


def tell(sent, **line):
    request = sent(line["operation"], line["input"])
    print(json.dumps(line | {"input": plain(line["input"]), "request": request}))


# What outcrop sends otherwise, or not at all: DIFFERENCES.md. (name, operation, input)
DIFFERENT = [
    ("order", "ListAsyncInvokes", {"sortOrder": "Ascending", "nextToken": "a", "maxResults": 5}),
    ("dots", "Converse", {"modelId": ".."}),
    ("U+0000", "Converse", {"modelId": "a\0b"}),
    ("empty header", "InvokeModel", {"modelId": "m", "guardrailIdentifier": ""}),
    ("beyond ASCII", "InvokeModel", {"modelId": "m", "guardrailIdentifier": "é"}),
]


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    inputs = Inputs(seed)
    operations = []
    for service in ("bedrock-runtime", "bedrock"):
        sent = Sent(service)
        model = sent.client.meta.service_model
        names = CONTROL_PLANE if service == "bedrock" else sorted(sent.methods)
        operations += [(service, sent, model.operation_model(name)) for name in names]
    for number in range(count):
        service, sent, operation = operations[number % len(operations)]
        made = in_order(operation.input_shape, inputs.of(operation.input_shape))
        tell(sent, service=service, operation=operation.name, input=made)
    runtime = operations[0][1]
    for name, operation, given in DIFFERENT:
        tell(runtime, service="bedrock-runtime", operation=operation, input=given, difference=name)
    print(f"botocore {botocore.__version__}: {count} requests of {len(operations)} operations", file=sys.stderr)


if __name__ == "__main__":
    main()
