// The cases in a function of AWS Lambda, in AWS's own client of its Runtime API: all of them in one invocation, as the
// next is given to a function only when it has answered.
import { json } from "node:stream/consumers";
import { table } from "../cases.mjs";
import { lambda } from "./runtime-api.mjs";

const given = await json(process.stdin);
const own = await lambda("cases.handler");
try {
  const { body, error } = await own.invoke(given);
  if (error) throw new Error(`${error.errorType}: ${error.errorMessage}`);
  const answer = JSON.parse(body);
  if (answer.results) console.log(table(answer.results));
  process.stderr.write(own.said.stderr);
  console.log(JSON.stringify({ ...answer, version: `aws-lambda-ric ${own.version} on Node ${answer.version}` }));
} finally {
  await own.stop();
}
