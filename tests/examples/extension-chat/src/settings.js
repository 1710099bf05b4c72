// What the extension keeps: endpoint, model and key, in the session's storage, which is the browser's memory and which only
// the extension's own pages can read. Nothing of it is written to a disk; when the browser is closed it is gone.

const api = globalThis.browser ?? globalThis.chrome;
const MODEL = "anthropic.claude-3-haiku-20240307-v1:0";

/** `{endpoint, modelId, token?, credentials?}` as it was kept. */
export async function kept() {
  const { settings } = await api.storage.session.get("settings");
  return settings ?? { modelId: MODEL };
}

export const keep = (settings) => api.storage.session.set({ settings });
export const forget = () => api.storage.session.remove("settings");

/** Calls back with the text that was chosen in a page: the one that waits, and each one that comes. */
export async function selections(chosen) {
  api.storage.session.onChanged.addListener(({ selection }) => {
    if (selection?.newValue) chosen(selection.newValue.text);
  });
  const { selection } = await api.storage.session.get("selection");
  if (selection) chosen(selection.text);
}

/** A Bedrock client's options; throws a sentence if there is no key. */
export function options({ endpoint, token, credentials }) {
  if (!token && !credentials) throw new Error("Give a key first: “Model and key”, above.");
  // The region stands in AWS's own addresses; another endpoint's signatures name the first region.
  const region = /^https:\/\/bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./.exec(endpoint)?.[1] ?? "us-east-1";
  return { region, endpoint, ...(token ? { token } : { credentials }) };
}
