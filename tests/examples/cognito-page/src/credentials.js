// Where the page's credentials are from: Cognito, with a role of the stack's. They live in the client's memory and are
// renewed by it before they end.

import { cognitoOpenIdToken, fromCognitoIdentityPool, fromWebToken } from "outcrop";

/**
 * A guest's: Cognito's token for the guest, and STS's credentials for the token (the basic flow). In the other one Cognito
 * lays a policy of its own over every guest's role, and Bedrock is not in it. Here a session can be short, too.
 */
export function guest({ region, identityPoolId, guest: { roleArn }, endpoints }) {
  return fromWebToken({
    roleArn,
    roleSessionName: "guest",
    // Seconds, the shortest that STS gives.
    durationSeconds: 900,
    webIdentityToken: cognitoOpenIdToken({ identityPoolId, clientConfig: { region, endpoint: endpoints?.cognito } }),
    clientConfig: { region, endpoint: endpoints?.sts },
  });
}

/** A user's who has signed in: the pool's role for members, for an hour. */
export function member({ region, identityPoolId, member: { loginProvider }, endpoints }, session) {
  return fromCognitoIdentityPool({
    identityPoolId,
    logins: { [loginProvider]: () => session.idToken() },
    clientConfig: { region, endpoint: endpoints?.cognito },
  });
}
