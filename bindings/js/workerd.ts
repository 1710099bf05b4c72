// The entry for workerd (Cloudflare): the module is imported, as compiling is not allowed there.
import type { CognitoIdentityOptions, CognitoIdentityPoolOptions, CognitoOpenIdTokenOptions } from "./cognito.js";
import { BedrockRuntimeClient, cognitoCredentials, engine, openIdToken, webToken } from "./core.js";
import type { IdentityProvider } from "./identity.js";
import type { ClientOptions } from "./options.js";
// The bundler makes this a WebAssembly.Module.
import module from "./outcrop.wasm";
import type { WebTokenOptions } from "./sts.js";

const wasm = /* @__PURE__ */ engine(() => module);
/** Starts loading before the first client does. */
export const preload = (): Promise<void> => wasm.load();
/**
 * Bedrock's runtime: a method for each of AWS's operations, each with the call's own settings as its second argument.
 * It opens nothing until the first call, and may be made for each request.
 */
export class BedrockRuntime extends BedrockRuntimeClient {
  constructor(options: ClientOptions) {
    super(options, wasm);
  }
}
/** Credentials for an identity of a Cognito identity pool. */
export const fromCognitoIdentityPool = (options: CognitoIdentityPoolOptions): IdentityProvider =>
  cognitoCredentials(options, wasm);
/** Credentials for an identity that is known by its id. */
export const fromCognitoIdentity = (options: CognitoIdentityOptions): IdentityProvider =>
  cognitoCredentials(options, wasm);
/** A Cognito identity's token, for `fromWebToken`. */
export const cognitoOpenIdToken = (options: CognitoOpenIdTokenOptions): (() => Promise<string>) =>
  openIdToken(options, wasm);
/** Credentials of a role, for a token that its identity provider gave. */
export const fromWebToken = (options: WebTokenOptions): IdentityProvider => webToken(options, wasm);
export * from "./exports.js";
