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
  /** The id, or nothing. What it throws counts as nothing. */
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  /** Keeps an id. What it throws is ignored: the storage may be full. */
  setItem(key: string, value: string): unknown;
  /** Forgets an id that Cognito knows no more. */
  removeItem(key: string): unknown;
}

/**
 * An identity that is known by its id, and who vouches for it.
 *
 * Errors of the provider: CredentialsProviderError for an id of another form; Cognito's own exceptions, as the `cause`
 * of the call's CredentialsProviderError.
 */
export interface CognitoIdentityOptions {
  /** `us-east-1:` and a UUID; its region is the one that is asked. */
  identityId: string;
  /** Another role than the pool's default, if the pool's role mappings allow it. */
  customRoleArn?: string | undefined;
  /** None for a guest. */
  logins?: Logins | undefined;
  /** How Cognito is reached; 10 seconds for an answer to begin unless told otherwise. */
  clientConfig?: IdentityConfig | undefined;
}

/**
 * An identity pool, which makes an identity for each guest or user.
 *
 * AWS lays a session policy of its own over guests' credentials, on which Bedrock is not (the managed policy
 * AmazonCognitoUnAuthedIdentitiesSessionPolicy, v3): guests take the basic flow, `cognitoOpenIdToken` in `fromWebToken`.
 */
export interface CognitoIdentityPoolOptions extends Omit<CognitoIdentityOptions, "identityId"> {
  /** `us-east-1:` and a UUID; its region is the one that is asked. */
  identityPoolId: string;
  /** The pool's account, where Cognito asks for it. */
  accountId?: string | undefined;
  /** Where the identity's id is kept between page loads, `localStorage` for example; never credentials. */
  cache?: IdentityCache | undefined;
  /** Whose id the cache keeps. Without it a guest's is kept, and nobody's who has logins. */
  userIdentifier?: string | undefined;
}

/** Whose token is asked for: as for credentials, without a role. */
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
