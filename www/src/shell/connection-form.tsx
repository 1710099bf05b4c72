// Where requests go and who they are from, as a form in a dialog, with the warning that belongs to it.

import { useEffect } from "preact/hooks";
import * as connection from "../app/connection.js";
import { Dialog } from "../parts/dialog.js";
import { Check, TextField } from "../parts/fields.js";

const kinds: [connection.Kind, string][] = [
  ["cognito", "Cognito identity pool"],
  ["keys", "Temporary keys"],
  ["api-key", "Bedrock API key"],
];

function Fields() {
  switch (connection.kind.value) {
    case "cognito":
      return (
        <>
          <TextField
            id="identity-pool-id"
            label="Identity pool ID"
            placeholder="us-east-1:00000000-1111-2222-3333-444444444444"
            value={connection.identityPoolId}
            hint="A guest, unless a login is given. The pool's role must allow bedrock:InvokeModelWithResponseStream."
          />
          <TextField
            id="role-arn"
            label="Role of the basic flow"
            placeholder="arn:aws:iam::123456789012:role/guests"
            value={connection.roleArn}
            hint="Guests need it: AWS lets none of the enhanced flow call Bedrock. The pool must allow the basic (classic) flow."
          />
          <details>
            <summary>Login and endpoints</summary>
            <TextField
              id="login-provider"
              label="Login provider"
              placeholder="cognito-idp.us-east-1.amazonaws.com/us-east-1_example"
              value={connection.loginProvider}
            />
            <TextField id="login-token" label="Login token" secret value={connection.loginToken} />
            <TextField
              id="identity-endpoint"
              label="Endpoint of Cognito"
              placeholder="empty: AWS"
              value={connection.identityEndpoint}
            />
            <TextField
              id="sts-endpoint"
              label="Endpoint of STS"
              placeholder="empty: AWS"
              value={connection.stsEndpoint}
            />
          </details>
          {connection.expiration.value && (
            <p class="hint">
              Credentials until {connection.expiration.value.toLocaleTimeString()}; they renew themselves.
            </p>
          )}
        </>
      );
    case "api-key":
      return <TextField id="api-key" label="API key" secret value={connection.apiKey} />;
    default:
      return (
        <>
          <TextField id="access-key-id" label="Access key ID" placeholder="ASIA…" value={connection.accessKeyId} />
          <TextField id="secret-access-key" label="Secret access key" secret value={connection.secretAccessKey} />
          <TextField
            id="session-token"
            label="Session token"
            secret
            value={connection.sessionToken}
            hint="All three at once: paste a block of AWS_… lines, or the JSON of aws configure export-credentials."
          />
        </>
      );
  }
}

export function ConnectionForm() {
  const open = connection.open.value;
  useEffect(() => {
    if (!open) return;
    document.getElementById(connection.wanted.value ?? "region")?.focus();
    connection.wanted.value = undefined;
  }, [open]);
  const close = () => (connection.open.value = false);
  return (
    <Dialog open={open} title="Connection" name="connection-dialog" onClose={close}>
      <form
        id="connection"
        class="stack"
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          close();
        }}
        onPaste={(event) => {
          if (connection.takeBlock(event.clipboardData?.getData("text") ?? "")) event.preventDefault();
        }}
      >
        <div class="pair">
          <TextField id="region" label="Region" value={connection.region} required />
          <TextField
            id="endpoint"
            label="Endpoint"
            placeholder="empty: AWS"
            value={connection.endpoint}
            onChange={connection.setEndpoint}
          />
        </div>
        <fieldset class="tabs">
          <legend>Sign in with</legend>
          {kinds.map(([kind, label]) => (
            <label key={kind}>
              <input
                type="radio"
                name="kind"
                value={kind}
                checked={connection.kind.value === kind}
                onChange={() => (connection.kind.value = kind)}
              />{" "}
              {label}
            </label>
          ))}
        </fieldset>
        <Fields />
        <Check
          id="remember"
          label="Remember in this tab"
          value={connection.remember}
          hint="In the tab's sessionStorage, until the tab closes. A script that runs in this page could read it there."
        />
        <p id="warning" class={connection.longLived() ? "note alarming" : "note"}>
          Keys stay in this page's memory and are gone when it closes, and never go into the address. Use temporary
          ones: a long-lived key (<code>AKIA…</code>, or an API key without an end) does not belong in any page, where a
          browser extension or a script can read it.
        </p>
        <div class="buttons">
          <button type="submit">Use it</button>
          <button type="button" class="secondary" onClick={connection.forget}>
            Forget all
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Asks before a link's endpoint is used: whoever made the link chose it. */
export function OfferedEndpoint() {
  if (!connection.offered()) return null;
  return (
    <section class="note offer" aria-label="Endpoint of the link">
      <p>
        This link asks to send requests to <code>{connection.offeredEndpoint.value}</code>. Requests carry what proves
        who you are: use it only if you know it.
      </p>
      <div class="buttons">
        <button type="button" class="small use-endpoint" onClick={connection.acceptEndpoint}>
          Use it
        </button>
        <button
          type="button"
          class="small keep-endpoint"
          onClick={() => connection.setEndpoint(connection.endpoint.value)}
        >
          Stay with {connection.where()}
        </button>
      </div>
    </section>
  );
}
