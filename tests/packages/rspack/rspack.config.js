// Rspack takes the package and its wasm file as they are.
export default { mode: "production", entry: "./main.js", output: { clean: true } };
