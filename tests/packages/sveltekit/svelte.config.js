// For a server in Node; everything that is built goes to dist.
import adapter from "@sveltejs/adapter-node";

export default { kit: { adapter: adapter({ out: "dist/app" }), outDir: "dist/kit" } };
