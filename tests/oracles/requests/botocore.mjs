// Starts `botocore_requests.py`: generated inputs of every operation, and the requests that botocore makes of them.
// PYTHON is a Python with the packages of `../python/requirements.txt`; without them it fails.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The lines as text, and the seed they came of: OUTCROP_SEED, or else the clock's. */
export function generated(count) {
  const seed = process.env.OUTCROP_SEED ?? String(Date.now());
  const script = fileURLToPath(new URL("botocore_requests.py", import.meta.url));
  const lines = execFileSync(process.env.PYTHON ?? "python3", [script, seed, String(count)], {
    encoding: "utf8",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" },
    // 300 lines are 350 KB; inputs are of no bounded size.
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { seed, lines };
}
