// AWS's middleware stack as libraries use it: add, addRelativeTo, use, clone, remove, concat, identify. It orders and
// composes what it is given; what a middleware may change is the client's to say.
import { OutcropError, own } from "./core.js";

/** What a middleware is given. */
export interface MiddlewareArguments<Input = any> {
  input: Input;
  /** From the step `build` on. */
  request?: any;
}

/** What the next middleware answers. */
export interface MiddlewareResult<Output = any> {
  output: Output;
  response: unknown;
}

/** The rest of the stack, as a middleware calls it. */
export type Handler<Input = any, Output = any> = (
  args: MiddlewareArguments<Input>,
) => Promise<MiddlewareResult<Output>>;

/** As AWS's: it takes the next handler and answers its own. */
export type Middleware<Input = any, Output = any> = (
  next: Handler<Input, Output>,
  context: any,
) => Handler<Input, Output>;

/** AWS's five steps of a call, in their order. */
export type Step = "initialize" | "serialize" | "build" | "finalizeRequest" | "deserialize";

interface Named {
  name?: string | undefined;
  aliases?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
  /** Whether a middleware of the same name is replaced; otherwise it is an error. */
  override?: boolean | undefined;
}

/** Where a middleware stands: by its step and its priority. */
export interface AbsoluteOptions extends Named {
  /** `initialize` unless given. */
  step?: Step | undefined;
  priority?: "high" | "normal" | "low" | undefined;
}

/** Where a middleware stands: beside another. */
export interface RelativeOptions extends Named {
  relation: "before" | "after";
  toMiddleware: string;
}

/** What can be put onto a stack: AWS's plugins, and other stacks. */
export interface Pluggable {
  /** Puts its middleware onto that stack. */
  applyToStack(stack: any): void;
}

interface Entry extends Named {
  readonly middleware: Middleware;
  readonly step?: Step | undefined;
  readonly priority?: AbsoluteOptions["priority"];
  readonly relation?: "before" | "after" | undefined;
  readonly toMiddleware?: string | undefined;
}

const STEPS = ["initialize", "serialize", "build", "finalizeRequest", "deserialize"];
const PRIORITIES = ["high", "normal", "low"];

const names = ({ name, aliases }: Named): string[] => [...(name ? [name] : []), ...(aliases ?? [])];
const shown = ({ name, aliases }: Named): string =>
  `${name || "anonymous"}${aliases?.length ? ` (a.k.a. ${aliases.join(",")})` : ""}`;
const rank = ({ step, priority }: Entry): number =>
  STEPS.indexOf(step ?? "initialize") * PRIORITIES.length + PRIORITIES.indexOf(priority ?? "normal");

export class MiddlewareStack<Input = any, Output = any> implements Pluggable {
  #entries: Entry[] = [];
  readonly #names = new Set<string>();
  #identifies = false;

  /** Adds a middleware to a step; within a step and a priority, in the order of adding. */
  add(middleware: Middleware<Input, Output>, options: AbsoluteOptions = {}): void {
    this.#put(own<Entry>({ step: "initialize", priority: "normal", ...options, middleware: middleware as Middleware }));
  }

  /** Adds a middleware next to one that has a name. */
  addRelativeTo(middleware: Middleware<Input, Output>, options: RelativeOptions): void {
    this.#put(own<Entry>({ ...options, middleware: middleware as Middleware }));
  }

  #put(entry: Entry): void {
    const taken = names(entry);
    const clashes = taken.some((name) => this.#names.has(name));
    if (clashes && !entry.override) {
      throw new OutcropError(`there is a middleware ${shown(entry)} already`, "caller");
    }
    const place = ({ step, priority, relation, toMiddleware }: Entry) =>
      [step, priority, relation, toMiddleware].join();
    for (const name of clashes ? taken : []) {
      // As in AWS's, one with a step takes the place of one with a step, and one beside another likewise.
      const clash = this.#entries.find((other) => !other.relation === !entry.relation && names(other).includes(name));
      if (clash && place(clash) !== place(entry)) {
        throw new OutcropError(`the middleware ${shown(clash)} is in another place`, "caller");
      }
      this.#entries = this.#entries.filter((other) => other !== clash);
    }
    for (const name of taken) this.#names.add(name);
    this.#entries.push(entry);
  }

