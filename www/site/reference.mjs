// The reference of the npm package, as Markdown: TypeDoc over every entry. It refuses an export without a comment, one
// that is used and not shown, and a link in a comment that leads nowhere.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { Application } from "typedoc";
import { ENTRIES, root } from "./pages.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/** Writes it into that folder, or only looks at the comments; answers what is wrong. */
export async function reference(folder) {
  const app = await Application.bootstrapWithPlugins({
    tsconfig: join(here, "typedoc.tsconfig.json"),
    entryPoints: Object.keys(ENTRIES).map((name) => join(root, `bindings/js/${name}.ts`)),
    plugin: ["typedoc-plugin-markdown"],
    ...(folder && { out: folder }),
    name: "Reference of the npm package",
    readme: "none",
    excludePrivate: true,
    excludeInternal: true,
    hideGenerator: true,
    disableSources: true,
    // What VitePress's search and links want: a page an export, an index.md a folder.
    entryFileName: "index.md",
    hideBreadcrumbs: true,
    hidePageHeader: true,
    logLevel: "Error",
    validation: { notExported: false, invalidLink: true, notDocumented: true },
    // Members of AWS's shapes have AWS's own documentation; what is exported has ours.
    requiredToBeDocumented: ["Class", "Interface", "TypeAlias", "Function", "Variable", "Enum", "Method", "Accessor"],
  });
  const told = [];
  app.logger.log = (message, level) => {
    // 2 is a warning, 3 an error.
    const text = stripVTControlCharacters(message);
    // Members of a type that is written out in place are no exports.
    if (level >= 2 && !text.includes(".__type.")) told.push(text);
  };
  const project = await app.convert();
  if (!project) return told.concat("TypeDoc could not read the sources");
  for (const module of project.children ?? []) module.name = ENTRIES[module.name] ?? module.name;
  app.validate(project);
  if (folder) await app.generateOutputs(project);
  return told;
}
