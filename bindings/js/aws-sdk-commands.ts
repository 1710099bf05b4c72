// AWS's Command classes: an operation's input, to be sent. And which operation a command is, ours or AWS's own: it is
// never asked by the name of its class, which a bundler changes, while there is anything better.
import { MiddlewareStack } from "./aws-sdk-stack.js";
import type { BidirectionalOptions } from "./bidirectional.js";
import type { BedrockRuntimeClient as Engine } from "./client.js";
import { OutcropError } from "./core.js";
import type { CallOptions } from "./options.js";
import type * as api from "./types/index.js";

/** An operation's input, to be given to `send`. */
export abstract class Command<Input extends object = any, Output = any> {
  /** AWS's name for what is called. */
  abstract readonly operation: string;
  readonly input: Input;
  /** Middlewares for this one call. */
  readonly middlewareStack = new MiddlewareStack<Input, Output>();
  /** Nothing at run time: the type of the answer. */
  declare readonly answered?: Output;
  constructor(input: Input) {
    this.input = input ?? {};
  }
}

/** A command that another copy of this package or AWS's own client has made. */
export interface ForeignCommand<Output = any> {
  readonly input: object;
  readonly middlewareStack: { clone(): any; applyToStack(stack: any): void };
  /** How AWS's own client would run it; only its name is asked for here. */
  resolveMiddleware(stack: any, configuration: any, options: any): (args: any) => Promise<{ output: Output }>;
}

interface Operation {
  readonly method: "GET" | "POST";
  readonly path: string;
  call(engine: Engine, input: any, options: CallOptions & BidirectionalOptions): Promise<any>;
}

/** What the service can do. The paths are told to middlewares; the client's own are its own. */
const OPERATIONS: { readonly [name: string]: Operation } = {
  ApplyGuardrail: {
    method: "POST",
    path: "/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply",
    call: (engine, input, options) => engine.applyGuardrail(input, options),
  },
  Converse: {
    method: "POST",
    path: "/model/{modelId}/converse",
    call: (engine, input, options) => engine.converse(input, options),
  },
  ConverseStream: {
    method: "POST",
    path: "/model/{modelId}/converse-stream",
    call: (engine, input, options) => engine.converseStream(input, options),
  },
  CountTokens: {
    method: "POST",
    path: "/model/{modelId}/count-tokens",
    call: (engine, input, options) => engine.countTokens(input, options),
  },
  GetAsyncInvoke: {
    method: "GET",
    path: "/async-invoke/{invocationArn}",
    call: (engine, input, options) => engine.getAsyncInvoke(input, options),
  },
  InvokeGuardrailChecks: {
    method: "POST",
    path: "/guardrail-checks/invoke",
    call: (engine, input, options) => engine.invokeGuardrailChecks(input, options),
  },
  InvokeModel: {
    method: "POST",
    path: "/model/{modelId}/invoke",
    call: (engine, input, options) => engine.invokeModel(input, options),
  },
  InvokeModelWithBidirectionalStream: {
    method: "POST",
    path: "/model/{modelId}/invoke-with-bidirectional-stream",
    // Not there before it is used: most programs never speak.
    call: async (engine, input, options) =>
      (await import("outcrop/bidirectional")).invokeModelWithBidirectionalStream(engine, input, options),
  },
  InvokeModelWithResponseStream: {
    method: "POST",
    path: "/model/{modelId}/invoke-with-response-stream",
    call: (engine, input, options) => engine.invokeModelWithResponseStream(input, options),
  },
  ListAsyncInvokes: {
    method: "GET",
    path: "/async-invoke",
    call: (engine, input, options) => engine.listAsyncInvokes(input, options),
  },
  StartAsyncInvoke: {
    method: "POST",
    path: "/async-invoke",
    call: (engine, input, options) => engine.startAsyncInvoke(input, options),
  },
};

/** As AWS's Smithy model calls the service. */
const NAMESPACE = "com.amazonaws.bedrockruntime";

/** The name in the schema that AWS's commands carry: a list since 3.936, an object for some versions before. */
function ofSchema(schema: any): string | undefined {
  const [namespace, name] = Array.isArray(schema) ? [schema[1], schema[2]] : [schema?.namespace, schema?.name];
  const [before, after] = `${name ?? ""}`.split("#");
  const space = after === undefined ? namespace : before;
  if (space !== undefined && space !== NAMESPACE) return `${space}#${after ?? before}`;
  return after ?? before;
}

