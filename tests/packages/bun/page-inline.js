// The same page with the module within its script.
import { BedrockRuntime } from "outcrop/inline";
import { ask } from "../ask.mjs";

globalThis.ask = (options) => ask(BedrockRuntime, options);
