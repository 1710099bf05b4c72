// What an error means to a reader: what happened, what to do, and who can do it. It never shows a credential: an error
// of the package has none.

import { signal } from "@preact/signals";

/** Something is missing or malformed in a form; `field` is the id of the element to go to. */
export class FormError extends Error {
  override name = "FormError";
  constructor(
    message: string,
    readonly field?: string,
  ) {
    super(message);
  }
}

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
  ToolLimitError: "The model called tools again and again. Say in a message how it is to go on, or ask again.",
  TruncatedStreamError: "The connection broke before the answer was complete. What came before it is above. Ask again.",
  UnrecognizedClientException:
    "AWS does not know these keys. Copy them again; temporary keys need their session token too.",
  ValidationException:
    "Bedrock refused the request as it is: many models can only be called by an inference profile (us.…), and not all of them stream.",
};

/** Who can mend it, in words: the package's `who`. */
const mender: Record<string, string> = {
  caller: "You can mend this.",
  aws: "This came from the service.",
  network: "This is between this page and the endpoint.",
  outcrop: "This is a fault of outcrop: please report it.",
};

/** The fields of the connection, by the package's code for what is wrong in them. */
const fields: Record<string, string> = { InvalidRegion: "region", InvalidEndpoint: "endpoint" };

const refusedByPolicy = signal("");
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.effectiveDirective === "connect-src") refusedByPolicy.value = event.blockedURI;
});

export interface Told {
  name: string;
  message: string;
  advice: string;
  who: string;
  /** The service's id of the request, for its support. */
  requestId: string;
  /** The id of the form's field to mend, if there is one. */
  field: string | undefined;
}

/** What a thrown value says to a reader. */
export function told(thrown: unknown): Told {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const form = error instanceof FormError;
  const members = error as { who?: unknown; code?: unknown; $metadata?: { requestId?: unknown }; cause?: unknown };
  const requestId = members.$metadata?.requestId;
  const cause = members.cause instanceof Error && error.name === "CredentialsProviderError" ? members.cause : undefined;
  const policy = error.name === "NetworkError" && refusedByPolicy.value;
  return {
    name: form ? "Not sent" : error.name,
    message: cause ? `${error.message}: ${cause.name}: ${cause.message}` : error.message,
    advice: policy
      ? `This page's own policy does not let it talk to ${policy}: add it to connect-src in index.html.`
      : (advice[error.name] ?? ""),
    who: form ? "" : (mender[`${members.who}`] ?? ""),
    requestId: typeof requestId === "string" ? requestId : "",
    field: form ? error.field : fields[`${members.code}`],
  };
}

/** Before a new attempt: what the policy refused then says nothing of this one. */
export function begin(): void {
  refusedByPolicy.value = "";
}
