"""What every recorded answer says: its texts, stop reason, reasoning and usage, by a table of JMESPath expressions
that stands beside outcrop's readers and has nothing of them.

Usage: python recorded_text.py FILE.jsonl… . Prints one JSON line for each good answer, `{id, operation, family, model,
answer | chunks, expected}`, and a table of counts on stderr. The family is the recording's own word, never guessed
from an id. It skips errors and exceptions, and no family: one without a row here is a failure.
"""

import collections
import json
import sys

import jmespath

# A family's whole answer and its chunk. `texts`, `stops`: one for each generation; `index`: of the generation that a
# chunk belongs to.
MESSAGES = {
    "texts": "[join('', content[?type=='text'].text)]",
    "stops": "[stop_reason]",
    "reasoning": "join('', content[?type=='thinking'].thinking)",
    "usage": ["usage"],
    "chunk": {
        "text": "not_null(delta.text, content_block.text)",
        "stop": "delta.stop_reason",
        "reasoning": "delta.thinking",
        "usage": ["usage", "message.usage"],
    },
}
CONVERSE = {
    "texts": "[join('', output.message.content[?text].text)]",
    "stops": "[stopReason]",
    "reasoning": "join('', output.message.content[?reasoningContent.reasoningText].reasoningContent.reasoningText.text)",
    "usage": ["usage"],
    "chunk": {
        "text": "contentBlockDelta.delta.text",
        "stop": "messageStop.stopReason",
        "reasoning": "contentBlockDelta.delta.reasoningContent.text",
        "usage": ["metadata.usage"],
    },
}
COMPLETION = {
    "texts": "[completion]",
    "stops": "[stop_reason]",
    "usage": [],
    "chunk": {"text": "completion", "stop": "stop_reason", "usage": []},
}
LLAMA = {
    "texts": "[generation]",
    "stops": "[stop_reason]",
    "usage": ["@"],
    "chunk": {"text": "generation", "stop": "stop_reason", "usage": ["@"]},
}
CHAT = {
    "texts": "choices[].message.content",
    "stops": "choices[].finish_reason",
    "usage": ["usage"],
    "chunk": {
        "text": "choices[0].delta.content",
        "index": "choices[0].index",
        "stop": "choices[0].finish_reason",
        "usage": ["usage"],
    },
}
NOTHING = {"texts": "`[]`", "stops": "`[]`", "usage": ["@"]}
TABLE = {
    "ai21-j2": {
        "texts": "completions[].data.text",
        "stops": "completions[].finishReason.reason",
        "usage": ["{inputTokens: length(prompt.tokens), outputTokens: sum(completions[].length(data.tokens))}"],
    },
    "ai21-jamba": CHAT,
    "claude-3+": MESSAGES,
    "claude-v2-text": COMPLETION,
    "claude-instant-text": COMPLETION,
    "cohere-command": {
        "texts": "generations[].text",
        "stops": "generations[].finish_reason",
        "usage": [],
        "chunk": {"text": "text", "index": "index", "stop": "finish_reason", "usage": []},
    },
    "cohere-command-r": {
        "texts": "[text]",
        "stops": "[finish_reason]",
        "usage": ["meta.billed_units"],
        "chunk": {"text": "text", "stop": "finish_reason", "usage": ["response.meta.billed_units"]},
    },
    "cohere-embed": NOTHING,
    "cohere-rerank": NOTHING,
    "llama2": LLAMA,
    "llama3": LLAMA,
    "mistral": {
        "texts": "outputs[].text",
        "stops": "outputs[].stop_reason",
        "usage": [],
        "chunk": {"text": "outputs[0].text", "stop": "outputs[0].stop_reason", "usage": []},
    },
    "nova": CONVERSE,
    "titan-embed": NOTHING,
    "titan-text": {
        "texts": "results[].outputText",
        "stops": "results[].completionReason",
        "usage": ["{inputTextTokenCount: inputTextTokenCount, outputTokens: sum(results[].tokenCount)}"],
        "chunk": {"text": "outputText", "stop": "completionReason", "usage": ["@"]},
    },
}
# Every spelling of a count.
USAGE = {
    "inputTokens": ["inputTokens", "input_tokens", "prompt_tokens", "prompt_token_count", "inputTextTokenCount"],
    "outputTokens": [
        "outputTokens",
        "output_tokens",
        "completion_tokens",
        "generation_token_count",
        "totalOutputTextTokenCount",
    ],
    "totalTokens": ["totalTokens", "total_tokens"],
    "cacheReadInputTokens": ["cacheReadInputTokens", "cacheReadInputTokenCount", "cache_read_input_tokens"],
    "cacheWriteInputTokens": ["cacheWriteInputTokens", "cacheWriteInputTokenCount", "cache_creation_input_tokens"],
}
METRICS = {
    "inputTokens": '"amazon-bedrock-invocationMetrics".inputTokenCount',
    "outputTokens": '"amazon-bedrock-invocationMetrics".outputTokenCount',
    "cacheReadInputTokens": '"amazon-bedrock-invocationMetrics".cacheReadInputTokenCount',
    "cacheWriteInputTokens": '"amazon-bedrock-invocationMetrics".cacheWriteInputTokenCount',
}


