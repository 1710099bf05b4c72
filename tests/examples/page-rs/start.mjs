// Loads what `wasm-bindgen --target web --out-dir pkg` wrote, and starts it; it does nothing else. (With Trunk neither
// this file nor the script element is needed: `<link data-trunk rel="rust" />` takes its place.)

import init from "./pkg/outcrop-example-page.js";

await init();
