// The type of the file outcrop.wasm as Workers and Vercel's edge import it: a WebAssembly.Module, named without the DOM's
// types. It holds no code and is no entry of its own.
declare const module: object;
export default module;
