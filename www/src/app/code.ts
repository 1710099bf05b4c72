// A call as code that does the same: JavaScript and Rust for this package, curl by its own SigV4. It writes no
// credential: each of them is read from the environment, under AWS's own names.

import * as connection from "./connection.js";
import type { Asked, Run } from "./run.js";

export type Language = "javascript" | "rust" | "curl";

export function base64(bytes: Uint8Array): string {
  let text = "";
  // In pieces: a call takes no more than some ten thousand arguments.
  for (let at = 0; at < bytes.length; at += 0x2000) text += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  return btoa(text);
}

/** A value as a JavaScript expression; bytes become `bytes("…")`. */
function expression(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (value instanceof Uint8Array) return `bytes("${base64(value)}")`;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => `${inner}${expression(item, inner)},\n`).join("")}${indent}]`;
  }
  if (value !== null && typeof value === "object") {
    const lines = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => {
        const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
        return `${inner}${key}: ${expression(member, inner)},\n`;
      });
    return lines.length ? `{\n${lines.join("")}${indent}}` : "{}";
  }
  return JSON.stringify(value) ?? "undefined";
}

function hasBytes(value: unknown): boolean {
  if (value instanceof Uint8Array) return true;
  return value !== null && typeof value === "object" && Object.values(value).some(hasBytes);
}

const reading: Record<string, string> = {
  converseStream: `for await (const event of answer.stream) {
  process.stdout.write(event.contentBlockDelta?.delta?.text ?? "");
  if (event.metadata) console.log("\\n", event.metadata.usage);
}`,
  invokeModelWithResponseStream: `for await (const event of answer.body) {
  console.log(new TextDecoder().decode(event.chunk?.bytes));
}`,
};

function javascript({ operation, input, from }: Asked): string {
  const { region, endpoint } = connection;
  const place = endpoint.value.trim();
  const who =
    connection.kind.value === "api-key"
      ? "  token: process.env.AWS_BEARER_TOKEN_BEDROCK,"
      : `  credentials: {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
    sessionToken: process.env.AWS_SESSION_TOKEN,
  },`;
  const call = from ? `${operation}(bedrock, ` : `bedrock.${operation}(`;
  return `import { BedrockRuntime } from "outcrop";
${from ? `import { ${operation} } from "${from}";\n` : ""}${
  hasBytes(input)
    ? "\nconst bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));\n"
    : ""
}
const bedrock = new BedrockRuntime({
  region: ${JSON.stringify(region.value.trim())},
${place ? `  endpoint: ${JSON.stringify(place)},\n` : ""}${who}
});
const answer = await ${call}${expression(input, "")});
${reading[operation] ?? "console.log(answer);"}
`;
}

/** A value as JSON of the API: bytes in base64. */
const json = (value: unknown): string =>
  JSON.stringify(value, (_, member) => (member instanceof Uint8Array ? base64(member) : member), 4);

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const pascal = (name: string): string => name.replace(/^./, (letter) => letter.toUpperCase());

/** A raw string of Rust with as many # as it needs. */
function raw(text: string): string {
  let marks = "#";
  while (text.includes(`"${marks}`)) marks += "#";
  return `r${marks}"${text}"${marks}`;
}

function rust({ operation, input }: Asked): string {
  const place = connection.endpoint.value.trim();
  const who =
    connection.kind.value === "api-key"
      ? `.api_key(outcrop::credentials::ApiKey::new(std::env::var("AWS_BEARER_TOKEN_BEDROCK")?)?)`
      : `.credentials(outcrop::credentials::Credentials::new(
            std::env::var("AWS_ACCESS_KEY_ID")?,
            std::env::var("AWS_SECRET_ACCESS_KEY")?,
            std::env::var("AWS_SESSION_TOKEN").ok().map(Into::into),
        )?)`;
  const streams = operation === "converseStream";
  const type = `${pascal(operation)}Input`;
  const { modelId, body } = input as { modelId?: string; body?: unknown };
  const given =
    operation.startsWith("invokeModel") && body !== undefined
      ? `let body: serde_json::Value = serde_json::from_str(
        ${raw(json(body))},
    )?;
    let input = ${type}::json(${JSON.stringify(modelId)}, &body)?;`
      : `let input: ${type} = serde_json::from_str(
        ${raw(json(input))},
    )?;`;
  return `// Cargo.toml: outcrop, serde_json, tokio (macros, rt-multi-thread)${streams ? ", futures" : ""}
${streams ? "use futures::StreamExt;\n" : ""}use outcrop::types::${type};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = outcrop::Client::builder()
        .region(${JSON.stringify(connection.region.value.trim())})
${place ? `        .endpoint(${JSON.stringify(place)})\n` : ""}        ${who}
        .build()?;
    ${given}
${
  streams
    ? `    let mut stream = client.${snake(operation)}(input).await?.output.stream;
    while let Some(event) = stream.next().await {
        print!("{}", event?.text().unwrap_or_default());
    }`
    : `    println!("{:#?}", client.${snake(operation)}(input).await?.output);`
}
    Ok(())
}
`;
}

const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

function curl(run: Run): string {
  // The last one is what the answer came from; a retry sends the same.
  const exchange = run.exchanges.value.at(-1);
  if (!exchange) return "# Nothing was sent.";
  const { method, requestBody } = exchange;
  // The same path, in the form that curl signs rightly.
  const url = exchange.url.replace(/%3A/gi, ":");
  const type = exchange.requestHeaders.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const who =
    connection.kind.value === "api-key"
      ? [`--header "authorization: Bearer $AWS_BEARER_TOKEN_BEDROCK"`]
      : [
          `--aws-sigv4 ${quoted(`aws:amz:${connection.region.value.trim()}:bedrock`)}`,
          `--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"`,
          `--header "x-amz-security-token: $AWS_SESSION_TOKEN"`,
        ];
  // curl's own changes of 8.9.0: "URL encode the canonical path for aws-sigv4".
  const note =
    connection.kind.value !== "api-key" && new URL(url).pathname.includes(":")
      ? "# Needs curl 8.9 or newer: older ones sign a path with a colon wrongly.\n"
      : "";
  const lines = [`${note}curl --no-buffer --request ${method} ${quoted(url)}`, ...who];
  if (type) lines.push(`--header ${quoted(`content-type: ${type}`)}`);
  if (requestBody?.length) lines.push(`--data-binary ${quoted(new TextDecoder().decode(requestBody))}`);
  // The answer of a stream is binary: AWS's event stream.
  if (url.includes("stream")) lines.push("--output answer.eventstream");
  return `${lines.join(" \\\n  ")}\n`;
}

/** The run's call in a language. */
export function codeFor(language: Language, run: Run): string {
  const asked = run.asked.value;
  if (!asked) return "";
  return language === "curl" ? curl(run) : language === "rust" ? rust(asked) : javascript(asked);
}
