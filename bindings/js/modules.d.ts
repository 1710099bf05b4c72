// The module as a bundler or runtime gives it.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "outcrop-wasm-base64" {
  const base64: string;
  export default base64;
}
declare module "node:fs/promises" {
  export function readFile(path: URL): Promise<Uint8Array<ArrayBuffer>>;
}
// The catalog's data; catalog.ts gives it its types.
declare module "*/catalog/models.json" {
  export const currency: string;
  export const sources: any;
  export const ai21: any[];
  export const amazon: any[];
  export const anthropic: any[];
  export const cohere: any[];
  export const deepseek: any[];
  export const meta: any[];
  export const mistral: any[];
  export const stability: any[];
}
