// What workerd, a page and a page's worker do when they are asked: call the module's exports and hand the answer
// back. In a worker of a page it also answers messages.

/** Calls an export, or a method of a client for an endpoint. */
export async function called(rust, { endpoint, keys, name, args }) {
  const on = endpoint ? new rust.Bedrock(endpoint, ...keys) : rust;
  // Numbers of 64 bits travel as text.
  const told = await on[name](
    ...args.map((arg) => (typeof arg === "string" && /^\d{4,}$/.test(arg) ? BigInt(arg) : arg)),
  );
  return typeof told === "string" ? JSON.parse(told) : told;
}

/** The module as the file server has it. */
export async function loaded() {
  const rust = await import("/rust/outcrop_rust_wasm.js");
  await rust.default({ module_or_path: "/rust/outcrop_rust_wasm_bg.wasm" });
  return rust;
}

if ("WorkerGlobalScope" in globalThis && "postMessage" in globalThis && !("WebSocketPair" in globalThis)) {
  globalThis.onmessage = async ({ data }) => {
    try {
      globalThis.postMessage({ answer: await called(await loaded(), data) });
    } catch (error) {
      globalThis.postMessage({ failed: String(error) });
    }
  };
}
