// Where requests go and who they are from. All of it is in memory only, unless the reader ticks "remember", and then in
// this tab's sessionStorage; credentials never go into the address.

import { effect, signal } from "@preact/signals";
import type { AwsCredentialsProvider, ClientOptions } from "outcrop";
import { BedrockRuntime, cognitoOpenIdToken, fromCognitoIdentityPool, fromWebToken } from "outcrop";
import { inAddress } from "./address.js";
import { FormError } from "./errors.js";
import type { Exchange } from "./traffic.js";
import { recordingFetch } from "./traffic.js";

export type Kind = "cognito" | "keys" | "api-key";

export const region = inAddress("region", "us-east-1");
/** What a link asks for. It is used when the reader says so: an API key would go there as it is. */
export const offeredEndpoint = inAddress("endpoint");

/** Another place than AWS's own; empty for AWS. */
export const endpoint = signal("");
export const kind = signal<Kind>("keys");
export const accessKeyId = signal("");
export const secretAccessKey = signal("");
export const sessionToken = signal("");
export const apiKey = signal("");
export const identityPoolId = signal("");
/** A login of the pool: who issued the token, and the token. Empty for a guest. */
export const loginProvider = signal("");
export const loginToken = signal("");
/** The role of the basic flow; empty for the enhanced one, in which AWS keeps guests from Bedrock. */
export const roleArn = signal("");
/** Where Cognito and STS answer, if not at AWS. */
export const identityEndpoint = signal("");
export const stsEndpoint = signal("");
export const remember = signal(false);
/** Until when the credentials of the identity pool last; undefined before any were given. */
export const expiration = signal<Date | undefined>(undefined);
/** Whether the form is shown. */
export const open = signal(false);
/** The id of the field to go to when it opens. */
export const wanted = signal<string | undefined>(undefined);

/** What is remembered, by its name in sessionStorage. */
const fields = {
  endpoint,
  kind,
  accessKeyId,
  secretAccessKey,
  sessionToken,
  apiKey,
  identityPoolId,
  loginProvider,
  loginToken,
  roleArn,
  identityEndpoint,
  stsEndpoint,
};
const STORED = "outcrop-playground";

/** What a server may put beside the page as defaults.json, so that a demo needs no typing. */
interface Defaults {
  region?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  identityPoolId?: string;
}

/** A user's key, which does not expire, or a key that says the same. */
export const longLived = (): boolean =>
  (kind.value === "keys" && accessKeyId.value.trim().startsWith("AKIA")) ||
  (kind.value === "api-key" && apiKey.value.trim().startsWith("ABSK"));

/** Whether there is something to sign with, as far as can be seen. */
export const ready = (): boolean =>
  kind.value === "keys"
    ? accessKeyId.value !== "" && secretAccessKey.value !== ""
    : kind.value === "api-key"
      ? apiKey.value !== ""
      : identityPoolId.value !== "";

/** Where requests go, in words. */
export const where = (): string => endpoint.value.trim() || `AWS, ${region.value.trim()}`;

const required = (value: string, what: string, field: string): string => {
  const given = value.trim();
  if (given === "") throw new FormError(`${what} is missing.`, field);
  return given;
};

let pool: { key: string; provider: AwsCredentialsProvider } | undefined;

/** The pool's provider: the same while its settings are, so that credentials are fetched once and renewed. */
function cognito(): AwsCredentialsProvider {
  const id = required(identityPoolId.value, "The identity pool's ID", "identity-pool-id");
  const [, home] = /^([\w-]+):[\w-]+$/.exec(id) ?? [];
  if (!home) {
    throw new FormError("An identity pool's ID is a region, a colon and a UUID.", "identity-pool-id");
  }
  const [issuer, token, place] = [loginProvider.value.trim(), loginToken.value.trim(), identityEndpoint.value.trim()];
  if (issuer && !token) throw new FormError("The login's token is missing.", "login-token");
  if (token && !issuer) throw new FormError("The login's provider is missing.", "login-provider");
  const [role, sts] = [roleArn.value.trim(), stsEndpoint.value.trim()];
  if (role && !/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(role)) {
    throw new FormError("A role's ARN looks like arn:aws:iam::123456789012:role/name.", "role-arn");
  }
  const key = JSON.stringify([id, issuer, token, place, role, sts]);
  if (pool?.key !== key) {
    const recorded = recordingFetch(undefined, true);
    const asked = {
      identityPoolId: id,
      ...(issuer && { logins: { [issuer]: token } }),
      clientConfig: { ...(place && { endpoint: place }), fetch: recorded },
    };
    const given = role
      ? fromWebToken({
          roleArn: role,
          webIdentityToken: cognitoOpenIdToken(asked),
          // 15 minutes, the least that STS gives: it renews itself.
          durationSeconds: 900,
          clientConfig: { region: home, ...(sts && { endpoint: sts }), fetch: recorded },
        })
      : fromCognitoIdentityPool(asked);
    expiration.value = undefined;
    pool = {
      key,
      provider: async () => {
        const credentials = await given();
        expiration.value = credentials.expiration;
        return credentials;
      },
    };
  }
  return pool.provider;
}