  /** Lets a plugin add what it has. */
  use(plugin: Pluggable): void {
    plugin.applyToStack(this);
  }

  /** Adds all that is here to another stack. */
  applyToStack(stack: any): void {
    for (const entry of this.#entries) {
      const { middleware, ...options } = entry;
      if (!entry.relation) stack.add(middleware, options);
    }
    for (const entry of this.#entries) {
      const { middleware, ...options } = entry;
      if (entry.relation) stack.addRelativeTo(middleware, options);
    }
  }

  /** Another stack with the same middleware. */
  clone(): MiddlewareStack<Input, Output> {
    const clone = new MiddlewareStack<Input, Output>();
    this.applyToStack(clone);
    clone.identifyOnResolve(this.#identifies);
    return clone;
  }

  /** A stack with both stacks' middlewares; this one's come first within a step. */
  concat(from: Pluggable): MiddlewareStack<Input, Output> {
    const both = this.clone();
    both.use(from);
    return both;
  }

  /** Takes out the middleware of that name, or that very function; answers whether there was one. */
  remove(which: string | Middleware): boolean {
    return this.#without((entry) =>
      typeof which === "string" ? names(entry).includes(which) : entry.middleware === which,
    );
  }

  /** Takes those with that tag away; whether there was one. */
  removeByTag(tag: string): boolean {
    return this.#without((entry) => !!entry.tags?.includes(tag));
  }

  #without(gone: (entry: Entry) => boolean): boolean {
    const leaving = this.#entries.filter(gone);
    this.#entries = this.#entries.filter((entry) => !leaving.includes(entry));
    for (const name of leaving.flatMap(names)) this.#names.delete(name);
    return leaving.length > 0;
  }

  /** Names and places, in the order in which they run. */
  identify(): string[] {
    return this.#ordered(true).map((entry) =>
      [shown(entry), entry.step ?? `${entry.relation} ${entry.toMiddleware}`].join(" - "),
    );
  }

  /** Whether the order is written to the console at each call. */
  identifyOnResolve(toggle?: boolean): boolean {
    return (this.#identifies = toggle ?? this.#identifies);
  }

  /** One handler of them all around that one. */
  resolve(handler: Handler<Input, Output>, context: any): Handler<Input, Output> {
    if (this.#identifies) console.log(this.identify());
    return this.#ordered(false).reduceRight((next, { middleware }) => middleware(next, context), handler as Handler);
  }

  #ordered(lenient: boolean): Entry[] {
    const absolute = this.#entries.filter(({ relation }) => !relation);
    const relative = this.#entries.filter(({ relation }) => relation);
    const named = new Map(
      [...absolute, ...relative].flatMap((entry) => names(entry).map((name) => [name, entry] as const)),
    );
    for (const entry of lenient ? [] : relative) {
      if (!named.has(entry.toMiddleware!)) {
        const message = `the middleware ${shown(entry)} is to stand beside ${entry.toMiddleware}, which is not there`;
        throw new OutcropError(message, "caller");
      }
    }
    // Of several on one side the one that was added last stands nearest. Two that stand beside each other are nowhere.
    const around = (entry: Entry): Entry[] => {
      const beside = (side: "before" | "after") =>
        relative.filter(({ relation, toMiddleware }) => relation === side && named.get(toMiddleware!) === entry);
      return [...beside("before").flatMap(around), entry, ...beside("after").reverse().flatMap(around)];
    };
    return absolute.sort((one, other) => rank(one) - rank(other)).flatMap(around);
  }
}
