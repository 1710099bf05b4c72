// Values against a JSON Schema, by @cfworker/json-schema (MIT), which compiles nothing: it works where `eval` does not.
// `format` and what a draft leaves to annotations is as that library has it.

/*! tools.js has @cfworker/json-schema in it: MIT License, Copyright (c) Jeremy Danyow.
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice and
this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED
"AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT
HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE. */
import type { SchemaDraft } from "@cfworker/json-schema";
import { Validator } from "@cfworker/json-schema";
import { OutcropError, own } from "./core.js";
import type { DocumentType } from "./types/index.js";

/** Why a value does not fit. */
export interface Misfit {
  /** A JSON pointer into the value; empty for the value itself. */
  readonly path: string;
  /** The schema's word that it breaks, such as `required`. */
  readonly keyword: string;
  readonly message: string;
}

// By the end of a schema's `$schema`; what says nothing is read as the newest.
const DRAFTS: readonly (readonly [RegExp, SchemaDraft])[] = [
  [/draft-04/, "4"],
  [/draft-0[67]/, "7"],
  [/2019-09/, "2019-09"],
];

// Words that only say that something below them failed.
const OUTER =
  /^(properties|patternProperties|additionalProperties|items|prefixItems|allOf|\$ref|if|then|else|dependentSchemas|contains)$/;

/** A copy as JSON has it, of objects that have their own members only: the library goes through all that it finds. */
const bare = (value: unknown): any =>
  JSON.parse(JSON.stringify(value) ?? "null", (_, found) =>
    Object.prototype.toString.call(found) === "[object Object]" ? own(found) : found,
  );

/** A check for that schema: why a value does not fit, or nothing. */
export function checker(schema: DocumentType | object): (value: unknown) => Misfit[] {
  let validator: Validator;
  try {
    // A copy also because the library marks what it reads.
    const copy = bare(schema);
    const named = typeof copy?.$schema === "string" ? copy.$schema : "";
    const draft = DRAFTS.find(([pattern]) => pattern.test(named))?.[1] ?? "2020-12";
    if (typeof copy !== "boolean" && Object.prototype.toString.call(copy) !== "[object Object]")
      throw new TypeError("an object is needed");
    validator = new Validator(copy, draft, false);
  } catch (cause) {
    throw new OutcropError("the schema is no JSON Schema", "caller", { cause });
  }
  return (value) => {
    let errors;
    try {
      ({ errors } = validator.validate(bare(value)));
    } catch (cause) {
      throw new OutcropError("the schema cannot be applied: a reference or a pattern in it is wrong", "caller", {
        cause,
      });
    }
    const misfits = errors.map(({ instanceLocation, keyword, error }) => ({
      path: instanceLocation.replace(/^#/, ""),
      keyword,
      message: error,
    }));
    const leaves = misfits.filter(({ keyword }) => !OUTER.test(keyword));
    return leaves.length ? leaves : misfits;
  };
}

/** In words, for a model or a log. The library's texts name members and limits, and may show a short value. */
export const inWords = (misfits: readonly Misfit[]): string =>
  misfits.map(({ path, message }) => `${path || "the value"}: ${message}`).join("\n");