/** The client's options, as the form has them now. */
export function options(told?: (exchange: Exchange) => void): ClientOptions {
  const place = endpoint.value.trim();
  const common = {
    region: required(region.value, "The region", "region"),
    ...(place && { endpoint: place }),
    fetch: recordingFetch(told),
  };
  switch (kind.value) {
    case "api-key":
      return { ...common, token: required(apiKey.value, "The API key", "api-key") };
    case "cognito":
      return { ...common, credentials: cognito() };
    default: {
      const session = sessionToken.value.trim();
      return {
        ...common,
        credentials: {
          accessKeyId: required(accessKeyId.value, "The access key ID", "access-key-id"),
          secretAccessKey: required(secretAccessKey.value, "The secret access key", "secret-access-key"),
          ...(session && { sessionToken: session }),
        },
      };
    }
  }
}

/**
 * A client whose exchanges are recorded.
 *
 * @param told hears of each exchange as it begins
 * @throws FormError when something is missing in the form
 */
export const client = (told?: (exchange: Exchange) => void): BedrockRuntime => new BedrockRuntime(options(told));

/** Whether a link asks for another endpoint than the one in use. */
export const offered = (): boolean => offeredEndpoint.value !== "" && offeredEndpoint.value !== endpoint.value.trim();

/**
 * Takes keys out of a text: a block of `export AWS_…=…` lines, a profile's lines or JSON, as AWS's access portal and its
 * CLI give them.
 *
 * @returns whether there were an access key ID and a secret in it
 */
export function takeBlock(text: string): boolean {
  const find = (name: RegExp): string | undefined =>
    new RegExp(`(?:${name.source})["']?\\s*[=:]\\s*["']?([^\\s"',]+)`, "i").exec(text)?.[1];
  const [id, secret] = [find(/aws_access_key_id|AccessKeyId/), find(/aws_secret_access_key|SecretAccessKey/)];
  if (!id || !secret) return false;
  kind.value = "keys";
  accessKeyId.value = id;
  secretAccessKey.value = secret;
  sessionToken.value = find(/aws_session_token|SessionToken/) ?? "";
  return true;
}

/** Uses the endpoint that the link asks for. */
export function acceptEndpoint(): void {
  endpoint.value = offeredEndpoint.value;
}

/** Stays with the endpoint in use, which is also what a link of this page then says. */
export function setEndpoint(value: string): void {
  endpoint.value = value;
  offeredEndpoint.value = value.trim();
}

/** Forgets every credential, here and in the tab's storage. */
export function forget(): void {
  for (const field of [accessKeyId, secretAccessKey, sessionToken, apiKey, identityPoolId, loginProvider, loginToken]) {
    field.value = "";
  }
  remember.value = false;
  pool = undefined;
  expiration.value = undefined;
}

function restore(): boolean {
  try {
    const text = sessionStorage.getItem(STORED);
    if (text === null) return false;
    const stored: Record<string, unknown> = JSON.parse(text);
    for (const [name, field] of Object.entries(fields)) {
      const value = stored[name];
      if (typeof value === "string") (field as { value: string }).value = value;
    }
    if (typeof stored.region === "string" && !location.hash.includes("region=")) region.value = stored.region;
    remember.value = true;
    return true;
  } catch {
    // Storage may be forbidden, or hold another page's text: then nothing is remembered.
    return false;
  }
}

/** The defaults, if there are any: a host may have no such file, or answer with a page in its place. */
async function found(): Promise<Defaults> {
  try {
    const answer = await fetch("defaults.json");
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}

/** Fills the form from the tab's storage or from defaults.json, and opens it where something is left to type. */
export async function start(): Promise<void> {
  if (!restore()) {
    const defaults = await found();
    if (defaults.region && !location.hash.includes("region=")) region.value = defaults.region;
    endpoint.value = defaults.endpoint ?? "";
    accessKeyId.value = defaults.credentials?.accessKeyId ?? "";
    secretAccessKey.value = defaults.credentials?.secretAccessKey ?? "";
    sessionToken.value = defaults.credentials?.sessionToken ?? "";
    identityPoolId.value = defaults.identityPoolId ?? "";
    if (defaults.identityPoolId) kind.value = "cognito";
  }
  if (offeredEndpoint.value === "") offeredEndpoint.value = endpoint.value;
  effect(() => {
    const now = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value]));
    const text = JSON.stringify({ ...now, region: region.value });
    try {
      if (remember.value) sessionStorage.setItem(STORED, text);
      else sessionStorage.removeItem(STORED);
    } catch {
      remember.value = false;
    }
  });
}
