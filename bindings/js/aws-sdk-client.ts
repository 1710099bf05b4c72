// AWS's client in shape, this package's in what it does: `send`, `middlewareStack`, `config`, `destroy`. Middlewares may
// change the input and add headers; one that changes anything else of the request is told so, not ignored.
import { BedrockRuntime as Engine } from "outcrop";
import { withoutNulls } from "./aws-sdk-answer.js";
import type { Command, ForeignCommand } from "./aws-sdk-commands.js";
import { operationOf } from "./aws-sdk-commands.js";
import type { RequestHandler } from "./aws-sdk-handler.js";
import type { BedrockRuntimeClientConfig } from "./aws-sdk-options.js";
import { credentialsOf, endpointOf, optionsOf, refuse, regionOf, settled, userAgent } from "./aws-sdk-options.js";
import type { AbsoluteOptions, Middleware, RelativeOptions } from "./aws-sdk-stack.js";
import { MiddlewareStack } from "./aws-sdk-stack.js";
import type { BedrockRuntimeClient as AnyEngine } from "./client.js";
import { BedrockRuntimeClient as AnyRuntime, OutcropError, own as ownOf } from "./core.js";
import type { ApiKey, ApiKeyProvider, AwsCredentials } from "./credentials.js";
import type { CallOptions, Logger } from "./options.js";

/** What libraries read from a client. */
export interface BedrockRuntimeClientResolvedConfig {
  /** The service model's version: a date. */
  readonly apiVersion: string;
  /** AWS's id of the service. */
  readonly serviceId: string;
  /** The name in the signature's scope. */
  readonly defaultSigningName: string;
  /** The client's region. */
  readonly region: () => Promise<string>;
  /** The credentials of now, renewed if need be. */
  readonly credentials: () => Promise<AwsCredentials>;
  /** The API key of now, if the client has one. */
  readonly token: (() => Promise<ApiKey>) | undefined;
  /** Attempts, the first one included. */
  readonly maxAttempts: () => Promise<number>;
  /** `standard` or `adaptive`. */
  readonly retryMode: () => Promise<string>;
  /** Whether AWS's FIPS 140 endpoint is asked. */
  readonly useFipsEndpoint: () => Promise<boolean>;
  /** Whether AWS's endpoint with IPv6 is asked. */
  readonly useDualstackEndpoint: () => Promise<boolean>;
  /** As told, in AWS's parts; nothing when the region's own is used. */
  readonly endpoint: (() => Promise<{ protocol: string; hostname: string; port?: number; path: string }>) | undefined;
  /** As given. Otherwise `fetch` sends, and this has nothing to be destroyed. */
  readonly requestHandler: RequestHandler | { destroy(): void };
  /** Told what happens to calls. */
  readonly logger: Logger | undefined;
}

// AWS's own middlewares, by name, so that others can stand beside them or take them out. What they do the engine does.
const pass: Middleware = (next) => next;
const PLACES: readonly AbsoluteOptions[] = [
  { name: "loggerMiddleware", step: "initialize" },
  { name: "endpointV2Middleware", step: "serialize" },
  { name: "contentLengthMiddleware", step: "build" },
  { name: "recursionDetectionMiddleware", step: "build", priority: "low" },
  { name: "hostHeaderMiddleware", step: "build", priority: "low" },
  { name: "getUserAgentMiddleware", step: "build", priority: "low" },
  { name: "retryMiddleware", step: "finalizeRequest", priority: "high" },
  {
    name: "httpSigningMiddleware",
    step: "finalizeRequest",
    aliases: ["apiKeyMiddleware", "tokenMiddleware", "awsAuthMiddleware"],
  },
  { name: "deserializerMiddleware", step: "deserialize" },
];
/** As much of a request as is known before the engine makes it, for the middlewares that come after. */
const serializer: Middleware = (next, context) => (args) =>
  next({ ...args, request: context.outcropRequest(args.input) });
