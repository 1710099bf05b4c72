// Runs one file of tests/cases through the npm package and says whether the verdict is the right one. It needs
// nothing but fetch, so that Node, workerd and a page run the same code; it never looks into the package.

/** Whether an operation's answer is a stream, and under which name. */
const STREAMS = { ConverseStream: "stream", InvokeModelWithResponseStream: "body" };

/**
 * @param outcrop the package
 * @param testCase the parsed file
 * @param emulator the emulator's first line: `{address, credentials}`
 * @param runtime "other", or "page" where a page's verdict is due
 * @returns `{name, pass, got, want, detail}`
 */
export async function runCase(outcrop, testCase, emulator, runtime = "other") {
  const { name, request } = testCase;
  const want = testCase.verdict[runtime];
  const run = `${runtime}-${Math.random().toString(36).slice(2)}`;
  const bedrock = new outcrop.BedrockRuntime({
    region: "us-east-1",
    ...request.options,
    credentials: emulator.credentials,
    endpoint: `${emulator.address}/case/${name}/${run}`,
  });
  const stream = STREAMS[request.operation];
  const got = {};
  let detail = "";
  if (stream) got.events = 0;
  try {
    const output = await bedrock[request.operation[0].toLowerCase() + request.operation.slice(1)](request.input);
    if (stream) for await (const event of output[stream]) got.events += Object.keys(event).length === 1 ? 1 : NaN;
    got.ok = true;
  } catch (error) {
    got.error = error.name;
    detail = `${error.message}`;
    if (!(error instanceof outcrop.OutcropError)) detail += " (not an OutcropError)";
  }
  const seen = await (await fetch(`${emulator.address}/_seen/${run}`)).json();
  got.attempts = seen.attempts.filter(({ method }) => method !== "OPTIONS").length;
  const keys = Object.keys({ ...want, ...got });
  const pass = keys.every((key) => got[key] === want[key]) && !detail.endsWith("(not an OutcropError)");
  return { name, pass, got, want, detail };
}
