// Gives AWS's client rapid-client.cjs in place of its native part, where that was not built: it needs cmake, a C++
// compiler and minutes, and is not for macOS at all.

import { registerHooks } from "node:module";

const url = new URL("rapid-client.cjs", import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "./rapid-client.node" ? { url, format: "commonjs", shortCircuit: true } : next(specifier, context),
});
