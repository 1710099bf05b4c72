// Holds the conversation that the page asks for, in a worker that is a module.

addEventListener("message", async ({ data: [entries, given] }) => {
  const { converse } = await import("/runtimes/conversation.mjs");
  postMessage(await converse(...(await Promise.all(entries.map((entry) => import(entry)))), ...given));
});
