// The same with the module within: asks a model with the options of its command line and prints what came.
import { BedrockRuntime } from "outcrop/inline";
import { ask } from "../ask.mjs";

console.log(JSON.stringify(await ask(BedrockRuntime, JSON.parse(Deno.args[0]))));
