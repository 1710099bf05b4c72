"""AWS's Python core, unmodified, as a user of the emulator: botocore must be content with every answer.

Tests nothing of outcrop itself. Usage: python botocore_client.py http://127.0.0.1:PORT
"""

import contextlib
import datetime
import hashlib
import json
import re
import sys
import urllib.request
import uuid

import botocore.auth
import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, EventStreamError

CLAUDE = "anthropic.claude-3-haiku-20240307-v1:0"
ARN = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-3-haiku-20240307-v1:0"
MESSAGES = [{"role": "user", "content": [{"text": "Hello, Grüße"}]}]
TEXT = "You said: Hello, Grüße This answer comes from a Bedrock on localhost, one word at a time."
CLAUDE_BODY = json.dumps(
    {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 99,
        "messages": [{"role": "user", "content": "Hello, Grüße"}],
    }
)

address = sys.argv[1]
known = json.load(urllib.request.urlopen(address + "/_known"))
run = "botocore-" + uuid.uuid4().hex


def client(prefix=f"/pace/0/run/{run}", **changes):
    keys = known["credentials"] | changes
    return botocore.session.Session().create_client(
        "bedrock-runtime",
        region_name="eu-central-1",
        endpoint_url=address + prefix,
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys.get("sessionToken"),
        config=Config(retries={"total_max_attempts": 1}),
    )


def refused(call, code, text=""):
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert re.search(text, error.response["Error"]["Message"]), error.response
        return error.response
    raise AssertionError(f"not refused with {code}")


@contextlib.contextmanager
def clock_off_by(seconds):
    right = botocore.auth.get_current_datetime
    offset = datetime.timedelta(seconds=seconds)
    botocore.auth.get_current_datetime = lambda *given, **named: right(*given, **named) + offset
    try:
        yield
    finally:
        botocore.auth.get_current_datetime = right


def converse():
    for model in (CLAUDE, ARN):
        answer = client().converse(modelId=model, messages=MESSAGES)
        assert answer["output"]["message"]["content"] == [{"text": TEXT}], answer
        assert answer["stopReason"] == "end_turn"
        uuid.UUID(answer["ResponseMetadata"]["RequestId"])


def converse_stream():
    for model in (CLAUDE, ARN):
        answer = client().converse_stream(modelId=model, messages=MESSAGES)
        events = list(answer["stream"])
        kinds = [next(iter(event)) for event in events]
        deltas = [event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event]
        assert kinds[0] == "messageStart" and kinds[-2:] == ["messageStop", "metadata"], kinds
        assert "".join(deltas) == TEXT and len(deltas) == len(TEXT.split()), deltas
        assert events[-1]["metadata"]["usage"]["outputTokens"] == len(deltas)


def converse_with_a_tool():
    tool = {
        "name": "get_weather",
        "inputSchema": {"json": {"type": "object", "properties": {"city": {"type": "string"}}}},
    }
    answer = client().converse(
        modelId=CLAUDE,
        messages=[{"role": "user", "content": [{"text": "use the tool get_weather"}]}],
        toolConfig={"tools": [{"toolSpec": tool}]},
    )
    use = answer["output"]["message"]["content"][0]["toolUse"]
    assert answer["stopReason"] == "tool_use" and use["input"] == {"city": "use the tool get_weather"}, answer


def invoke_model():
    for model in (CLAUDE, ARN):
        answer = client().invoke_model(modelId=model, body=CLAUDE_BODY)
        assert answer["contentType"] == "application/json"
        assert json.loads(answer["body"].read())["content"] == [{"type": "text", "text": TEXT}]


def invoke_model_with_response_stream():
    for model in (CLAUDE, ARN):
        answer = client().invoke_model_with_response_stream(
            modelId=model, body=CLAUDE_BODY, accept="application/json", trace="ENABLED"
        )
        assert answer["contentType"] == "application/json"
        chunks = [json.loads(event["chunk"]["bytes"]) for event in answer["body"]]
        said = "".join(c["delta"]["text"] for c in chunks if c["type"] == "content_block_delta")
        assert said == TEXT, said
        assert "amazon-bedrock-invocationMetrics" in chunks[-1]


