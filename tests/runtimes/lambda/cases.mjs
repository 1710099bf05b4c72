// A function of AWS Lambda that runs the cases that it is handed, or one of checks.mjs, and answers with what came of it.
import * as outcrop from "outcrop";
import { run } from "../run.mjs";

export const handler = async (told) => ({
  ...(await run(outcrop, "lambda", told)),
  version: process.versions.node,
  entry: import.meta.resolve("outcrop"),
});
