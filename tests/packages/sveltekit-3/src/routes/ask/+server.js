// The endpoint: asks a model with the options that it is sent.
import { BedrockRuntime } from "outcrop";
import { ask } from "../../../../ask.mjs";

export const POST = async ({ request }) => Response.json(await ask(BedrockRuntime, await request.json()));
