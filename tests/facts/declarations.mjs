// Reads the hand-written TypeScript types: what each file declares, as text. It knows no facts and judges nothing.

import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

/** The files of types of one service, without those that are data for the driver and the list of the others. */
export function files(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !["index.ts", "marks.ts"].includes(file))
    .map((file) => folder + file);
}

/** By name: members as a map of [question mark, type], alternatives of an enumeration, whether it is a union. */
export function read(paths) {
  const declarations = new Map();
  const parents = new Map();
  const text = (node) => node.getText().replace(/\s+/g, " ");
  const membersOf = (node) =>
    node.members
      .filter(ts.isPropertySignature)
      .map((member) => [text(member.name), [member.questionToken ? "?" : "", text(member.type)]]);
  for (const path of paths) {
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
    for (const node of source.statements) {
      if (ts.isInterfaceDeclaration(node)) {
        declarations.set(node.name.text, { members: membersOf(node) });
        parents.set(
          node.name.text,
          (node.heritageClauses ?? []).flatMap((clause) => clause.types.map((type) => text(type.expression))),
        );
      } else if (ts.isTypeAliasDeclaration(node)) {
        const parts = ts.isIntersectionTypeNode(node.type) ? node.type.types : [node.type];
        const [first, ...more] = parts;
        if (ts.isTypeReferenceNode(first) && text(first.typeName) === "OneOf") {
          const members = [first.typeArguments[0], ...more].flatMap(membersOf);
          declarations.set(node.name.text, { union: true, members });
        } else if (ts.isUnionTypeNode(first)) {
          declarations.set(node.name.text, { members: [], alternatives: first.types.map(text) });
        } else {
          declarations.set(node.name.text, { members: [], alias: true });
        }
      }
    }
  }
  for (const [name, above] of parents) {
    const inherited = above.flatMap((parent) => declarations.get(parent)?.members ?? []);
    declarations.get(name).members.unshift(...inherited);
  }
  for (const declaration of declarations.values()) declaration.members = new Map(declaration.members);
  return declarations;
}
