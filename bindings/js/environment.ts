// Credentials and API keys from an environment, and several providers as one. It reads only the variables it names.
import type { ApiKey, AwsCredentials, AwsCredentialsProvider, ProviderProperties } from "./credentials.js";
import { CredentialsProviderError } from "./errors.js";
import { member } from "./own.js";

/** `process.env`, or what a worker is given as its environment. */
export type Environment = Readonly<Record<string, unknown>>;

const hosts = (): Environment => member(globalThis, "process")?.env ?? {};

const text = (environment: Environment, name: string): string | undefined => {
  const value = member(environment, name);
  return typeof value === "string" && value ? value : undefined;
};

/** The variables that AWS's tools read; they are read anew each time. */
export function fromEnv(environment?: Environment): () => Promise<AwsCredentials> {
  return async () => {
    const of = (name: string) => text(environment ?? hosts(), name);
    const [accessKeyId, secretAccessKey] = [of("AWS_ACCESS_KEY_ID"), of("AWS_SECRET_ACCESS_KEY")];
    if (!accessKeyId || !secretAccessKey) {
      throw new CredentialsProviderError("the environment has no AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY", "caller");
    }
    const [sessionToken, end] = [of("AWS_SESSION_TOKEN"), of("AWS_CREDENTIAL_EXPIRATION")];
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
      ...(end && { expiration: new Date(end) }),
    };
  };
}

/** A Bedrock API key in the variable that AWS's tools read. */
export function fromEnvToken(environment?: Environment): () => Promise<ApiKey> {
  return async () => {
    const token = text(environment ?? hosts(), "AWS_BEARER_TOKEN_BEDROCK");
    if (!token) throw new CredentialsProviderError("the environment has no AWS_BEARER_TOKEN_BEDROCK", "caller");
    return { token };
  };
}

/** The first of them that has credentials. One whose error says `tryNextLink: false` ends the chain, as AWS's do. */
export function createCredentialChain(...providers: AwsCredentialsProvider[]): AwsCredentialsProvider {
  return async (properties?: ProviderProperties) => {
    const errors: unknown[] = [];
    for (const provider of providers) {
      try {
        return await provider(properties);
      } catch (error) {
        errors.push(error);
        if ((error as { tryNextLink?: boolean } | undefined)?.tryNextLink === false) break;
      }
    }
    const cause = new AggregateError(errors, "no provider of the chain has credentials");
    throw new CredentialsProviderError(cause.message, "caller", { cause });
  };
}
