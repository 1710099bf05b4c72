// A worker that holds conversations with the package's workerd entry and `outcrop/bidirectional`, and answers as JSON.

import * as outcrop from "outcrop";
import * as bidirectional from "outcrop/bidirectional";
import { converse } from "./conversation.mjs";

export default {
  async fetch(request) {
    try {
      const { options, script, more, own } = await request.json();
      // The host's class in place of its fetch, where that is asked for.
      const given = own ? { ...more, WebSocket } : more;
      return Response.json(await converse(outcrop, bidirectional, options, script, given));
    } catch (error) {
      return Response.json({ failed: String(error?.stack ?? error) }, { status: 500 });
    }
  },
};
