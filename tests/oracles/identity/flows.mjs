// One flow of credentials and the stream signed with what it vended, through the npm package, in whichever host:
// plain settings in, what happened out. It asserts nothing; src/bin/identity.rs makes the same of the Rust crate.

const fetched = async (url) => {
  const response = await fetch(url, { method: "POST" });
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return response.text();
};

/** Settings of `provider` as the package takes them: a login or a token that is an address is asked for there. */
function options({ kind: _, loginUrl, loginProvider, tokenUrl, cached, service, ...plain }) {
  const cache = cached && new Map(Object.entries(cached));
  return {
    ...plain,
    ...(loginUrl && { logins: { [loginProvider]: () => fetched(loginUrl) } }),
    ...(tokenUrl && { webIdentityToken: () => fetched(tokenUrl) }),
    ...(cache && {
      cache: {
        getItem: (key) => cache.get(key) ?? null,
        setItem: (key, value) => cache.set(key, value),
        removeItem: (key) => cache.delete(key),
      },
    }),
    clientConfig: service,
  };
}

/** A provider of the package. */
export function provider(outcrop, settings) {
  const rest = options(settings);
  switch (settings.kind) {
    case "pool":
      return outcrop.fromCognitoIdentityPool(rest);
    case "identity":
      return outcrop.fromCognitoIdentity(rest);
    case "web":
      return outcrop.fromWebToken(rest);
    case "basic": {
      // Cognito says who it is, STS gives the role.
      const { roleArn, roleSessionName, clientConfig, ...identity } = rest;
      const webIdentityToken = outcrop.cognitoOpenIdToken({ ...identity, clientConfig });
      return outcrop.fromWebToken({ roleArn, roleSessionName, webIdentityToken, clientConfig });
    }
    default:
      throw new Error(`no flow is called ${settings.kind}`);
  }
}

/**
 * `{region, endpoint, modelId, provider, steps?}` in: a stream for each step, which is how many seconds the host's
 * clock is ahead by then (`ahead` sets it). Out: the text of the last stream and its last event, and the errors of
 * the steps that had one, each with its causes.
 */
export async function flow(outcrop, { region, endpoint, modelId, provider: settings, steps = [0] }, ahead) {
  const credentials = provider(outcrop, settings);
  const bedrock = new outcrop.BedrockRuntime({ region, endpoint, credentials });
  const messages = [{ role: "user", content: [{ text: "Hello" }] }];
  const told = { text: "", last: "", errors: [], causes: [] };
  for (const seconds of steps) {
    ahead?.(seconds);
    try {
      told.text = "";
      for await (const event of (await bedrock.converseStream({ modelId, messages })).stream) {
        told.text += event.contentBlockDelta?.delta.text ?? "";
        told.last = Object.keys(event)[0];
      }
    } catch (error) {
      told.errors.push(error.name);
      const causes = [];
      for (let at = error; at && causes.length < 10; at = at.cause) causes.push(`${at.name}: ${at.message}`);
      told.causes.push(causes.join("; "));
    }
  }
  return told;
}

/** The credentials that a provider gives when it is asked as the AWS SDK asks it. */
export async function shape(outcrop, settings) {
  const given = await provider(outcrop, settings)();
  return {
    members: Object.keys(given).sort(),
    secrets: [given.accessKeyId, given.secretAccessKey, given.sessionToken].every((text) => typeof text === "string"),
    secondsLeft: (given.expiration.getTime() - Date.now()) / 1000,
    identityId: given.identityId,
  };
}
