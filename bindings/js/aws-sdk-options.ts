// AWS's constructor options as this package's. What means nothing here is taken and does nothing; what would change
// what is sent, and cannot be had, is refused by name.
import type { RequestHandler } from "./aws-sdk-handler.js";
import { fetchThrough } from "./aws-sdk-handler.js";
import type { SocketConstructor } from "./bidirectional.js";
import type { BedrockRuntimeClient as Engine } from "./client.js";
import { fromEnv, member, OutcropError, own } from "./core.js";
import type { ApiKey, ApiKeyProvider, AwsCredentials, AwsCredentialsProvider } from "./credentials.js";
import type { Fetch } from "./host.js";
import type { ClientOptions, Limiter, Logger, Timeouts } from "./options.js";

/** A value, or a function that gives or promises it. */
export type Given<Value> = Value | (() => Value | Promise<Value>);

/** An endpoint in AWS's forms. */
export type EndpointLike =
  | string
  | { readonly url: { readonly href: string } }
  | {
      readonly protocol: string;
      readonly hostname: string;
      readonly port?: number | undefined;
      readonly path?: string;
    };

/** What AWS's handlers are made with. */
export interface RequestHandlerOptions {
  /** Milliseconds until an attempt's answer begins: `timeouts.firstByte`. 0 is none. */
  requestTimeout?: number | undefined;
  /** Milliseconds of silence: `timeouts.idle`. */
  socketTimeout?: number | undefined;
  /** The host connects, and tells nobody when: no effect. */
  connectionTimeout?: number | undefined;
  [other: string]: unknown;
}

/** What AWS's client can be told, and this package's own. */
export interface BedrockRuntimeClientConfig {
  /** Else AWS_REGION or AWS_DEFAULT_REGION of the environment, where the host has one. */
  region?: Given<string> | undefined;
  /** Else the variables that AWS's tools read. There is no chain of files and machines: give AWS's provider for that. */
  credentials?: AwsCredentials | AwsCredentialsProvider | undefined;
  /** A Bedrock API key; preferred to credentials unless `authSchemePreference` begins with `sigv4`. */
  token?: string | ApiKey | ApiKeyProvider | undefined;
  authSchemePreference?: Given<readonly string[]> | undefined;
  /** Else AWS_ENDPOINT_URL_BEDROCK_RUNTIME or AWS_ENDPOINT_URL of the environment, else the region's own. */
  endpoint?: Given<EndpointLike> | undefined;
  maxAttempts?: Given<number> | undefined;
  /** `standard`, `adaptive`, or one of `outcrop/flow`. */
  retryMode?: Given<string> | Limiter | undefined;
  useFipsEndpoint?: Given<boolean> | undefined;
  useDualstackEndpoint?: Given<boolean> | undefined;
  /** A handler sends in `fetch`'s place; of a handler's options the times are taken. */
  requestHandler?: RequestHandler | RequestHandlerOptions | undefined;
  /** Told what this package tells its loggers: names and attributes, never a secret or a body. */
  logger?: Logger | undefined;
  /** Sent as x-amz-user-agent. */
  customUserAgent?: string | readonly (readonly [name: string, version?: string])[] | undefined;

  /** This package's own. */
  fetch?: Fetch | undefined;
  /** This package's own. */
  timeouts?: Timeouts | undefined;
  /** This package's own: for InvokeModelWithBidirectionalStream where the host has none, such as that of `ws`. */
  WebSocket?: SocketConstructor | undefined;
  /** A client of `outcrop`, `outcrop/slim` or `outcrop/inline` that makes the calls; its options stand, not these. */
  client?: Engine | undefined;

  /** Nothing to choose here. */
  apiVersion?: string | undefined;
  cacheMiddleware?: boolean | undefined;
  defaultsMode?: unknown;
  disableHostPrefix?: boolean | undefined;
  systemClockOffset?: number | undefined;
  userAgentAppId?: unknown;
}

/** Options of AWS's that change what is sent or how often, and have no counterpart. */
const REFUSED: { readonly [name: string]: string } = {
  extensions: "put a middleware on `middlewareStack`",
  profile: "give `credentials: fromIni({ profile })` of @aws-sdk/credential-providers",
  retryStrategy: "give `maxAttempts`, or a `retryMode` of outcrop/flow",
  signer: "this package signs",
  endpointProvider: "give `endpoint`",
  httpAuthSchemes: "give `credentials` or `token`",
  httpAuthSchemeProvider: "give `credentials` or `token`",
};

