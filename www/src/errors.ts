// Shows an error so that a person knows what happened and what to do next. It never shows a credential:
// it has none.

import { FormError } from "./connection.js";
import { page } from "./elements.js";

/** By name of the error: what to do. The names are AWS's and the package's own. */
const advice: Record<string, string> = {
  AccessDeniedException:
    "Ask whoever runs the account to allow bedrock:InvokeModelWithResponseStream for this model, and to enable the model in this region.",
  CredentialsProviderError: "Look at the keys under Connection.",
  EventStreamError: "What answered is not Bedrock, or something on the way changed its answer. Check the endpoint.",
  ExpiredTokenException: "These temporary keys have ended. Get new ones and put them in under Connection.",
  InternalServerException: "This was Bedrock's fault, and trying again already did not help. Wait a minute.",
  InvalidSignatureException:
    "The secret access key does not belong to the access key ID: copy both again. (Or this machine's clock is wrong.)",
  ModelErrorException: "The model itself failed. Ask again or change the prompt.",
  ModelNotReadyException: "The model is being loaded. Try again in a minute.",
  ModelStreamErrorException: "The model failed in the middle of its answer. What came before it is above. Ask again.",
  ModelTimeoutException: "The model took too long. Ask for a shorter answer.",
  NetworkError:
    "The endpoint could not be reached, or it does not let pages in (CORS). Check the endpoint, the region and the network.",
  ResourceNotFoundException: "This model is not in this region: choose another model or another region.",
  ServiceQuotaExceededException: "The account's quota is used up.",
  ServiceUnavailableException: "Bedrock is overloaded, and trying again already did not help. Wait a minute.",
  ThrottlingException:
    "Too many requests for this account's quota, and trying again already did not help. Wait a minute.",
  TimeoutError: "Nothing came in time. Try again.",
  TruncatedStreamError: "The connection broke before the answer was complete. What came before it is above. Ask again.",
  UnrecognizedClientException:
    "AWS does not know these keys. Copy them again; temporary keys need their session token too.",
  ValidationException:
    "Bedrock refused the request as it is: many models can only be called by an inference profile (us.…), and not all of them stream.",
};

let refusedByPolicy = "";
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.effectiveDirective === "connect-src") refusedByPolicy = event.blockedURI;
});

export function hide(): void {
  refusedByPolicy = "";
  page.error.hidden = true;
}

export function show(thrown: unknown): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const formError = error instanceof FormError;
  page.errorName.textContent = formError ? "Not sent" : error.name;
  page.errorMessage.textContent = error.message;
  page.errorAdvice.textContent = refusedByPolicy
    ? `This page's own policy does not let it talk to ${refusedByPolicy}: add it to connect-src in index.html.`
    : (advice[error.name] ?? "");
  page.errorRequest.textContent = requestId(error);
  page.error.hidden = false;
  if (formError) {
    page.connection.open = true;
    error.field.focus();
  }
}

function requestId(error: Error): string {
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  const known = typeof metadata === "object" && metadata !== null && "requestId" in metadata;
  return known && typeof metadata.requestId === "string" ? `Request ${metadata.requestId}` : "";
}