def temporary_credentials():
    answer = client(**known["temporaryCredentials"]).converse(modelId=CLAUDE, messages=MESSAGES)
    assert answer["stopReason"] == "end_turn"


def wrong_credentials():
    def call(**changes):
        return lambda: client(**changes).converse(modelId=CLAUDE, messages=MESSAGES)

    refused(call(secretAccessKey="x" * 40), "InvalidSignatureException", "does not match the signature you provided")
    refused(call(accessKeyId="AKIAIOSFODNN7EXAMPLE"), "UnrecognizedClientException", "security token .* is invalid")
    refused(call(sessionToken="nonsense"), "UnrecognizedClientException")
    expired = known["temporaryCredentials"] | {"sessionToken": known["expiredSessionToken"]}
    answer = refused(call(**expired), "ExpiredTokenException", "is expired")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403


def wrong_clock():
    time = r"\d{8}T\d{6}Z"
    texts = {
        -3600: rf"^Signature expired: {time} is now earlier than {time} \({time} - 5 min\.\)$",
        3600: rf"^Signature not yet current: {time} is still later than {time} \({time} \+ 5 min\.\)$",
    }
    for seconds, text in texts.items():
        with clock_off_by(seconds):
            refused(
                lambda: client().converse(modelId=CLAUDE, messages=MESSAGES),
                "InvalidSignatureException",
                text,
            )


def errors():
    refused(
        lambda: client().converse(modelId=CLAUDE, messages=[]),
        "ValidationException",
        "must start with a user message",
    )
    throttled = client(f"/case/throttled-once/{run}")
    refused(lambda: throttled.converse(modelId=CLAUDE, messages=MESSAGES), "ThrottlingException")
    assert throttled.converse(modelId=CLAUDE, messages=MESSAGES)["stopReason"] == "end_turn"


def exception_in_a_stream():
    answer = client(f"/pace/0/case/stream-throttled-midway/{run}").converse_stream(modelId=CLAUDE, messages=MESSAGES)
    seen = 0
    try:
        for _ in answer["stream"]:
            seen += 1
    except EventStreamError as error:
        assert error.response["Error"]["Code"] == "throttlingException", error.response
    else:
        raise AssertionError("the stream ended well")
    assert seen == 4, seen


class PresignedPost(botocore.auth.SigV4QueryAuth):
    """botocore presigns requests without a body only; this one is signed with the hash of its body."""

    def __init__(self, body, *given, **named):
        super().__init__(*given, **named)
        self.hash = hashlib.sha256(body).hexdigest()

    def payload(self, request):
        return self.hash


def presigned():
    url = f"{address}/run/{run}/model/{CLAUDE.replace(':', '%3A')}/converse"
    body = json.dumps({"messages": MESSAGES}).encode()
    for keys in (known["credentials"], known["temporaryCredentials"]):
        credentials = Credentials(keys["accessKeyId"], keys["secretAccessKey"], keys.get("sessionToken"))
        request = AWSRequest(method="POST", url=url)
        PresignedPost(body, credentials, "bedrock", "eu-central-1", expires=60).add_auth(request)
        headers = {"content-type": "application/json"}
        answer = urllib.request.urlopen(urllib.request.Request(request.url, data=body, headers=headers))
        assert json.load(answer)["stopReason"] == "end_turn"


def everything_was_signed():
    seen = json.load(urllib.request.urlopen(f"{address}/_seen/{run}"))
    assert seen["open"] == 0, seen["open"]
    good = [attempt for attempt in seen["attempts"] if attempt["status"] == 200]
    assert len(good) >= 12 and all(attempt["signature"] == "ok" for attempt in good), len(good)


checks = [
    converse,
    converse_stream,
    converse_with_a_tool,
    invoke_model,
    invoke_model_with_response_stream,
    temporary_credentials,
    wrong_credentials,
    wrong_clock,
    errors,
    exception_in_a_stream,
    presigned,
    everything_was_signed,
]
failed = 0
for check in checks:
    try:
        check()
        print(f"ok      {check.__name__}")
    except Exception as error:
        failed += 1
        print(f"FAILED  {check.__name__}: {type(error).__name__}: {error}")
print(f"botocore: {len(checks) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
