// The cases in a Node that has no other part in the tests.
import { json } from "node:stream/consumers";
import * as outcrop from "outcrop";
import { run } from "../run.mjs";

const answer = await run(outcrop, "node-newest", await json(process.stdin));
console.log(JSON.stringify({ ...answer, version: process.versions.node, entry: import.meta.resolve("outcrop") }));
