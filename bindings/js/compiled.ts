// Compiles the module while it is being fetched, where the server names its type rightly; else afterwards.
export async function compiled(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status} for ${url}`);
  // With another type compileStreaming refuses, be it only one with a parameter; it is not there in every host.
  return response.headers.get("content-type") === "application/wasm" && WebAssembly.compileStreaming
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
