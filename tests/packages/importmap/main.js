// The app without a tool: the page's import map says where the package lies.
import { BedrockRuntime } from "outcrop";
import { ask } from "./ask.mjs";

globalThis.ask = (options) => ask(BedrockRuntime, options);