// What AWS's client puts onto its commands' own stacks when it sends them: done by the engine here.
const AWS_OWN =
  /^((de)?serializer|endpointV2|eventStream(Header|Handling)|websocketEndpoint|injectSessionId)Middleware$/;

/** What was put onto a command by its user. */
const own = (stack: { applyToStack(stack: any): void } | undefined) => ({
  applyToStack(onto: MiddlewareStack) {
    stack?.applyToStack({
      add(middleware: Middleware, options: AbsoluteOptions = {}) {
        if (!AWS_OWN.test(options.name ?? "")) onto.add(middleware, options);
      },
      addRelativeTo(middleware: Middleware, options: RelativeOptions) {
        if (!AWS_OWN.test(options.name ?? "")) onto.addRelativeTo(middleware, options);
      },
    });
  },
});

/** The path with an input's labels in it. */
const pathOf = (path: string, input: any): string =>
  path.replace(/\{(\w+)\}/g, (_, label) => encodeURIComponent(`${input?.[label] ?? ""}`));

/** As AWS's client; its calls are made by this package. */
export class BedrockRuntimeClient {
  /** @internal */
  static readonly name: string = "BedrockRuntimeClient";
  readonly config: BedrockRuntimeClientResolvedConfig;
  /** Middlewares for every call. (A WebSocket has no headers: those that they add are not sent over one.) */
  readonly middlewareStack = new MiddlewareStack<any, any>();
  // What was given: credentials are in it.
  readonly #given: BedrockRuntimeClientConfig;
  #made: Promise<AnyEngine> | undefined;

  constructor(given: BedrockRuntimeClientConfig = {}) {
    const config = ownOf(given);
    refuse(config);
    if (config.client && !(config.client instanceof AnyRuntime)) {
      throw new OutcropError("`client` is not a BedrockRuntime of this package", "caller");
    }
    this.#given = config;
    this.config = resolved(config);
    for (const place of PLACES) this.middlewareStack.add(pass, place);
    this.middlewareStack.add(serializer, { name: "serializerMiddleware", step: "serialize" });
    const agent = userAgent(config.customUserAgent);
    if (agent) {
      const named: Middleware = (next) => (args) => {
        const { headers } = args.request;
        if (!Object.hasOwn(headers, "x-amz-user-agent")) headers["x-amz-user-agent"] = agent;
        return next(args);
      };
      this.middlewareStack.remove("getUserAgentMiddleware");
      this.middlewareStack.add(named, { name: "getUserAgentMiddleware", step: "build", priority: "low" });
    }
  }

