// What a page has and Node has not, as much of it as the manual's blocks touch; loaded before a block that says
// `"host": "page"`. Nothing is shown: what a block puts on its page is printed instead.
const element = () => ({
  textContent: "",
  src: "",
  value: "Hello",
  files: [],
  listeners: {},
  append(...parts) {
    console.log(parts.map((part) => (typeof part === "string" ? part : part.textContent)).join(""));
  },
  addEventListener(name, run) {
    this.listeners[name] = run;
  },
});
const elements = new Map();
const kept = new Map();
Object.assign(globalThis, {
  document: {
    querySelector(selector) {
      if (!elements.has(selector)) elements.set(selector, element());
      return elements.get(selector);
    },
    createElement: element,
    body: element(),
  },
  localStorage: {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  },
  addEventListener() {},
  /** The app's own: the token that its sign-in gave. */
  currentIdToken: async () => "header.claims.signature",
});
