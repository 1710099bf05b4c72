// A conversation as code: the same settings and one typed turn, in JavaScript for this package. (curl signs no chunks.) It
// writes no credential: each is read from the environment, under AWS's own names.

import * as connection from "../../app/connection.js";
import { closing, opening, type Settings, typed } from "./events.js";

/** The names in the code: a prompt has one, and so has each content. */
const PROMPT = "prompt-1";

/** JSON in lines, deeper by two. */
const listed = (events: readonly object[]): string =>
  events.map((event) => `  ${JSON.stringify(event, null, 2).replace(/\n/g, "\n  ")},\n`).join("");

export function javascript(modelId: string, settings: Settings, said: string): string {
  const place = connection.endpoint.value.trim();
  return `// In Node 20: node --experimental-websocket. A microphone's sound goes in as audioInput, 16 kHz, 16 bits, base64.
import { BedrockRuntime } from "outcrop";
import { invokeModelWithBidirectionalStream } from "outcrop/bidirectional";

const bedrock = new BedrockRuntime({
  region: ${JSON.stringify(connection.region.value.trim())},
${place ? `  endpoint: ${JSON.stringify(place)},\n` : ""}  credentials: {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
    sessionToken: process.env.AWS_SESSION_TOKEN,
  },
});
const begin = [
${listed([...opening(PROMPT, settings), ...typed(PROMPT, said)])}];
const end = [
${listed(closing(PROMPT))}];
const chunk = (event) => ({ chunk: { bytes: new TextEncoder().encode(JSON.stringify({ event })) } });
let answered;
const answer = new Promise((resolve) => {
  answered = resolve;
});
async function* said() {
  for (const event of begin) yield chunk(event);
  await answer; // a prompt that has ended is not answered any more
  for (const event of end) yield chunk(event);
}

const { body } = await invokeModelWithBidirectionalStream(bedrock, { modelId: ${JSON.stringify(modelId)}, body: said() });
let bytes = 0;
for await (const part of body) {
  const { event } = JSON.parse(new TextDecoder().decode(part.chunk.bytes));
  if (event.textOutput) console.log(\`\${event.textOutput.role}: \${event.textOutput.content}\`);
  if (event.audioOutput) bytes += atob(event.audioOutput.content).length; // 24 kHz, 16 bits: play it
  if (event.completionEnd) answered();
}
console.log(\`\${bytes} bytes of voice\`);
`;
}
