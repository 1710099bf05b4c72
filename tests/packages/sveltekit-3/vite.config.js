// SvelteKit's builder for a server in Node; everything that is built goes to dist.
import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";

export default { plugins: [sveltekit({ adapter: adapter({ out: "dist/app" }), outDir: "dist/kit" })] };