export function refuse(config: object): void {
  for (const [name, instead] of Object.entries(REFUSED)) {
    if ((config as Record<string, unknown>)[name] != null) {
      throw new OutcropError(`the option ${name} of AWS's client is not known here: ${instead}`, "caller");
    }
  }
}

/** The value, asked for if it has to be. */
export const settled = async <Value>(given: Given<Value> | undefined): Promise<Value | undefined> =>
  typeof given === "function" ? (given as () => Value | Promise<Value>)() : given;

const environment = (): Record<string, string | undefined> => {
  try {
    // Deno asks the user, who may say no.
    return own(member(globalThis, "process")?.env);
  } catch {
    return own();
  }
};

export async function regionOf({ region }: BedrockRuntimeClientConfig): Promise<string> {
  const { AWS_REGION, AWS_DEFAULT_REGION } = environment();
  const known = (await settled(region)) || AWS_REGION || AWS_DEFAULT_REGION;
  if (!known) throw new OutcropError("Region is missing: give `region`", "caller");
  return known;
}

/** The endpoint as a URL's text. */
export async function endpointOf({ endpoint }: BedrockRuntimeClientConfig): Promise<string | undefined> {
  const { AWS_ENDPOINT_URL_BEDROCK_RUNTIME, AWS_ENDPOINT_URL } = environment();
  const known = (await settled(endpoint)) ?? (AWS_ENDPOINT_URL_BEDROCK_RUNTIME || AWS_ENDPOINT_URL || undefined);
  if (known == null || typeof known === "string") return known;
  const url = member(known, "url");
  if (url) return url.href;
  // A URL has them from its class.
  const [protocol, hostname, port, path = ""] = ["protocol", "hostname", "port", "path"].map((name) =>
    member(known, name),
  );
  return `${protocol.replace(/:?$/, ":")}//${hostname}${port ? `:${port}` : ""}${path}`;
}

const handles = (handler: object): handler is RequestHandler => !!member(handler, "handle");

/** What the environment stands in for. */
export const credentialsOf = ({ credentials }: BedrockRuntimeClientConfig): AwsCredentials | AwsCredentialsProvider =>
  credentials ?? fromEnv();

/**
 * In the place of @aws-sdk/credential-provider-node's, for bundles that cannot have that: the environment's variables.
 * There are no profiles, no machine's roles and no web identity here.
 */
export function defaultProvider(init: { readonly profile?: string | undefined } = {}): AwsCredentialsProvider {
  refuse(own({ profile: own(init).profile }));
  return fromEnv();
}

/** Credentials, or the API key that is preferred to them; nothing where the main entry finds a key by itself. */
async function identity(config: BedrockRuntimeClientConfig): Promise<Pick<ClientOptions, "credentials" | "token">> {
  const [preferred] = (await settled(config.authSchemePreference)) ?? [];
  const { credentials, token } = config;
  if (token && !(credentials && preferred && /sigv4$/i.test(preferred))) return { token };
  if (!credentials && environment().AWS_BEARER_TOKEN_BEDROCK) return {};
  return { credentials: credentialsOf(config) };
}

/** This package's options. */
export async function optionsOf(config: BedrockRuntimeClientConfig): Promise<ClientOptions> {
  const { requestHandler, retryMode, timeouts, logger } = config;
  const times: Timeouts = {};
  let { fetch } = config;
  if (requestHandler && handles(requestHandler)) fetch ??= fetchThrough(requestHandler);
  else if (requestHandler) {
    const { requestTimeout, socketTimeout } = own(requestHandler);
    if (requestTimeout != null) times.firstByte = requestTimeout;
    if (socketTimeout != null) times.idle = socketTimeout;
  }
  const mode = typeof retryMode === "object" ? retryMode : await settled(retryMode);
  const paced = typeof mode === "string" && mode.toLowerCase() === "adaptive";
  return {
    region: await regionOf(config),
    endpoint: await endpointOf(config),
    ...(await identity(config)),
    maxAttempts: await settled(config.maxAttempts),
    retryMode: paced ? (await import("outcrop/flow")).adaptive() : typeof mode === "object" ? mode : undefined,
    useFipsEndpoint: await settled(config.useFipsEndpoint),
    useDualstackEndpoint: await settled(config.useDualstackEndpoint),
    timeouts: { ...times, ...timeouts },
    logger,
    fetch,
  };
}

/** AWS's way to write who calls. */
export const userAgent = (given: BedrockRuntimeClientConfig["customUserAgent"]): string =>
  typeof given === "string" ? given : (given ?? []).map((pair) => pair.filter(Boolean).join("/")).join(" ");
