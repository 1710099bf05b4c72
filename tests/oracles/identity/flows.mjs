// One flow of credentials and the stream signed with what it vended, through the npm package, in whichever host:
// plain settings in, what happened out. It asserts nothing; identity.mjs makes the same of the Rust crate.

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

/** `{region, endpoint, modelId, provider, streams?}` in; the text of the last stream, or the error. */
export async function flow(outcrop, { region, endpoint, modelId, provider: settings, streams = 1 }) {
  const credentials = provider(outcrop, settings);
  const bedrock = new outcrop.BedrockRuntime({ region, endpoint, credentials });
  const messages = [{ role: "user", content: [{ text: "Hello" }] }];
  try {
    let text = "";
    let last;
    for (let at = 0; at < streams; at++) {
      text = "";
      for await (const event of (await bedrock.converseStream({ modelId, messages })).stream) {
        text += event.contentBlockDelta?.delta.text ?? "";
        last = Object.keys(event)[0];
      }
    }
    return { text, last };
  } catch (error) {
    const causes = [];
    for (let at = error; at && causes.length < 10; at = at.cause) causes.push(`${at.name}: ${at.message}`);
    return { error: error.name, causes: causes.join("; ") };
  }
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
