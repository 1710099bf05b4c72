// An error as a reader needs it: what happened, what to do, and the way to the field that mends it.

import * as connection from "../app/connection.js";
import { told } from "../app/errors.js";

/** Nothing for undefined. */
export function ErrorBox({ error }: { error: unknown }) {
  if (error === undefined) return <div class="error-place" role="alert" />;
  const { name, message, advice, who, requestId, field } = told(error);
  const mend = () => {
    connection.wanted.value = field;
    connection.open.value = true;
  };
  const about = field !== undefined || /Credentials|Signature|Token|Unrecognized|Network/.test(name);
  return (
    <div class="error-place" role="alert">
      <div class="error">
        <p class="error-name">{name}</p>
        <p class="error-message">{message}</p>
        {advice && <p class="error-advice">{advice}</p>}
        {(who || requestId) && (
          <p class="error-request quiet">
            {who} {requestId && `Request ${requestId}`}
          </p>
        )}
        {about && (
          <button type="button" class="small" onClick={mend}>
            Open the connection
          </button>
        )}
      </div>
    </div>
  );
}
