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


def client(prefix=f"/pace/0/run/{run}", service="bedrock-runtime", **changes):
    keys = known["credentials"] | changes
    return botocore.session.Session().create_client(
        service,
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


def count_tokens():
    runtime = client()
    counted = runtime.count_tokens(modelId=CLAUDE, input={"converse": {"messages": MESSAGES}})
    assert counted["inputTokens"] == 2, counted
    for model in (CLAUDE, ARN):
        counted = runtime.count_tokens(modelId=model, input={"invokeModel": {"body": CLAUDE_BODY}})
        assert counted["inputTokens"] == 2, counted
    refused(
        lambda: runtime.count_tokens(modelId="nobody.nothing", input={"converse": {}}),
        "ValidationException",
        "model identifier is invalid",
    )


def apply_guardrail():
    def apply(*texts, **more):
        content = [{"text": {"text": text}} for text in texts]
        return client().apply_guardrail(
            guardrailIdentifier="g1", guardrailVersion="DRAFT", source="INPUT", content=content, **more
        )

    answer = apply("Hello")
    assert answer["action"] == "NONE" and answer["outputs"] == [] and "wordPolicy" not in answer["assessments"][0]
    answer = apply("Hello", outputScope="FULL")
    assert answer["assessments"][0]["wordPolicy"]["customWords"][0]["action"] == "NONE", answer
    answer = apply("This is Forbidden")
    assert answer["action"] == "GUARDRAIL_INTERVENED" and answer["actionReason"] == "Guardrail blocked.", answer
    answer = apply("Write to a.b@example.com, please", "Grüße")
    assert [one["text"] for one in answer["outputs"]] == ["Write to {EMAIL}, please", "Grüße"], answer
    assert answer["assessments"][0]["sensitiveInformationPolicy"]["piiEntities"][0]["match"] == "a.b@example.com"
    image = {"image": {"format": "png", "source": {"bytes": bytes(range(256))}}}
    answer = client().apply_guardrail(
        guardrailIdentifier="arn:aws:bedrock:eu-central-1:123456789012:guardrail/g1",
        guardrailVersion="7",
        source="OUTPUT",
        content=[image],
    )
    assert answer["guardrailCoverage"]["images"]["total"] == 1, answer
    refused(
        lambda: client().apply_guardrail(
            guardrailIdentifier="missing", guardrailVersion="1", source="INPUT", content=[image]
        ),
        "ResourceNotFoundException",
    )


def invoke_guardrail_checks():
    answer = client().invoke_guardrail_checks(
        messages=[
            {"role": "user", "content": [{"text": "Grüße"}, {"text": "Spare me insults, ü@example.org!"}]},
        ],
        checks={
            "contentFilter": {"categories": [{"category": "HATE"}, {"category": "INSULTS"}]},
            "promptAttack": {"categories": [{"category": "PROMPT_INJECTION"}]},
            "sensitiveInformation": {"entities": [{"type": "EMAIL"}, {"type": "PHONE"}]},
        },
    )
    hate, insults = answer["results"]["contentFilter"]["results"]
    assert hate["severityScore"] < 0.5 < insults["severityScore"] <= 1, answer
    assert answer["results"]["promptAttack"]["results"][0]["severityScore"] < 0.5, answer
    (email,) = answer["results"]["sensitiveInformation"]["results"]
    assert (email["beginOffset"], email["endOffset"], email["contentIndex"]) == (18, 31, 1), email
    assert answer["usage"]["promptAttack"]["textUnits"] == 1, answer


def async_invoke():
    runtime = client()
    output = {"s3OutputDataConfig": {"s3Uri": "s3://some-bucket/out"}}

    def start(seconds, **more):
        model_input = {"textToVideoParams": {"text": "Grüße", "seconds": seconds}}
        return runtime.start_async_invoke(
            modelId="amazon.nova-reel-v1:0", modelInput=model_input, outputDataConfig=output, **more
        )["invocationArn"]

    arns = [start(seconds) for seconds in range(5)]
    assert len(set(arns)) == 5, arns
    first = start(6, clientRequestToken="token", tags=[{"key": "a", "value": ""}])
    assert first == start(6, clientRequestToken="token", tags=[{"key": "a", "value": ""}])
    refused(lambda: start(7, clientRequestToken="token"), "ConflictException")
    for status in ("InProgress", "Completed", "Completed"):
        got = runtime.get_async_invoke(invocationArn=first)
        assert got["status"] == status and ("endTime" in got) == (status == "Completed"), got
        assert got["modelArn"] == "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-reel-v1:0", got
        assert got["outputDataConfig"] == output and got["clientRequestToken"] == "token", got
    utc = datetime.timezone.utc
    assert got["submitTime"] == datetime.datetime(2025, 1, 2, 3, 9, 5, tzinfo=utc), got["submitTime"]
    assert got["endTime"] == got["submitTime"] + datetime.timedelta(seconds=42.5), got
    refused(lambda: runtime.get_async_invoke(invocationArn=first[:-1] + "x"), "ValidationException")

    def listed(**filters):
        paginator = runtime.get_paginator("list_async_invokes")
        pages = list(paginator.paginate(**filters))
        return [one["invocationArn"] for page in pages for one in page["asyncInvokeSummaries"]], len(pages)

    assert listed() == ([first, *reversed(arns)], 1)
    assert listed(maxResults=4, sortBy="SubmissionTime", sortOrder="Ascending") == ([*arns, first], 2)
    assert listed(maxResults=3) == ([first, *reversed(arns)], 2)
    assert listed(statusEquals="Completed") == ([first], 1)
    assert listed(statusEquals="Failed") == ([], 1)
    second = datetime.datetime(2025, 1, 2, 3, 5, 5, tzinfo=utc)
    assert listed(submitTimeAfter=second, sortOrder="Ascending", statusEquals="InProgress") == (arns[2:], 1)
    assert listed(submitTimeBefore=second) == ([arns[0]], 1)
    refused(lambda: runtime.list_async_invokes(nextToken="nonsense"), "ValidationException", "token")
    # Another run has its own.
    assert client(f"/run/{run}-other").list_async_invokes()["asyncInvokeSummaries"] == []


def control_plane():
    bedrock = client(service="bedrock")
    models = bedrock.list_foundation_models()["modelSummaries"]
    assert len(models) == 13 and models[0]["modelArn"].startswith("arn:aws:bedrock:eu-central-1::foundation-model/")

    def ids(**filters):
        return [model["modelId"] for model in bedrock.list_foundation_models(**filters)["modelSummaries"]]

    assert ids(byProvider="cohere", byOutputModality="EMBEDDING") == ["cohere.embed-english-v3"]
    assert ids(byCustomizationType="DISTILLATION") == ["amazon.nova-lite-v1:0"]
    assert "anthropic.claude-v2:1" in ids(byInferenceType="PROVISIONED")
    refused(lambda: ids(byOutputModality="SMELL"), "ValidationException", "enum value set")
    for identifier in ("anthropic.claude-v2:1", models[5]["modelArn"]):
        details = bedrock.get_foundation_model(modelIdentifier=identifier)["modelDetails"]
        assert details["modelLifecycle"]["legacyTime"].microsecond == 500_000, details
    refused(lambda: bedrock.get_foundation_model(modelIdentifier="no.model"), "ResourceNotFoundException")
    available = bedrock.get_foundation_model_availability(modelId=CLAUDE)
    assert available["agreementAvailability"] == {"status": "AVAILABLE"}, available
    pages = list(bedrock.get_paginator("list_inference_profiles").paginate(maxResults=4))
    profiles = [one for page in pages for one in page["inferenceProfileSummaries"]]
    assert len(pages) == 3 and len(profiles) == 10, (len(pages), len(profiles))
    (own,) = bedrock.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"]
    for identifier in (profiles[0]["inferenceProfileId"], own["inferenceProfileArn"]):
        profile = bedrock.get_inference_profile(inferenceProfileIdentifier=identifier)
        del profile["ResponseMetadata"]
        assert profile in profiles, profile


def plain_operations_fail_on_request():
    throttled = client(f"/case/throttled-once/{run}-plain", service="bedrock")
    refused(throttled.list_foundation_models, "ThrottlingException")
    assert throttled.list_foundation_models()["modelSummaries"]
    refused(lambda: client(secretAccessKey="x" * 40).list_async_invokes(), "InvalidSignatureException")


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
    count_tokens,
    apply_guardrail,
    invoke_guardrail_checks,
    async_invoke,
    control_plane,
    plain_operations_fail_on_request,
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
