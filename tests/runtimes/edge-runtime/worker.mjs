// An edge function that answers the cases of its request with their verdicts. It has nothing of Node's.
import * as outcrop from "outcrop";
import { run } from "../run.mjs";

const answer = async (request) => {
  const answer = await run(outcrop, "edge-runtime", await request.json());
  return new Response(JSON.stringify({ ...answer, process: typeof process, runtime: EdgeRuntime }));
};

addEventListener("fetch", (event) => event.respondWith(answer(event.request)));
