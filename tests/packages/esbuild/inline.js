// The same app with the module within its script: nothing can be lost.
import { BedrockRuntime } from "outcrop/inline";
import { ask } from "../ask.mjs";

globalThis.ask = (options) => ask(BedrockRuntime, options);
