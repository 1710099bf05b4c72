// Where the service's JSON holds blobs (base64): data for the driver, which turns them into Uint8Array. Free JSON, such
// as a tool's input, is never among them.
//
// A member leads to a blob (1) or further down; a list is passed through, so `content` means every item of `content`.

const bytes = { source: { bytes: 1 } } as const;

const media = { image: bytes, document: bytes, video: bytes } as const;

/** In what Converse answers. */
export const converseBlobs = {
  output: {
    message: {
      content: {
        ...media,
        audio: bytes,
        toolResult: { content: media },
        guardContent: { image: bytes },
        reasoningContent: { redactedContent: 1 },
      },
    },
  },
} as const;

/** In an event of ConverseStream, which is an object with one member: the event's name. */
export const converseStreamBlobs = {
  contentBlockDelta: { delta: { reasoningContent: { redactedContent: 1 }, image: bytes } },
} as const;

/** In an event of InvokeModelWithResponseStream. */
export const invokeStreamBlobs = { chunk: { bytes: 1 } } as const;
