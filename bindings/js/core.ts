// What the entries share at run time, in one file. It is no entry itself: `exports.ts` says what is public.
import type { Wasm } from "./host.js";
import { engine as made } from "./instance.js";

export { BedrockRuntimeClient } from "./client.js";
export { cognitoCredentials, openIdToken } from "./cognito.js";
export { createCredentialChain, fromEnv, fromEnvToken } from "./environment.js";
export * from "./errors.js";
export { webToken } from "./sts.js";

/** A module from where `source` says; it is not asked before the first client is there. */
export const engine: (source: () => unknown) => Wasm = made;
