// What an object has by itself, on a page where a program or a merged JSON has put something onto Object.prototype: that
// is nobody's setting, key or answer. It keeps out nothing that the language itself asks of every object (`then`,
// `return`, `toJSON`): those change every program of the page, the host's own too.

/** The object's own members, on nothing. */
export const own = <T extends object>(value?: T | undefined): T => ({ __proto__: null, ...value }) as unknown as T;

/** A member that the object or its class has. */
export const member = (value: any, name: string): any => {
  const found = value?.[name];
  return found === ({} as any)[name] ? undefined : found;
};
