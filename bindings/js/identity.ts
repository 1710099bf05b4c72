// What the providers that ask AWS have in common: an unsigned call through the same loop as Bedrock's, and a set of
// credentials made of the answer. It keeps neither.
import type { ProviderProperties } from "./credentials.js";
import { checked } from "./credentials.js";
import type { Client } from "./driver.js";
import { call } from "./driver.js";
import type { Wasm } from "./host.js";
import type { Engine } from "./instance.js";
import type { CallOptions, ClientOptions } from "./options.js";
import { own } from "./own.js";

// ms: AWS answers these within a second, and a page waits for it.
const FIRST_BYTE = 10_000;
// 4 minutes, in ms: a host's clock that is this far off would renew too late, or all the time.
const SKEW = 240_000;

/** How the service that gives credentials is reached. */
export interface IdentityConfig extends Partial<Omit<ClientOptions, "credentials" | "token" | "retryMode">> {}

/** Credentials in AWS's shape, usable where an AWS SDK wants a provider's answer. */
export interface IdentityCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
  /** Of an identity pool. */
  identityId?: string;
}

/** Credentials that renew themselves; AWS's SDK takes it as its `credentials`, too. */
export type IdentityProvider = (properties?: ProviderProperties) => Promise<IdentityCredentials>;

export interface Source {
  _ask(operation: string, input: object, options?: CallOptions): Promise<any>;
  /** The credentials in an answer; when they expire is told in the host's clock, even if that is wrong. */
  _set(answer: any): IdentityCredentials;
}

export function source(
  wasm: Wasm,
  service: string,
  type: string,
  given: IdentityConfig | undefined,
  region: string,
  parse?: (text: string) => unknown,
): Source {
  // ms by which the service's clock is ahead of the host's.
  let ahead = 0;
  const config = own(given);
  const client = own<Client>({
    _engine: wasm as Engine,
    _service: service,
    _type: type,
    _parse: parse,
    _options: own({
      ...config,
      region: config.region ?? region,
      timeouts: { firstByte: FIRST_BYTE, ...config.timeouts },
      async fetch(url, init) {
        const response = await (config.fetch ?? fetch)(url, init);
        ahead = Date.parse(response.headers.get("date") ?? "") - Date.now();
        return response;
      },
    }),
  });
  return {
    _ask: (operation, input, options) => call(client, operation, input, {}, options),
    _set(answer) {
      const { Credentials, IdentityId: identityId } = own(answer);
      const set = own(Credentials);
      const { Expiration: end } = set;
      return {
        accessKeyId: checked(set.AccessKeyId, "AccessKeyId"),
        secretAccessKey: checked(set.SecretKey ?? set.SecretAccessKey, "SecretAccessKey"),
        sessionToken: checked(set.SessionToken, "SessionToken"),
        // Seconds, or ISO 8601.
        expiration: new Date((end > 0 ? end * 1000 : Date.parse(end)) - (Math.abs(ahead) > SKEW ? ahead : 0)),
        ...(identityId && { identityId }),
      };
    },
  };
}
