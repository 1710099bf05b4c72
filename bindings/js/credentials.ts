// Credentials and API keys, given or asked for. It never uses an expired set and never lets a value into an error.
import { CredentialsProviderError } from "./errors.js";

// 5 minutes, in ms: a set is renewed this long before it expires, as AWS's clients do.
const RENEW_BEFORE = 300_000;

/** Credentials in AWS's shape. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

export type AwsCredentialsProvider = () => Promise<AwsCredentials>;

/** A Bedrock API key in AWS's shape. */
export interface ApiKey {
  readonly token: string;
  readonly expiration?: Date | undefined;
}

export type ApiKeyProvider = () => Promise<ApiKey | string>;

type Identity = { readonly expiration?: unknown };

interface Cache {
  _value?: Identity;
  _pending?: Promise<Identity> | undefined;
}

// By provider: clients that share one share its answer.
const caches = /* @__PURE__ */ new WeakMap<object, Cache>();

const left = (identity: Identity): number =>
  identity.expiration == null ? Infinity : +new Date(identity.expiration as Date) - Date.now();

/** The value itself, or the provider's answer: asked once for all who wait, kept until shortly before it expires. */
export async function current<T extends Identity>(given: T | (() => Promise<T | string>)): Promise<T> {
  let identity: Identity = given as T;
  if (typeof given === "function") {
    let cache = caches.get(given)!;
    if (!cache) caches.set(given, (cache = {}));
    if (!cache._value || !(left(cache._value) > RENEW_BEFORE)) {
      cache._pending ??= (async () => {
        try {
          const answer: unknown = await given();
          cache._value = typeof answer === "string" ? ({ token: answer } as Identity) : { ...(answer as Identity) };
          return cache._value;
        } catch (cause) {
          throw new CredentialsProviderError("the credentials provider failed", "caller", { cause });
        } finally {
          cache._pending = undefined;
        }
      })();
      identity = await cache._pending;
    } else identity = cache._value;
  }
  if (!(left(identity) > 0)) throw new CredentialsProviderError("the credentials have expired", "caller");
  return identity as T;
}

/** A value that goes into a header or beside one: printable ASCII, or the host's own error would show it. */
export function checked(value: unknown, what: string): string {
  if (typeof value !== "string" || !/^[!-~]+$/.test(value)) {
    throw new CredentialsProviderError(`${what} is missing, or has a character that it cannot have`, "caller");
  }
  return value;
}
