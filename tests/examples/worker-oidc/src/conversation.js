// What a client may send: a conversation as JSON, whose texts have an end. It refuses all else by an HTTP status with a
// sentence.

/** Characters of all texts together, about 5,000 tokens: each question pays for the whole conversation again. */
const CHARACTERS = 20_000;
/** Bytes of the request: JSON may need six for a character. */
const BYTES = 6 * CHARACTERS;

/** What the client can mend, and its HTTP status. */
export class Refused extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The messages of a request as Bedrock takes them. */
export async function conversation(request) {
  if (request.method !== "POST") throw new Refused(405, "POST a conversation", { allow: "POST" });
  // Another site's page cannot send this type without asking first, and nobody here answers that.
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) throw new Refused(415, "the conversation is application/json");
  const { messages } = parsed(await limited(request));
  const right = ({ role, text } = {}, at) =>
    role === (at % 2 === 0 ? "user" : "assistant") && typeof text === "string" && text.trim() !== "";
  // User and assistant take turns, and the last word is the user's.
  if (!Array.isArray(messages) || messages.length % 2 === 0 || !messages.every((one, at) => right(one ?? {}, at)))
    throw new Refused(400, 'a conversation is {"messages": [{"role": "user", "text": "…"}, …]}');
  const characters = messages.reduce((sum, { text }) => sum + text.length, 0);
  if (characters > CHARACTERS) throw new Refused(413, `the conversation has more than ${CHARACTERS} characters`);
  return messages.map(({ role, text }) => ({ role, content: [{ text }] }));
}

/** The body's text, unless it has too many bytes, which are not read then. */
async function limited(request) {
  const bytes = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > BYTES) throw new Refused(413, `the conversation has more than ${BYTES} bytes`);
    bytes.push(chunk);
  }
  return new Blob(bytes).text();
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new Refused(400, "the conversation is not JSON");
  }
}
