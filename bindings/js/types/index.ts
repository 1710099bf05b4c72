// The API's types under AWS's names, from the service model 2023-09-30. Types only: importing them costs nothing.
//
// - A required member is `name: T | undefined`, as in AWS's client: answers do leave required members out.
// - Enumerations are open: AWS adds values.
// - Unions are objects with one of several members, or with none that is known (`OneOf`).
// - Operations take `…Input` and answer `…Output`; `…Request`, `…Response`, `…CommandInput` and `…CommandOutput` are
//   the same types. Where AWS gives such a name to a union, ours are `ConverseOutputUnion` and
//   `CountTokensInputUnion`; the events of `ConverseStreamOutput` are `ConverseStreamEvent`, and those of
//   InvokeModelWithBidirectionalStream end in `InputEvent` and `OutputEvent`.
export type * from "./apply-guardrail.js";
export type * from "./async-invoke.js";
export type * from "./base.js";
export type * from "./bidirectional.js";
export type * from "./citation.js";
export type * from "./converse.js";
export type * from "./converse-stream.js";
export type * from "./count-tokens.js";
export type * from "./guardrail.js";
export type * from "./guardrail-checks.js";
export type * from "./guardrail-policy.js";
export type * from "./guardrail-reasoning.js";
export type * from "./invoke.js";
export type * from "./media.js";
export type * from "./message.js";
export type * from "./tool.js";
