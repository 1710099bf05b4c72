// What the entries share at run time, in one file: all that has a state, and all classes. It is no entry itself, and
// what an app's entries do not use of it a bundler leaves out; `exports.ts` says what is public.
import type { Wasm } from "./host.js";
import { engine as made } from "./instance.js";

export { bind } from "./bind.js";
export { Blob, jsonBytes } from "./body.js";
export { BedrockRuntimeClient, internals, paginateListAsyncInvokes } from "./client.js";
export { cognitoCredentials, openIdToken } from "./cognito.js";
export { checked, current, drop } from "./credentials.js";
export { call, ERROR_BODY, FIRST_BYTE } from "./driver.js";
export { base, checkedRegion, endpoint } from "./endpoint.js";
export { createCredentialChain, fromEnv, fromEnvToken } from "./environment.js";
export * from "./errors.js";
export { clock, LEFT, lifetime, quietly } from "./lifetime.js";
export { member, own } from "./own.js";
export { paginate } from "./paginate.js";
export { again, authorise, DIGEST_ABOVE, scoped, signature, tidied } from "./signature.js";
export { events, iterator } from "./stream.js";
export { webToken } from "./sts.js";
export { Failed, judged, tries } from "./tries.js";

/** A module from where `source` says; it is not asked before the first client is there. */
export const engine: (source: () => unknown) => Wasm = made;
