// The floor: a request that nobody signed, its bytes read and dropped.

export function make({ endpoint = "https://bedrock-runtime.us-east-1.amazonaws.com" }) {
  const call = (modelId, operation, text) =>
    fetch(`${endpoint}/model/${encodeURIComponent(modelId)}/${operation}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "none" },
      body: JSON.stringify({ messages: [{ role: "user", content: [{ text }] }] }),
    });
  return {
    async converse(modelId, text) {
      return (await call(modelId, "converse", text)).json();
    },
    async stream(modelId, text) {
      const reader = (await call(modelId, "converse-stream", text)).body.getReader();
      return { [Symbol.asyncIterator]: () => ({ next: () => reader.read() }) };
    },
  };
}