class Counts:
    """The family's own counts, of which a later one replaces an earlier; Bedrock's fill in what those leave out."""

    def __init__(self):
        self.own, self.metrics = {}, {}

    def add(self, body, places):
        for place in places:
            told = jmespath.search(place, body) or {}
            for member, names in USAGE.items():
                for name in names:
                    if isinstance(told.get(name), int):
                        self.own[member] = told[name]
        for member, place in METRICS.items():
            if isinstance(jmespath.search(place, body), int):
                self.metrics[member] = jmespath.search(place, body)

    def all(self):
        return self.metrics | self.own


def row(record, body):
    if record["operation"].startswith("Converse"):
        return CONVERSE
    # Some of Claude 2's recordings are Messages.
    if record["family"] == "claude-v2-text" and "completion" not in body:
        return MESSAGES
    return TABLE[record["family"]]


def whole(record, body):
    table = row(record, body)
    counts = Counts()
    counts.add(body, table["usage"])
    stops = [stop for stop in jmespath.search(table["stops"], body) if stop is not None]
    return {
        "texts": jmespath.search(table["texts"], body),
        "stopReason": stops[0] if stops else None,
        "reasoning": jmespath.search(table["reasoning"], body) if "reasoning" in table else "",
        "usage": counts.all(),
    }


def folded(record, chunks):
    texts, stops, reasoning, counts = {}, {}, [], Counts()
    # One row for a stream: by its first chunk.
    table = row(record, chunks[0])["chunk"]
    for chunk in chunks:
        index = jmespath.search(table["index"], chunk) or 0 if "index" in table else 0
        text = jmespath.search(table["text"], chunk)
        stop = jmespath.search(table["stop"], chunk)
        if text is not None:
            texts.setdefault(index, []).append(text)
        if stop is not None:
            stops[index] = stop
        reasoning.append(jmespath.search(table["reasoning"], chunk) or "" if "reasoning" in table else "")
        counts.add(chunk, table["usage"])
    return {
        "texts": ["".join(texts.get(index, [])) for index in range(max(texts, default=-1) + 1)],
        "stopReason": stops.get(0),
        "reasoning": "".join(reasoning),
        "usage": counts.all(),
    }


def body_of(body):
    return json.loads(body["text"]) if "text" in body else body["json"]


def main():
    told = collections.Counter()
    for path in sys.argv[1:]:
        for text in open(path, encoding="utf-8"):
            record = json.loads(text)
            response = record["response"]
            if response["status"] != 200 or record["operation"] == "ApplyGuardrail":
                continue
            line = {name: record[name] for name in ("id", "operation", "family", "model")}
            if "events" in response:
                events = [event for event in response["events"] if event["message_type"] == "event"]
                if record["operation"] == "ConverseStream":
                    chunks = [{event["event_type"]: event["payload"]} for event in events]
                else:
                    chunks = [event["chunk"] for event in events]
                line |= {"chunks": chunks, "expected": folded(record, chunks)}
            else:
                body = body_of(response["body"])
                line |= {"answer": body, "expected": whole(record, body)}
            told[record["family"], record["operation"]] += 1
            print(json.dumps(line))
    for (family, operation), number in sorted(told.items()):
        print(f"{family:20} {operation:30} {number:4}", file=sys.stderr)
    print(f"{'all':20} {'':30} {sum(told.values()):4}", file=sys.stderr)


if __name__ == "__main__":
    main()
