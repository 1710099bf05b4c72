// Reads the connection part of the form into the client's options, and shows what fits the choice.
// It stores nothing: no cookie, no localStorage; the fields are all there is.

import type { ClientOptions } from "outcrop";
import { page } from "./elements.js";

/** What a server may put beside the page as defaults.json, so that a demo needs no typing. */
interface Defaults {
  region?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

const usesApiKey = () => new FormData(page.form).get("kind") === "api-key";

/** Something is missing or malformed in the form; `field` is where. */
export class FormError extends Error {
  override name = "FormError";
  constructor(
    message: string,
    readonly field: HTMLElement,
  ) {
    super(message);
  }
}

function required(field: HTMLInputElement, what: string): string {
  const value = field.value.trim();
  if (value === "") throw new FormError(`${what} is missing.`, field);
  return value;
}

/** The client's options, as the form has them now. */
export function options(): ClientOptions {
  const region = required(page.region, "The region");
  const endpoint = page.endpoint.value.trim();
  const place = endpoint === "" ? { region } : { region, endpoint };
  if (usesApiKey()) return { ...place, token: required(page.apiKey, "The API key") };
  const credentials = {
    accessKeyId: required(page.accessKeyId, "The access key ID"),
    secretAccessKey: required(page.secretAccessKey, "The secret access key"),
  };
  const sessionToken = page.sessionToken.value.trim();
  return { ...place, credentials: sessionToken === "" ? credentials : { ...credentials, sessionToken } };
}

/** Shows the fields of the chosen kind, where requests go, and how worried to be. */
export function show(): void {
  page.keys.hidden = usesApiKey();
  page.apiKeyPart.hidden = !usesApiKey();
  page.where.textContent = page.endpoint.value.trim() || `AWS, ${page.region.value.trim()}`;
  // AKIA begins the keys of users, which do not expire.
  const longLived = !usesApiKey() && page.accessKeyId.value.trim().startsWith("AKIA");
  page.warning.classList.toggle("alarming", longLived);
}

/** Fills the form from defaults.json, and opens it where something is left to type. */
export async function start(): Promise<void> {
  const answer = await fetch("defaults.json");
  const defaults: Defaults = answer.ok ? await answer.json() : {};
  page.region.value = defaults.region ?? page.region.value;
  page.endpoint.value = defaults.endpoint ?? "";
  page.accessKeyId.value = defaults.credentials?.accessKeyId ?? "";
  page.secretAccessKey.value = defaults.credentials?.secretAccessKey ?? "";
  page.sessionToken.value = defaults.credentials?.sessionToken ?? "";
  page.connection.open = defaults.credentials === undefined;
  show();
}
