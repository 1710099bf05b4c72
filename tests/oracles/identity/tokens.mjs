// A page's own back end, as much of it as these tests need: answers any origin on this machine by routes that the test
// gives, and counts how often each was asked. It checks nothing.

import { createServer } from "node:http";

/**
 * `routes`: a path's answer, from a function that may be async: a text, or `{status, headers, body}`. A route sees
 * `{path, headers, body}`.
 */
export async function tokens(routes) {
  const asked = {};
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const allowed = request.headers["access-control-request-headers"];
    const cors = { "access-control-allow-origin": "*", ...(allowed && { "access-control-allow-headers": allowed }) };
    if (request.method === "OPTIONS") return response.writeHead(204, cors).end();
    const { url: path, method, headers } = request;
    const route = routes[path] ?? routes["*"];
    asked[path] = (asked[path] ?? 0) + 1;
    try {
      const body = Buffer.concat(chunks).toString();
      const answer = route ? await route({ path, method, headers, body }) : { status: 404, body: "" };
      const { status = 200, headers: own, body: text } = typeof answer === "string" ? { body: answer } : answer;
      response.writeHead(status, { "content-type": "text/plain", ...cors, ...own }).end(text);
    } catch (error) {
      response.writeHead(500, cors).end(String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
