// The app: a page that asks a model when it is told to.
import { BedrockRuntime } from "outcrop";
import { ask } from "../ask.mjs";

globalThis.ask = (options) => ask(BedrockRuntime, options);
