// Starts the server of a soak in a process of its own, and asks it what is open; it measures nothing.

import { fork } from "node:child_process";
import { once } from "node:events";

// Milliseconds within which what has ended is gone: a connection that nobody uses is kept for two seconds.
const GONE = 15_000;

/** `{address, left, stop}`: `left` waits until nothing is open, or for so long. */
export async function service(seed, sockets) {
  const child = fork(new URL("server.mjs", import.meta.url), [`${seed}`, `${sockets}`]);
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`the server ended with ${code}`);
  });
  failed.catch(() => {});
  const said = async () => (await Promise.race([once(child, "message"), failed]))[0];
  const { address } = await said();
  return {
    address,
    /** `{open, connections, served}`; `meanwhile` is called between two looks. */
    async left(meanwhile) {
      for (const give = Date.now() + GONE; ; ) {
        await meanwhile?.();
        child.send("left");
        const told = await said();
        if ((told.open === 0 && told.connections === 0) || Date.now() > give) return told;
        await new Promise((done) => setTimeout(done, 100));
      }
    },
    async stop() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
