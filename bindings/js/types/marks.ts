// Where the service's JSON holds blobs (base64, 1; 3 when they are JSON themselves) and times (ISO 8601, 2): data for
// the driver, which turns them into Uint8Array and Date. Free JSON, such as a tool's input, is never among them.
//
// A member leads to one of them or further down; a list is passed through, so `content` means every item of `content`.

const bytes = { source: { bytes: 1 } } as const;

const media = { image: bytes, document: bytes, video: bytes } as const;

/** In what Converse answers. */
export const converseMarks = {
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
export const converseStreamMarks = {
  contentBlockDelta: { delta: { reasoningContent: { redactedContent: 1 }, image: bytes } },
} as const;

/** In an event of InvokeModelWithResponseStream. */
export const invokeStreamMarks = { chunk: { bytes: 3 } } as const;

/** In what GetAsyncInvoke answers. */
export const asyncInvokeMarks = { submitTime: 2, lastModifiedTime: 2, endTime: 2 } as const;

/** In what ListAsyncInvokes answers. */
export const listAsyncInvokesMarks = { asyncInvokeSummaries: asyncInvokeMarks } as const;
