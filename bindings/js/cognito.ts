// Credentials from an Amazon Cognito identity pool: the enhanced flow, and the token that begins the basic one. It
// keeps the identity's id and no credentials: whoever calls the provider keeps those.
import { checked } from "./credentials.js";
import { CredentialsProviderError } from "./errors.js";
import type { Wasm } from "./host.js";
import type { IdentityConfig, IdentityProvider, Source } from "./identity.js";
import { source } from "./identity.js";
import { noop } from "./lifetime.js";
import { own } from "./own.js";

/** Tokens by the name of who issued them; a function is called at each renewal. */
export type Logins = Record<string, string | (() => Promise<string> | string)>;

/** Where an identity's id is kept, as `localStorage` does it. */
export interface IdentityCache {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

export interface CognitoIdentityOptions {
  identityId: string;
  customRoleArn?: string | undefined;
  /** None for a guest. */
  logins?: Logins | undefined;
  clientConfig?: IdentityConfig | undefined;
}

export interface CognitoIdentityPoolOptions extends Omit<CognitoIdentityOptions, "identityId"> {
  identityPoolId: string;
  accountId?: string | undefined;
  cache?: IdentityCache | undefined;
  /** Whose id the cache keeps. Without it a guest's is kept, and nobody's who has logins. */
  userIdentifier?: string | undefined;
}

export type CognitoOpenIdTokenOptions =
  | Omit<CognitoIdentityOptions, "customRoleArn">
  | Omit<CognitoIdentityPoolOptions, "customRoleArn">;

type Options = Partial<CognitoIdentityOptions & CognitoIdentityPoolOptions>;

/** Asks with an identity's id: the one given, kept or cached, else a new one. */
function asking(wasm: Wasm, operation: string, given: Options): [Source, () => Promise<any>] {
  const options = own(given);
  const { accountId, cache, clientConfig, customRoleArn, identityPoolId, logins, userIdentifier } = options;
  const [region, rest] = `${options.identityId ?? identityPoolId}`.split(":");
  if (!rest) throw new CredentialsProviderError("the id begins with a region and a colon", "caller");
  const from = source(wasm, "CognitoIdentity", "application/x-amz-json-1.1", clientConfig, region!);
  const call = (operation: string, input: object) =>
    from._ask(`${operation} cognito-identity POST / json json`, input, {
      headers: { "x-amz-target": `AWSCognitoIdentityService.${operation}` },
    });
  const user = userIdentifier ?? (Object.keys(logins ?? {}).length ? "" : "ANONYMOUS");
  const key = `aws:cognito-identity-credentials:${identityPoolId}:${user}`;
  /** Storage may be full, forbidden or broken: then there is none. */
  const stored = async (use: (cache: IdentityCache) => unknown): Promise<unknown> =>
    cache && user ? (async () => use(cache))().catch(noop) : undefined;
  let known: unknown = options.identityId;

  return [
    from,
    async () => {
      const Logins: Logins | undefined = logins && own(logins);
      for (const name in Logins) {
        const login = Logins[name]!;
        Logins[name] = typeof login === "function" ? await login() : login;
      }
      let IdentityId = known ?? (await stored((cache) => cache.getItem(key)));
      let last = !identityPoolId;
      for (;;) {
        if (!/^[\w-]+:[\w-]+$/.test(`${IdentityId}`)) {
          const answer = await call("GetId", {
            AccountId: accountId,
            IdentityPoolId: identityPoolId,
            Logins,
          });
          const id = checked(own(answer).IdentityId, "IdentityId");
          IdentityId = id;
          last = true;
          await stored((cache) => cache.setItem(key, id));
        }
        known = IdentityId;
        try {
          return await call(operation, { IdentityId, Logins, CustomRoleArn: customRoleArn });
        } catch (error) {
          if (last || (error as Error).name !== "ResourceNotFoundException") throw error;
          // The pool knows it no more.
          known = IdentityId = undefined;
          await stored((cache) => cache.removeItem(key));
        }
      }
    },
  ];
}

export function cognitoCredentials(options: Options, wasm: Wasm): IdentityProvider {
  const [from, ask] = asking(wasm, "GetCredentialsForIdentity", options);
  return async () => from._set(await ask());
}

export function openIdToken(options: Options, wasm: Wasm): () => Promise<string> {
  const [, ask] = asking(wasm, "GetOpenIdToken", options);
  return async () => own(await ask()).Token;
}
