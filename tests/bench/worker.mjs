// A worker that stops one stream for each request and tells when; nothing of Node's is in it.

import * as outcrop from "outcrop";
import { stop, ways } from "./ways.mjs";

export default {
  async fetch(request) {
    try {
      const asked = await request.json();
      return Response.json(asked.way ? { at: await stop(outcrop, asked.way, asked) } : { ways: ways(false) });
    } catch (error) {
      return Response.json({ failed: String(error?.stack ?? error) }, { status: 500 });
    }
  },
};
