// The cases in Deno, which asks nobody and lets in no more than the package's folder and this machine's network.
import * as outcrop from "outcrop";
import { run } from "../run.mjs";

const told = await new Response(Deno.stdin.readable).json();
const answer = await run(outcrop, "deno", told);
console.log(JSON.stringify({ ...answer, version: Deno.version.deno, entry: import.meta.resolve("outcrop") }));
