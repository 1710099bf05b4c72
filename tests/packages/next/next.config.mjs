// Everything that is built goes to dist; ask.mjs lies above the app, so the folder above is Turbopack's root.
import { fileURLToPath } from "node:url";

export default { distDir: "dist", turbopack: { root: fileURLToPath(new URL("..", import.meta.url)) } };
