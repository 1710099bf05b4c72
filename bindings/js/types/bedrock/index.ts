// The control plane's types under AWS's names, from the service model 2023-04-20, as ../index.ts has the runtime's.
export type * from "./foundation-models.js";
export type * from "./inference-profiles.js";
