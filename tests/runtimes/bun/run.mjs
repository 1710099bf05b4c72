// The cases in Bun.
import * as outcrop from "outcrop";
import { run } from "../run.mjs";

const answer = await run(outcrop, "bun", await Bun.stdin.json());
console.log(JSON.stringify({ ...answer, version: Bun.version, entry: import.meta.resolve("outcrop") }));