/** What a command of any version of AWS's client tells its middlewares about itself; a copy is asked. */
function ofContext(command: ForeignCommand): string | undefined {
  let context: any;
  const stack = {
    concat: () => ({
      resolve(_handler: unknown, given: unknown) {
        context = given;
        return () => Promise.reject(new OutcropError("this command is only asked for its name", "outcrop"));
      },
    }),
  };
  try {
    const copy = Object.create(command, { middlewareStack: { value: command.middlewareStack.clone() } });
    copy.resolveMiddleware(stack, { requestHandler: { metadata: {}, handle() {} } }, {});
  } catch {
    // Another library's: the name of its class is all there is.
  }
  const { clientName, commandName } = context ?? {};
  return !context || clientName === "BedrockRuntimeClient" ? commandName : `${clientName}'s ${commandName}`;
}

/** The operation that a command is for, by name and as it is called. */
export function operationOf(command: any): [name: string, operation: Operation] {
  const ways: (() => string | false | undefined)[] = [
    () => command.operation,
    () => command.schema && ofSchema(command.schema),
    () => typeof command.resolveMiddleware === "function" && ofContext(command),
    () => command.constructor?.name,
  ];
  let name: string | false | undefined;
  if (command && typeof command.input === "object") for (const way of ways) name ||= way();
  const plain = `${name || "this"}`.replace(/Command$/, "");
  const operation = Object.hasOwn(OPERATIONS, plain) && OPERATIONS[plain];
  if (!operation) throw new OutcropError(`${plain} is no command of bedrock-runtime`, "caller");
  return [plain, operation];
}

export class ApplyGuardrailCommand extends Command<api.ApplyGuardrailInput, api.ApplyGuardrailOutput> {
  /** @internal */
  static override readonly name = "ApplyGuardrailCommand";
  readonly operation = "ApplyGuardrail";
}

export class ConverseCommand extends Command<api.ConverseInput, api.ConverseOutput> {
  /** @internal */
  static override readonly name = "ConverseCommand";
  readonly operation = "Converse";
}

export class ConverseStreamCommand extends Command<api.ConverseStreamInput, api.ConverseStreamOutput> {
  /** @internal */
  static override readonly name = "ConverseStreamCommand";
  readonly operation = "ConverseStream";
}

export class CountTokensCommand extends Command<api.CountTokensInput, api.CountTokensOutput> {
  /** @internal */
  static override readonly name = "CountTokensCommand";
  readonly operation = "CountTokens";
}

export class GetAsyncInvokeCommand extends Command<api.GetAsyncInvokeInput, api.GetAsyncInvokeOutput> {
  /** @internal */
  static override readonly name = "GetAsyncInvokeCommand";
  readonly operation = "GetAsyncInvoke";
}

export class InvokeGuardrailChecksCommand extends Command<
  api.InvokeGuardrailChecksInput,
  api.InvokeGuardrailChecksOutput
> {
  /** @internal */
  static override readonly name = "InvokeGuardrailChecksCommand";
  readonly operation = "InvokeGuardrailChecks";
}

export class InvokeModelCommand extends Command<api.InvokeModelInput, api.InvokeModelOutput> {
  /** @internal */
  static override readonly name = "InvokeModelCommand";
  readonly operation = "InvokeModel";
}

export class InvokeModelWithBidirectionalStreamCommand extends Command<
  api.InvokeModelWithBidirectionalStreamInput,
  api.InvokeModelWithBidirectionalStreamOutput
> {
  /** @internal */
  static override readonly name = "InvokeModelWithBidirectionalStreamCommand";
  readonly operation = "InvokeModelWithBidirectionalStream";
}

export class InvokeModelWithResponseStreamCommand extends Command<
  api.InvokeModelWithResponseStreamInput,
  api.InvokeModelWithResponseStreamOutput
> {
  /** @internal */
  static override readonly name = "InvokeModelWithResponseStreamCommand";
  readonly operation = "InvokeModelWithResponseStream";
}

export class ListAsyncInvokesCommand extends Command<api.ListAsyncInvokesInput, api.ListAsyncInvokesOutput> {
  /** @internal */
  static override readonly name = "ListAsyncInvokesCommand";
  readonly operation = "ListAsyncInvokes";
}

export class StartAsyncInvokeCommand extends Command<api.StartAsyncInvokeInput, api.StartAsyncInvokeOutput> {
  /** @internal */
  static override readonly name = "StartAsyncInvokeCommand";
  readonly operation = "StartAsyncInvoke";
}
