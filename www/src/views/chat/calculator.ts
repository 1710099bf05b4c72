// The built-in calculator: + - * / % ^, parentheses, a few functions and constants. It evaluates no code.

const functions: Record<string, (value: number) => number> = {
  sqrt: Math.sqrt,
  abs: Math.abs,
  round: Math.round,
  floor: Math.floor,
  ceil: Math.ceil,
  ln: Math.log,
  log: Math.log10,
  exp: Math.exp,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
};
const constants: Record<string, number> = { pi: Math.PI, e: Math.E };

/**
 * The value of an expression such as `2 * (3 + 4)^2`.
 *
 * @throws Error that says where the expression is wrong
 */
export function calculate(expression: string): number {
  const tokens = expression.match(/\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|[a-z]+|\S/gi) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new Error(
      tokens[at] === undefined ? "the expression ends too early" : `"${tokens[at]}" is not expected here`,
    );
  };
  const take = (token: string): boolean => tokens[at] === token && (at++, true);

  const atom = (): number => {
    if (take("(")) {
      const value = sum();
      return take(")") ? value : fail();
    }
    const token = tokens[at] ?? fail();
    if (/^[\d.]/.test(token)) {
      at++;
      return Number(token);
    }
    const name = token.toLowerCase();
    const [constant, apply] = [constants[name], functions[name]];
    if (constant !== undefined) {
      at++;
      return constant;
    }
    if (!apply) return fail();
    at++;
    return apply(atom());
  };
  const power = (): number => {
    const base = atom();
    return take("^") ? base ** unary() : base;
  };
  const unary = (): number => (take("-") ? -unary() : take("+") ? unary() : power());
  const product = (): number => {
    let value = unary();
    for (;;) {
      if (take("*")) value *= unary();
      else if (take("/")) value /= unary();
      else if (take("%")) value %= unary();
      else return value;
    }
  };
  const sum = (): number => {
    let value = product();
    for (;;) {
      if (take("+")) value += product();
      else if (take("-")) value -= product();
      else return value;
    }
  };
  const value = sum();
  return at < tokens.length ? fail() : value;
}
