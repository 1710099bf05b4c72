// The Worker as an OpenID Connect provider: one key, whose public half it publishes, and tokens for AWS's STS alone. It
// signs for nobody who asks over the network: only for the Worker itself.

import { calculateJwkThumbprint, importJWK, SignJWT } from "jose";

/** Who the token is for, and who it is of: what the role of template.yml trusts. */
const AUDIENCE = "sts.amazonaws.com";
const SUBJECT = "chat";
/** STS sees a token within seconds; this is for its clock and ours. */
const LIFETIME = "5m";

async function key(env) {
  try {
    const jwk = JSON.parse(env.OIDC_KEY);
    return { jwk, kid: await calculateJwkThumbprint(jwk) };
  } catch {
    // Nothing of what it is.
    throw new Error("the secret OIDC_KEY is no JSON Web Key: npm run --silent key | npx wrangler secret put OIDC_KEY");
  }
}

/** A new token. */
export async function token(env) {
  const { jwk, kid } = await key(env);
  return new SignJWT()
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
    .setIssuer(env.ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(SUBJECT)
    .setIssuedAt()
    .setExpirationTime(LIFETIME)
    .setJti(crypto.randomUUID())
    .sign(await importJWK(jwk, "RS256"));
}

/** What STS asks for to check one, by path. */
export const published = {
  "/.well-known/openid-configuration": ({ ISSUER }) => ({
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    claims_supported: ["aud", "exp", "iat", "iss", "jti", "sub"],
  }),
  "/.well-known/jwks.json": async (env) => {
    const { jwk, kid } = await key(env);
    // The public half, member by member: a private one added to the standard would not slip out.
    return { keys: [{ kty: jwk.kty, n: jwk.n, e: jwk.e, alg: "RS256", use: "sig", kid }] };
  },
};
