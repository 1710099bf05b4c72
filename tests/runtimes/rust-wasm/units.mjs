// Runs the crate's own tests, as `#[wasm_bindgen_test]` makes exports of them, in one module: what wasm-bindgen's
// test-runner does, for Node and for pages alike. It leaves out no test of a module.

/** `glue` is the module's JavaScript, `source` its wasm. Answers `{passed, count, lines}`. */
export async function runUnits(glue, source) {
  const lines = [];
  globalThis.__wbg_test_invoke = (test) => test();
  // In Node a line goes there; in a page to an element.
  globalThis.__wbgtest_og_console_log = (line) => lines.push(line);
  const output = globalThis.document?.body.appendChild(document.createElement("pre"));
  if (output) output.id = "output";
  // The console gets a test's name before it begins, and a failure's words once more.
  const { log, error } = console;
  console.log = console.error = (...words) => lines.push(words.join(" "));
  try {
    const exported = await glue.default({ module_or_path: source });
    const tests = Object.keys(exported).filter((name) => name.startsWith("__wbgt_"));
    const context = new glue.WasmBindgenTestContext(false);
    const passed = await context.run(tests.map((name) => exported[name]));
    if (output) lines.push(...output.textContent.split("\n"));
    return { passed, count: tests.length, lines };
  } finally {
    Object.assign(console, { log, error });
    output?.remove();
  }
}
