// An entry without the module: you pass it, compiled. What is given the same module shares an instance.

import type { CognitoIdentityOptions, CognitoIdentityPoolOptions, CognitoOpenIdTokenOptions } from "./cognito.js";
import { BedrockRuntimeClient, cognitoCredentials, engine, OutcropError, openIdToken, webToken } from "./core.js";
import type { Wasm } from "./host.js";
import type { IdentityProvider } from "./identity.js";
import type { ClientOptions } from "./options.js";
import type { WebTokenOptions } from "./sts.js";

// ms: compiled modules are imported there, which takes one; whatever takes so long will not come.
const PATIENCE = 5_000;

const engines = /* @__PURE__ */ new WeakMap<object, Wasm>();

/** What every maker of this entry needs besides: the compiled module. */
export interface Slim {
  /** A WebAssembly.Module of `outcrop/outcrop.wasm`, or a promise of one. */
  module: object;
}

const wasm = ({ module }: Slim): Wasm => {
  let own = engines.get(module);
  if (!own) {
    own = engine(() => module);
    if ("then" in module && "WebSocketPair" in globalThis) patient(own, module);
    engines.set(module, own);
  }
  return own;
};

/** In workerd a promise of a request that has ended never settles: each call waits for it by itself, and not for ever. */
function patient(own: Wasm, module: object): void {
  const { load } = own;
  let there = false;
  own.load = async () => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const late = (_: unknown, reject: (reason: Error) => void) => {
        timer = setTimeout(() => reject(new Error(`${PATIENCE} ms`)), PATIENCE);
      };
      if (!there) await Promise.race([module, new Promise<never>(late)]);
      there = true;
    } catch (cause) {
      const cure = "Pass the module itself, or a promise that is made outside of requests";
      throw new OutcropError(`the promise of a module came to nothing (${cause}). ${cure}`, "caller", { cause });
    } finally {
      clearTimeout(timer);
    }
    return load();
  };
}

/** A client's settings, and the compiled module. */
export interface SlimOptions extends ClientOptions, Slim {}
/**
 * Bedrock's runtime: a method for each of AWS's operations, each with the call's own settings as its second argument.
 * It opens nothing until the first call, and may be made for each request.
 */
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
