// SvelteKit's builder, and nothing else.
import { sveltekit } from "@sveltejs/kit/vite";

export default { plugins: [sveltekit()] };
