// A user signs in at the stack's user pool, by name and password over TLS. The tokens stay in memory: who loads the page
// anew signs in anew. It knows the challenge of a first password and no other (no second factor).

/** Milliseconds before its end at which a token is not shown any more. */
const EARLY = 60_000;

async function call({ region, endpoints }, name, input) {
  const response = await fetch(endpoints?.users ?? `https://cognito-idp.${region}.amazonaws.com/`, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${name}`,
    },
    body: JSON.stringify(input),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message ?? answer.__type ?? `HTTP status ${response.status}`);
  return answer;
}

/** A session, or `"new password"` if the user has to choose one first: then it is called again with it. */
export async function signIn(config, name, password, wanted) {
  const { clientId: ClientId } = config.member;
  let answer = await call(config, "InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId,
    AuthParameters: { USERNAME: name, PASSWORD: password },
  });
  if (answer.ChallengeName === "NEW_PASSWORD_REQUIRED") {
    if (!wanted) return "new password";
    answer = await call(config, "RespondToAuthChallenge", {
      ChallengeName: answer.ChallengeName,
      ClientId,
      Session: answer.Session,
      ChallengeResponses: { USERNAME: name, NEW_PASSWORD: wanted },
    });
  }
  if (!answer.AuthenticationResult) throw new Error(`this page does not know the challenge ${answer.ChallengeName}`);
  return session(config, answer.AuthenticationResult);
}

function session(config, { IdToken, ExpiresIn, RefreshToken }) {
  // Seconds, as OAuth has it.
  const until = (seconds) => Date.now() + seconds * 1000 - EARLY;
  let current = { token: IdToken, until: until(ExpiresIn) };
  return {
    /** A token that is still good; another one when it is not. */
    async idToken() {
      if (Date.now() > current.until) {
        const { AuthenticationResult: fresh } = await call(config, "InitiateAuth", {
          AuthFlow: "REFRESH_TOKEN_AUTH",
          ClientId: config.member.clientId,
          AuthParameters: { REFRESH_TOKEN: RefreshToken },
        });
        current = { token: fresh.IdToken, until: until(fresh.ExpiresIn) };
      }
      return current.token;
    },
  };
}
