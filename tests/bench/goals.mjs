// The table's rows in their order, and what is to be reached in each.

/**
 * `times`: ours costs that many times less; `within`: at most that part; `most`: at most that. What is `sure` depends on
 * no machine's speed: not to reach it is an error.
 */
export const TABLE = [
  ["size", "app", "converse, converseStream and Cognito, brotli 11", [{ most: 20_000 }, { times: 3, peer: "A" }]],
  [
    "decode",
    "16 KB chunks",
    "decode 10,000 events, 16 KB chunks",
    [
      { times: 5, peer: "F" },
      { times: 12, peer: "A" },
    ],
  ],
  [
    "decode",
    "one event a chunk",
    "decode 10,000 events, one a chunk",
    [
      { times: 2, peer: "F" },
      { times: 4, peer: "A" },
    ],
  ],
  ["decode", "one chunk", "decode 10,000 events, one chunk", [{ times: 5, peer: "F" }]],
  ["decode", "one chunk, half the events", "decode 5,000 events, one chunk", []],
  ["decode", "one event of 2 MB in 1 KB pieces", "decode one event of 2 MB in 1 KB pieces", [{ times: 5, peer: "F" }]],
  ["decode", "one event of 1 MB in 1 KB pieces", "decode one event of 1 MB in 1 KB pieces", []],
  ["decode", "1,000 events in 1-byte chunks", "decode 1,000 events, 1-byte chunks", [{ within: 1.2, peer: "bare" }]],
  [
    "sign",
    "1 KB",
    "sign a 1 KB request (`outcrop/sign`)",
    [
      { times: 10, peer: "A" },
      { times: 4, peer: "smithy" },
    ],
  ],
  [
    "sign",
    "1 KB, within the client",
    "sign a 1 KB request (what a client's call costs more than with an API key)",
    [
      { times: 10, peer: "A" },
      { times: 4, peer: "smithy" },
    ],
  ],
  ["sign", "1 MB", "sign a 1 MB request", [{ within: 1.2, peer: "digest" }]],
  ["sign", "20 MB", "sign a 20 MB request", [{ within: 1.2, peer: "digest" }]],
  ["sign", "a call of 1 KB, answered at once", "a whole converse call, answered at once", []],
  [
    "e2e",
    "Node",
    "10,000 events over localhost, Node",
    [
      { times: 1.5, peer: "F" },
      { times: 4, peer: "A" },
    ],
  ],
  [
    "e2e",
    "workerd",
    "10,000 events over localhost, workerd",
    [
      { times: 1.5, peer: "F" },
      { times: 4, peer: "A" },
    ],
  ],
  [
    "e2e",
    "Chromium",
    "10,000 events over localhost, Chromium",
    [
      { times: 1.5, peer: "F" },
      { times: 4, peer: "A" },
    ],
  ],
  [
    "e2e",
    "to the first event",
    "warm time to the first event above a bare fetch, of the clock",
    [{ within: 0.3, peer: "F" }],
  ],
  ["e2e", "a short stream", "a warm short stream above a bare fetch, CPU", [{ within: 0.3, peer: "F" }]],
  ["cold", "Node", "cold start (import, construct, first signed request), Node", [{ within: 0.8, peer: "F" }]],
  [
    "cold",
    "Node, fetch loaded",
    "the same in Node that has loaded its own fetch before (40 ms, whoever needs it first)",
    [{ within: 0.8, peer: "F" }],
  ],
  ["cold", "workerd", "cold start, workerd, above an empty worker's", [{ within: 0.8, peer: "F" }]],
  ["cold", "Chromium, local", "cold start, Chromium, from localhost, of the clock", [{ within: 0.8, peer: "F" }]],
  [
    "cold",
    "Chromium, throttled",
    "cold start, Chromium, 10 Mbit/s and 40 ms, of the clock",
    [{ within: 0.8, peer: "F" }],
  ],
  [
    "cold",
    "Chromium, local, wasm preloaded",
    "the same where the page preloads the wasm",
    [{ within: 0.8, peer: "F" }],
  ],
  [
    "cold",
    "Chromium, throttled, wasm preloaded",
    "the same where the page preloads the wasm, 10 Mbit/s and 40 ms",
    [{ within: 0.8, peer: "F" }],
  ],
  [
    "streams",
    "wasm memory of one of 1,000",
    "1,000 streams at once: wasm memory of each",
    [{ most: 65_536, sure: true }],
  ],
  [
    "streams",
    "wasm memory after two thousand more",
    "wasm memory that 2,000 more streams leave behind",
    [{ most: 0, sure: true }],
  ],
  [
    "streams",
    "wasm memory of a retired instance",
    "memory of a retired instance that the host did not get back",
    [{ most: 0, sure: true }],
  ],
  ["streams", "memory of one of 1,000", "1,000 streams at once: JavaScript's memory of each", []],
  ["native", "decode small frames", "Rust native: decode small frames", [{ times: 4, peer: "aws-smithy-eventstream" }]],
  ["native", "sign 1 KB", "Rust native: sign 1 KB", [{ times: 3, peer: "aws-sigv4" }]],
  ["native", "sign 1 MiB", "Rust native: sign 1 MiB", []],
  ["native", "decode small frames, allocations", "Rust native: allocations of a small frame", []],
  ["native", "sign 1 KB, allocations", "Rust native: allocations of a signature", []],
];

export const goals = (part, row) => TABLE.find(([where, name]) => where === part && name === row)?.[3] ?? [];
