// The page of a soak: the package's own entry, and batches of streams as its driver asks for them.

import { Soak, watch } from "./run.mjs";

const pages = watch();
const unhandled = [];
addEventListener("unhandledrejection", ({ reason }) => unhandled.push(String(reason)));
let soak;

window.begin = async (where) => {
  const outcrop = await import("../outcrop/dist/web.js");
  const text = await (await fetch("/soak/pool.json")).text();
  const pool = JSON.parse(text, (_, value) =>
    value?.base64 ? Uint8Array.from(atob(value.base64), (one) => one.charCodeAt(0)) : value,
  );
  soak = new Soak(outcrop, where, pool);
};
window.batch = (from, to, lanes) =>
  soak.batch(from, to, {
    ...lanes,
    // The browser is started so that it can be asked to.
    collect: async () => {
      globalThis.gc();
      await new Promise((done) => setTimeout(done, 5));
    },
  });
// What is asked again and again is short: a driver keeps what it was given, and the page's heap with it.
window.sample = () => [soak.counts.streams, soak.wrong.length, ...pages()].join();
window.state = () =>
  JSON.stringify({
    ...soak.counts,
    wrong: soak.wrong.slice(0, 20),
    open: soak.open.size,
    pages: pages(),
    unhandled: unhandled.slice(0, 20),
  });
window.ready = true;
