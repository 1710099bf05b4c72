// Credentials and API keys, given or asked for: one renewal at a time, before they are needed, and the old ones while
// they last. It never hands out an expired set and never lets a value into an error.
import { CredentialsProviderError } from "./errors.js";
import type { Lifetime } from "./lifetime.js";
import { clock } from "./lifetime.js";
import { member, own } from "./own.js";

// 5 minutes, in ms: a set is renewed at most this long before it expires, as AWS's clients do.
const MARGIN = 300_000;
// A minute, in ms: from here on a call waits for the renewal.
const LAST = 60_000;
// 10 s, in ms, half or half more of it: so long a failed renewal is not tried again while the old set lasts.
const AGAIN = 10_000;
// ms after which nobody waits for a renewal any more that another call has begun. In workerd another request's end
// has ended it too: 5 s. Elsewhere its provider hangs: a minute.
const patience = (): number => (workerd() ? 5_000 : 60_000);

/** There a promise of another request must not be waited for: it may never settle. */
export const workerd = (): boolean => !!member(globalThis, "WebSocketPair");

/** Credentials in AWS's shape, as members of the object itself. */
export interface AwsCredentials {
  /** No secret: it goes over the wire in every signature. */
  readonly accessKeyId: string;
  /** Never sent. */
  readonly secretAccessKey: string;
  /** Of temporary credentials; sent with every request. */
  readonly sessionToken?: string | undefined;
  /** From when on they are not used. Without one they are taken to be good for ever. */
  readonly expiration?: Date | undefined;
}

/** What an AWS SDK passes to a provider. */
export interface ProviderProperties {
  /** The client that asks: its region. */
  callerClientConfig?: {
    /** The region of the client that asks. */
    region: () => Promise<string>;
  };
}

/** Answers credentials, as AWS's providers do; asked once for all who wait, and anew before they expire. */
export type AwsCredentialsProvider = (properties?: ProviderProperties) => Promise<AwsCredentials>;

/** A Bedrock API key in AWS's shape. */
export interface ApiKey {
  /** Sent as it is, over https only. */
  readonly token: string;
  readonly expiration?: Date | undefined;
}

/** Answers an API key, also as plain text; asked anew before the key expires, if it says when. */
export type ApiKeyProvider = () => Promise<ApiKey | string>;

export type Identity = Partial<AwsCredentials & ApiKey>;

type Log = (level: "debug" | "warn", name: string, attributes: Record<string, unknown>) => void;

interface Renewal {
  readonly _began: number;
  _promise?: Promise<void>;
  _value?: Identity;
  _error?: unknown;
}

/** What is kept of a provider. */
interface Kept {
  _value?: Identity | undefined;
  /** Milliseconds before its end from which on the set is to be renewed. */
  _margin: number;
  /** On `clock`: no renewal before, unless it is needed at once. */
  _next: number;
  _renewal?: Renewal | undefined;
}

// By provider: clients that share one share its answer.
const providers = /* @__PURE__ */ new WeakMap<object, Kept>();

/** Milliseconds for which it is still good. */
const left = (identity?: Identity): number =>
  !identity ? 0 : identity.expiration == null ? Infinity : +new Date(identity.expiration) - Date.now();

/** An identity as it is now, with what it has itself. A text is an API key. */
const identityOf = (given: Identity | string): Identity => own(typeof given === "string" ? { token: given } : given);

/** A provider of either kind. */
type Ask = (properties: ProviderProperties) => Promise<Identity | string>;

function renew(kept: Kept, given: Ask, region: string, log: Log): Renewal {
  const renewal: Renewal = own({ _began: clock() });
  kept._renewal = renewal;
  // Never rejects: nobody may be waiting.
  renewal._promise = (async () => {
    try {
      const answer = await given({ callerClientConfig: { region: async () => region } });
      const value = identityOf(answer);
      const good = left(value);
      if (!(good > 0) || !(value.token ?? value.accessKeyId)) {
        throw new CredentialsProviderError("the credentials have expired, or are none", "caller");
      }
      renewal._value = kept._value = value;
      kept._margin = Math.min(MARGIN, good / 5) * (1 + Math.random() / 5);
      log("debug", "credentials.renewed", { "outcrop.duration_ms": clock() - renewal._began });
    } catch (error) {
      renewal._error = error ?? 1;
      kept._next = clock() + AGAIN * (0.5 + Math.random());
    }
    if (kept._renewal === renewal) kept._renewal = undefined;
  })();
  return renewal;
}

/** The identity itself, at once, or the provider's: asked once for all who wait. */
export function current(given: unknown, region: string, life: Lifetime, log: Log): Identity | Promise<Identity> {
  const identity: any = typeof given === "function" ? given : identityOf(given as Identity);
  return typeof given !== "function" && left(identity) > 0 ? identity : asked(identity, region, life, log);
}

async function asked(given: unknown, region: string, life: Lifetime, log: Log): Promise<Identity> {
  let identity = given as Identity;
  let cause: unknown;
  if (typeof given === "function") {
    let kept = providers.get(given)!;
    if (!kept) providers.set(given, (kept = own({ _margin: 0, _next: 0 })));
    identity = kept._value!;
    const good = left(identity);
    if (good <= kept._margin && (good <= 0 || clock() >= kept._next)) {
      let renewal = kept._renewal;
      let foreign = workerd();
      if (!renewal || clock() - renewal._began > patience()) {
        renewal = renew(kept, given as Ask, region, log);
        foreign = false;
      }
      if (good <= Math.min(LAST, kept._margin / 5)) {
        // ms: doubled up to 50, which is short beside a provider's answer.
        let pause = 1;
        while (foreign && !renewal._value && !renewal._error) {
          if (clock() - renewal._began > patience()) return asked(given, region, life, log);
          await life._sleep(pause);
          pause = Math.min(pause * 2, 50);
        }
        if (!foreign) await life._wait(renewal._promise);
        identity = renewal._value ?? identity;
        cause = renewal._error;
      }
    }
  }
  if (!(left(identity) > 0)) {
    throw new CredentialsProviderError(
      cause ? "the credentials provider failed" : "the credentials have expired",
      "caller",
      { cause },
    );
  }
  return identity;
}

/** The service knows that identity no more. */
export function drop(given: object, identity: unknown): void {
  const kept = providers.get(given);
  if (kept?._value === identity) kept!._value = undefined;
}

/** A value that goes into a header or beside one: printable ASCII, or the host's own error would show it. */
export function checked(value: unknown, what: string): string {
  if (typeof value !== "string" || !/^[!-~]+$/.test(value)) {
    throw new CredentialsProviderError(`${what} is missing, or has a character that it cannot have`, "caller");
  }
  return value;
}
