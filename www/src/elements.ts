// Finds the page's elements by id and type, once, at the start. An element that is missing or of
// another kind is a mistake in index.html and ends the page with its name.

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no ${kind.name} with id "${id}"`);
  return found;
}

const input = (id: string) => element(id, HTMLInputElement);
const any = (id: string) => element(id, HTMLElement);

export const page = {
  form: element("form", HTMLFormElement),
  connection: element("connection", HTMLDetailsElement),
  where: any("where"),
  region: input("region"),
  endpoint: input("endpoint"),
  keys: any("keys"),
  accessKeyId: input("access-key-id"),
  secretAccessKey: input("secret-access-key"),
  sessionToken: input("session-token"),
  apiKeyPart: any("api-key-part"),
  apiKey: input("api-key"),
  warning: any("warning"),
  model: element("model", HTMLSelectElement),
  otherModelPart: any("other-model-part"),
  otherModel: input("other-model"),
  prompt: element("prompt", HTMLTextAreaElement),
  send: element("send", HTMLButtonElement),
  stop: element("stop", HTMLButtonElement),
  status: any("status"),
  reasoningPart: any("reasoning-part"),
  reasoning: any("reasoning"),
  answer: any("answer"),
  error: any("error"),
  errorName: any("error-name"),
  errorMessage: any("error-message"),
  errorAdvice: any("error-advice"),
  errorRequest: any("error-request"),
  inputTokens: any("input-tokens"),
  outputTokens: any("output-tokens"),
  totalTokens: any("total-tokens"),
  firstText: any("first-text"),
  whole: any("whole"),
  service: any("service"),
};