  /** The engine. What it is to be told may have to be asked for first; if that fails, it is asked again next time. */
  #engine(): Promise<AnyEngine> {
    const { client } = this.#given;
    this.#made ??= client ? Promise.resolve(client) : optionsOf(this.#given).then((options) => new Engine(options));
    this.#made.catch(() => {
      this.#made = undefined;
    });
    return this.#made;
  }

  /** Makes the call that a command of this package or of AWS's client is for. */
  send<Input extends object, Output>(command: Command<Input, Output>, options?: CallOptions): Promise<Output>;
  send<Output>(command: ForeignCommand<Output>, options?: CallOptions): Promise<Output>;
  send<Input extends object, Output>(command: Command<Input, Output>, done: Callback<Output>): void;
  send<Input extends object, Output>(
    command: Command<Input, Output>,
    options: CallOptions,
    done: Callback<Output>,
  ): void;
  send(command: any, given?: CallOptions | Callback<any>, last?: Callback<any>): Promise<any> | undefined {
    const done = typeof given === "function" ? given : last;
    const answer = this.#send(command, typeof given === "function" ? {} : (given ?? {}));
    if (!done) return answer;
    answer.then(
      (output) => done(null, output),
      (error) => done(error),
    );
    return undefined;
  }

  async #send(command: any, options: CallOptions): Promise<any> {
    const [name, operation] = operationOf(command);
    const stack = this.middlewareStack.concat(own(command.middlewareStack));
    const endpoint = await this.config.endpoint?.();
    let made: Record<string, unknown> = {};
    const outcropRequest = (input: unknown) => {
      made = {
        method: operation.method,
        protocol: endpoint?.protocol ?? "https:",
        hostname: endpoint?.hostname ?? "",
        port: endpoint?.port,
        path: (endpoint?.path ?? "").replace(/\/+$/, "") + pathOf(operation.path, input),
        query: "{}",
        body: undefined,
      };
      return { ...made, query: {}, headers: {} };
    };
    const handler = stack.resolve(
      async ({ input, request = {} }) => {
        const { headers = {}, query, ...more } = ownOf(request);
        const rest: Record<string, unknown> = ownOf(more);
        for (const [member, value] of Object.entries(made)) {
          if ((member === "query" ? JSON.stringify(query) : rest[member]) !== value) {
            const message = `a middleware changed the request's ${member}: only headers can be changed here`;
            throw new OutcropError(message, "caller");
          }
        }
        const added = Object.entries(headers).filter(([, value]) => value != null);
        const { WebSocket } = this.#given;
        const answer = await operation.call(await this.#engine(), input, {
          ...(WebSocket && { WebSocket }),
          ...options,
          headers: {
            ...ownOf(options).headers,
            ...Object.fromEntries(added.map(([header, value]) => [header, `${value}`])),
          },
        });
        const output = withoutNulls(answer);
        const { httpStatusCode, requestId } = ownOf(output.$metadata);
        return {
          output,
          response: { statusCode: httpStatusCode, headers: requestId ? { "x-amzn-requestid": requestId } : {} },
        };
      },
      {
        clientName: "BedrockRuntimeClient",
        commandName: `${name}Command`,
        logger: this.config.logger,
        outcropRequest,
        // Where AWS's middlewares keep what they tell each other.
        __smithy_context: { service: "AmazonBedrockFrontendService", operation: name, commandInstance: command },
      },
    );
    return (await handler({ input: command.input })).output;
  }

  /** Destroys the request handler that was given. There is nothing else to be closed. */
  destroy(): void {
    this.config.requestHandler.destroy?.();
  }
}

/** The form of `send` with a callback. */
export type Callback<Output> = (error: unknown, output?: Output) => void;

function resolved(config: BedrockRuntimeClientConfig): BedrockRuntimeClientResolvedConfig {
  const { token, requestHandler, retryMode } = config;
  const credentials = credentialsOf(config);
  return {
    apiVersion: "2023-09-30",
    serviceId: "Bedrock Runtime",
    defaultSigningName: "bedrock",
    region: () => regionOf(config),
    credentials: async () => (typeof credentials === "function" ? credentials() : credentials),
    token: token
      ? async () => {
          const key = typeof token === "function" ? await (token as ApiKeyProvider)() : token;
          return typeof key === "string" ? { token: key } : key;
        }
      : undefined,
    // As many as the engine makes unless told otherwise.
    maxAttempts: async () => (await settled(config.maxAttempts)) ?? 3,
    retryMode: async () => (typeof retryMode === "object" ? "standard" : ((await settled(retryMode)) ?? "standard")),
    useFipsEndpoint: async () => (await settled(config.useFipsEndpoint)) ?? false,
    useDualstackEndpoint: async () => (await settled(config.useDualstackEndpoint)) ?? false,
    endpoint: config.endpoint
      ? async () => {
          const { protocol, hostname, port, pathname } = new URL((await endpointOf(config))!);
          return { protocol, hostname, ...(port && { port: +port }), path: pathname };
        }
      : undefined,
    requestHandler:
      requestHandler && "handle" in requestHandler ? (requestHandler as RequestHandler) : { destroy() {} },
    logger: config.logger,
  };
}
