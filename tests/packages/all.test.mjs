// Real little apps with the packed package: each is installed, built by its own tool and run against the emulator, and
// prints a line. It skips nothing in silence: what waits for `--full` and what cannot be built here has a line too.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  bare,
  complaints,
  forbidden,
  from,
  installed,
  listening,
  lost,
  options,
  page,
  post,
  run,
  served,
  start,
  stop,
  version,
  whole,
  withPage,
  withWasm,
} from "./context.mjs";
import { asked, assembled, inChromium, inFirefox } from "./extension.mjs";
import { bun, deno } from "./programs.mjs";

// What is not tried here, and why.
const untried = [
  ["deno compile", "fetches a second program of Deno's from its own server, which is in no package registry"],
  [
    "Next.js by webpack",
    "Next.js 16.4.6 fails with --webpack on an edge route, with our package or without (ENOENT, a manifest)",
  ],
];

let tarball;
before(async () => {
  tarball = await start();
});
after(stop);

const only = new RegExp(process.env.OUTCROP_APPS ?? "");
const lines = [];
after(() => {
  for (const [tool, why] of untried) lines.push(`${tool.padEnd(24)} not tried: ${why}`);
  console.log(lines.join("\n"));
});

/** A test of an app; it answers its tool and version, which begin its line. */
function app(name, what, check, longer = false) {
  if (!only.test(name)) return;
  if (longer !== Boolean(process.env.OUTCROP_LONGER)) {
    if (longer) lines.push(`${name.padEnd(24)} ${what}: only by \`cargo xtask test frameworks\` or with --full`);
    return;
  }
  test(`${name}: ${what}`, async () => {
    const begun = performance.now();
    const tool = await check();
    lines.push(`${tool.padEnd(24)} ${what}: right, in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  });
}

/** One that takes long: in a run of its own, with its like. */
const longer = (name, what, check) => app(name, what, check, true);

async function cleanly(name, address) {
  await whole(name, await page(address, name));
  assert.deepEqual(await complaints(), []);
}

/** What is lost is told in the answer; that Chromium logs a 404 too is right. */
async function losing(name, address, why) {
  lost(await page(address, name), why);
  await complaints();
}

app("publint", "--strict has nothing to say of the tarball", async () => {
  const folder = await installed("tarball");
  const told = await run(folder, ["publint", "run", tarball, "--strict"]);
  assert.match(told, /All good!/);
  return `publint ${version(folder, "publint")}`;
});

app("attw", "nothing to say of the tarball's types (profile esm-only)", async () => {
  const folder = await installed("tarball");
  const told = await run(folder, ["@arethetypeswrong/cli:attw", tarball, "--profile", "esm-only", "--format", "json"]);
  const { entrypoints } = JSON.parse(told).analysis;
  const { exports } = from(folder, join(folder, "../../../bindings/package.json"));
  assert.deepEqual(Object.keys(entrypoints).sort(), Object.keys(exports).sort());
  return `attw ${version(folder, "@arethetypeswrong/cli")}`;
});

app("esbuild", "a page; its script loses the wasm, a copy beside it or outcrop/inline is the cure", async () => {
  const folder = await installed("esbuild");
  const build = (file) =>
    run(folder, ["esbuild", file, "--bundle", "--format=esm", "--minify", "--outfile=dist/main.js"]);
  await build("main.js");
  withPage(folder);
  const address = await served(join(folder, "dist"));
  await losing("esbuild-lost", address, /HTTP 404 for http:.*\/outcrop\.wasm/);
  withWasm(folder);
  await cleanly("esbuild-copied", address);
  await build("inline.js");
  // From another address, as the browser may have kept the script of this one.
  await cleanly("esbuild-inline", await served(join(folder, "dist")));
  return `esbuild ${version(folder, "esbuild")}`;
});

app("esbuild", "a program for Node; likewise", async () => {
  const folder = await installed("esbuild");
  await run(folder, [
    "esbuild",
    "program.js",
    "--bundle",
    "--format=esm",
    "--platform=node",
    "--outfile=dist/program.js",
  ]);
  const { execFile } = await import("node:child_process");
  const program = (name) =>
    new Promise((resolve, reject) => {
      const args = [join(folder, "dist/program.js"), JSON.stringify(options(name))];
      execFile(process.execPath, args, (error, told) => (error ? reject(error) : resolve(JSON.parse(told))));
    });
  lost(await program("esbuild-node-lost"), /ENOENT/);
  withWasm(folder);
  await whole("esbuild-node", await program("esbuild-node"));
  return `esbuild ${version(folder, "esbuild")}`;
});

app("vite", "a page, built", async () => {
  const folder = await installed("vite");
  await run(folder, ["vite", "build"], { OUTCROP_AS_IT_IS: "1" });
  await cleanly("vite-build", await served(join(folder, "dist")));
  return `Vite ${version(folder, "vite")}`;
});

const dev = (tool) => (port) => [tool, "--force", "--host", "127.0.0.1", "--port", `${port}`, "--strictPort"];

app("vite", "a page from the development server", async () => {
  const folder = await installed("vite");
  await cleanly("vite-dev", await listening(folder, dev("vite"), { OUTCROP_AS_IT_IS: "1" }));
  return `Vite ${version(folder, "vite")}`;
});

app("vite", "a page, built by the version before", async () => {
  const folder = await installed("vite");
  await run(folder, ["vite-7:vite", "build"]);
  await cleanly("vite-7-build", await served(join(folder, "dist")));
  return `Vite ${version(folder, "vite-7")}`;
});

app("vite", "a page from the development server, which loses the wasm without optimizeDeps.exclude", async () => {
  const folder = await installed("vite");
  const bare = await listening(folder, dev("vite-7:vite"), { OUTCROP_AS_IT_IS: "1" });
  // The server answers its index.html for files that are not there.
  await losing("vite-7-lost", bare, /expected magic word/);
  await cleanly("vite-7-dev", await listening(folder, dev("vite-7:vite")));
  return `Vite ${version(folder, "vite-7")}`;
});

app("rollup", "a page; without a plugin for assets it loses the wasm", async () => {
  const folder = await installed("rollup");
  await run(folder, ["rollup", "-c"], { OUTCROP_LOST: "1" });
  withPage(folder);
  await losing("rollup-lost", await served(join(folder, "dist")), /HTTP 404 for http:.*\/outcrop\.wasm/);
  await run(folder, ["rollup", "-c"]);
  // From another address, as for esbuild.
  await cleanly("rollup", await served(join(folder, "dist")));
  return `Rollup ${version(folder, "rollup")}`;
});

app("webpack", "a page, built", async () => {
  const folder = await installed("webpack");
  await run(folder, ["webpack-cli", "build"]);
  withPage(folder);
  await cleanly("webpack", await served(join(folder, "dist")));
  return `webpack ${version(folder, "webpack")}`;
});

app("rspack", "a page, built", async () => {
  const folder = await installed("rspack");
  await run(folder, ["@rspack/cli:rspack", "build"]);
  withPage(folder);
  await cleanly("rspack", await served(join(folder, "dist")));
  return `Rspack ${version(folder, "@rspack/core")}`;
});

// Nothing outside of what is not committed, and nothing from the time before.
const parcelCache = ["--no-cache", "--cache-dir", "node_modules/.parcel-cache"];

app("parcel", "a page's script, built", async () => {
  const folder = await installed("parcel");
  await run(folder, ["parcel", "build", "main.js", ...parcelCache]);
  withPage(folder);
  await cleanly("parcel", await served(join(folder, "dist")));
  return `Parcel ${version(folder, "parcel")}`;
});

app("parcel", "a page from the development server", async () => {
  const folder = await installed("parcel");
  const dev = (port) => ["parcel", "serve", "index.html", "--host", "127.0.0.1", "--port", `${port}`, ...parcelCache];
  await cleanly("parcel-dev", await listening(folder, dev));
  return `Parcel ${version(folder, "parcel")}`;
});

app("importmap", "a page by an import map, no bundler", async () => {
  const folder = await installed("importmap");
  mkdirSync(join(folder, "dist"));
  for (const file of ["index.html", "main.js", "../ask.mjs"]) {
    cpSync(join(folder, file), join(folder, "dist", file.replace("../", "")));
  }
  const more = { "/outcrop": join(folder, "node_modules/outcrop") };
  await cleanly("importmap", await served(join(folder, "dist"), more));
  return "no tool";
});

// As their drivers call them, and as they call themselves.
const names = { chrome: "Chromium", firefox: "Firefox" };

/** What an extension's background and page answer, and where its background ran. */
async function extended({ browser, pages: [page, unlike] }, place) {
  try {
    const name = (where) => `extension-${browser.name}-${where}`;
    const told = await asked(browser, page, (where) => options(name(where)));
    assert.equal(told.background.place, place);
    for (const where of ["background", "page"]) await whole(name(where), told[where]);
    if (unlike) {
      const refused = await asked(browser, unlike, (where) => options(name(`refused-${where}`)));
      for (const where of ["background", "page"]) forbidden(refused[where]);
    }
    return `${names[browser.name]} ${browser.version}`;
  } finally {
    await browser.quit();
  }
}

app(
  "extension",
  "a service worker and a page of an extension, under its CSP; what is wanting in the default one",
  async () => {
    const folder = await installed("extension");
    const unlike = assembled(folder, "default", (manifest) => delete manifest.content_security_policy);
    return extended(await inChromium(assembled(folder, "own"), unlike), "ServiceWorkerGlobalScope");
  },
);

app("extension", "a background page and a page of an extension, under its CSP", async () => {
  const folder = await installed("extension");
  // Firefox has no service workers in extensions.
  return extended(await inFirefox(assembled(folder, "own")), "Window");
});

app("deno", "an app, by `deno add npm:outcrop`; without the right to read the package it says so", async () => {
  const { folder, cache, told } = await bare("deno");
  await told(deno(), "add", "npm:outcrop");
  const ran = async (name, ...rights) => {
    const args = ["run", "--no-prompt", "--allow-net=127.0.0.1", ...rights, "main.js", JSON.stringify(options(name))];
    return JSON.parse(await told(deno(), ...args));
  };
  lost(await ran("deno-refused"), /--allow-read/);
  await whole("deno", await ran("deno", `--allow-read=${cache}`));
  assert.deepEqual(readdirSync(folder).sort(), ["deno.json", "deno.lock", "inline.js", "main.js"]);
  return `Deno ${(await told(deno(), "eval", "console.log(Deno.version.deno)")).trim()}`;
});

app("deno", "`deno bundle` loses the wasm, a copy beside the script or outcrop/inline is the cure", async () => {
  const { folder, cache, told } = await bare("deno");
  await told(deno(), "add", "npm:outcrop");
  const bundled = (file) => told(deno(), "bundle", file, "--output", "built/main.js");
  const ran = async (name) => {
    const args = ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read=built", "built/main.js"];
    return JSON.parse(await told(deno(), ...args, JSON.stringify(options(name))));
  };
  await bundled("main.js");
  lost(await ran("deno-lost"), /No such file/);
  // Deno keeps packages in its cache, one folder for each registry.
  const [wasm] = readdirSync(join(cache, "npm"), { recursive: true }).filter((path) => path.endsWith("outcrop.wasm"));
  cpSync(join(cache, "npm", wasm), join(folder, "built/outcrop.wasm"));
  await whole("deno-copied", await ran("deno-copied"));
  rmSync(join(folder, "built"), { recursive: true });
  await bundled("inline.js");
  await whole("deno-inline", await ran("deno-inline"));
  return `Deno ${(await told(deno(), "eval", "console.log(Deno.version.deno)")).trim()}`;
});

app("bun", "an app, by `bun add outcrop`; `bun build` loses the wasm, with and without --compile", async () => {
  const { folder, told } = await bare("bun");
  await told(bun(), "add", "outcrop");
  const ran = async (name, ...program) => JSON.parse(await told(...program, JSON.stringify(options(name))));
  await whole("bun", await ran("bun", bun(), "main.js"));
  await told(bun(), "build", "main.js", "--target=bun", "--outdir=built");
  lost(await ran("bun-lost", bun(), "built/main.js"), /ENOENT/);
  withWasm(folder, "built");
  await whole("bun-copied", await ran("bun-copied", bun(), "built/main.js"));
  const one = (file) => told(bun(), "build", file, "--compile", "--outfile=one");
  await one("main.js");
  lost(await ran("bun-one-lost", join(folder, "one")), /ENOENT/);
  await one("inline.js");
  await whole("bun-one", await ran("bun-one", join(folder, "one")));
  return `Bun ${(await told(bun(), "--version")).trim()}`;
});

app(
  "bun",
  "a page by `bun build`; its script loses the wasm, a copy beside it or outcrop/inline is the cure",
  async () => {
    const { folder, told } = await bare("bun");
    await told(bun(), "add", "outcrop");
    const built = join(folder, "dist");
    const build = (file) => told(bun(), "build", file, "--target=browser", "--minify", "--outfile=dist/main.js");
    await build("page.js");
    withPage(folder);
    const address = await served(built);
    await losing("bun-page-lost", address, /HTTP 404 for http:.*\/outcrop\.wasm/);
    withWasm(folder);
    await cleanly("bun-page-copied", address);
    await build("page-inline.js");
    // From another address, as for esbuild.
    await cleanly("bun-page-inline", await served(built));
    return `Bun ${(await told(bun(), "--version")).trim()}`;
  },
);

app("wrangler", "a Worker, by deploy --dry-run, in its workerd", async () => {
  const folder = await installed("wrangler");
  await run(folder, ["wrangler", "deploy", "--dry-run", "--outdir", "dist"]);
  const { Miniflare } = from(folder, "miniflare");
  const modules = readdirSync(join(folder, "dist"))
    .filter((file) => /\.(js|wasm)$/.test(file))
    // The script first: the first is the Worker.
    .sort((one) => (one.endsWith(".js") ? -1 : 1))
    .map((path) => ({
      type: path.endsWith(".js") ? "ESModule" : "CompiledWasm",
      path,
      contents: readFileSync(join(folder, "dist", path)),
    }));
  const workerd = new Miniflare({ modules, compatibilityDate: "2025-09-01" });
  try {
    await whole("wrangler", await post(await workerd.ready, "wrangler"));
  } finally {
    await workerd.dispose();
  }
  return `wrangler ${version(folder, "wrangler")}`;
});

longer("wrangler-newest", "a Worker, by dev, and what deploy --dry-run wrote; on the newest Node", async () => {
  const folder = await installed("wrangler-newest", { newest: true });
  const dev = (...which) =>
    listening(folder, (port) => {
      const at = ["--ip", "127.0.0.1", "--port", `${port}`, "--inspector-port", "0"];
      return ["wrangler", "dev", ...which, ...at];
    });
  await whole("wrangler-dev", await post(await dev(), "wrangler-dev"));
  await run(folder, ["wrangler", "deploy", "--dry-run", "--outdir", "dist"]);
  await whole("wrangler-newest", await post(await dev("dist/worker.js", "--no-bundle"), "wrangler-newest"));
  return `wrangler ${version(folder, "wrangler")}`;
});

longer("next", "a page, an edge route and a Node route, by Turbopack", async () => {
  const folder = await installed("next");
  await run(folder, ["next", "build", "--turbopack"]);
  const address = await listening(folder, (port) => ["next", "start", "-H", "127.0.0.1", "-p", `${port}`]);
  await cleanly("next-page", address);
  for (const route of ["edge", "node"])
    await whole(`next-${route}`, await post(`${address}/${route}`, `next-${route}`));
  return `Next.js ${version(folder, "next")}`;
});

longer("sveltekit", "a page and an endpoint in Node", async () => {
  const folder = await installed("sveltekit");
  await run(folder, ["vite", "build"]);
  const address = await listening(folder, () => [join(folder, "dist/app/index.js")]);
  await cleanly("sveltekit-page", address);
  await whole("sveltekit-endpoint", await post(`${address}/ask`, "sveltekit-endpoint"));
  return `SvelteKit ${version(folder, "@sveltejs/kit")}`;
});

longer("sveltekit-3", "a page and an endpoint in Node; on the newest Node", async () => {
  const folder = await installed("sveltekit-3", { newest: true });
  await run(folder, ["vite", "build"]);
  const address = await listening(folder, () => [join(folder, "dist/app/index.js")]);
  await cleanly("sveltekit-3-page", address);
  await whole("sveltekit-3-endpoint", await post(`${address}/ask`, "sveltekit-3-endpoint"));
  return `SvelteKit ${version(folder, "@sveltejs/kit")}`;
});

longer("astro", "a page and an endpoint in Node; on the newest Node", async () => {
  const folder = await installed("astro", { newest: true });
  await run(folder, ["astro", "build"]);
  const address = await listening(folder, () => [join(folder, "dist/server/entry.mjs")]);
  await cleanly("astro-page", address);
  await whole("astro-endpoint", await post(`${address}/ask`, "astro-endpoint"));
  return `Astro ${version(folder, "astro")}`;
});
