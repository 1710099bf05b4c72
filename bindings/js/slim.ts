// An entry without the module: you pass it, compiled. What is given the same module shares an instance.

import type { CognitoIdentityOptions, CognitoIdentityPoolOptions, CognitoOpenIdTokenOptions } from "./cognito.js";
import { BedrockRuntimeClient, cognitoCredentials, engine, openIdToken, webToken } from "./core.js";
import type { Wasm } from "./host.js";
import type { IdentityProvider } from "./identity.js";
import type { ClientOptions } from "./options.js";
import type { WebTokenOptions } from "./sts.js";

const engines = /* @__PURE__ */ new WeakMap<object, Wasm>();

export interface Slim {
  /** A WebAssembly.Module of `outcrop/outcrop.wasm`, or a promise of one. */
  module: object;
}

const wasm = ({ module }: Slim): Wasm => {
  const own = engines.get(module) ?? engine(() => module);
  engines.set(module, own);
  return own;
};
export interface SlimOptions extends ClientOptions, Slim {}
export class BedrockRuntime extends BedrockRuntimeClient {
  constructor({ module, ...options }: SlimOptions) {
    super(options, wasm({ module }));
  }
}
/** Credentials for an identity of a Cognito identity pool. */
export const fromCognitoIdentityPool = (options: CognitoIdentityPoolOptions & Slim): IdentityProvider =>
  cognitoCredentials(options, wasm(options));
/** Credentials for an identity that is known by its id. */
export const fromCognitoIdentity = (options: CognitoIdentityOptions & Slim): IdentityProvider =>
  cognitoCredentials(options, wasm(options));
/** A Cognito identity's token, for `fromWebToken`. */
export const cognitoOpenIdToken = (options: CognitoOpenIdTokenOptions & Slim): (() => Promise<string>) =>
  openIdToken(options, wasm(options));
/** Credentials of a role, for a token that its identity provider gave. */
export const fromWebToken = (options: WebTokenOptions & Slim): IdentityProvider => webToken(options, wasm(options));
export * from "./exports.js";
