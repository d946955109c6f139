// Reads Mermaid diagrams from their paths. Prints, for each, the states with their lines and the arrows with theirs, as Mermaid understands them.
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { pathToFileURL } = require("node:url");

// Mermaid holds a character that was written by its number like this until it draws.
const plain = (text) => text.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(code));

async function main() {
  // What cleans HTML needs a browser; the diagrams are parsed as they are.
  const purify = await import(pathToFileURL(join(dirname(require.resolve("dompurify")), "purify.es.mjs")));
  Object.assign(purify.default, { addHook() {}, sanitize: (text) => text });
  const mermaid = require("mermaid").default;
  const read = [];
  for (const path of process.argv.slice(2)) {
    const text = readFileSync(path, "utf8");
    await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const states = [...db.getStates().values()].map((one) => [one.id, { lines: one.descriptions.map(plain), classes: one.classes }]);
    const arrows = db.getRelations().map((one) => [one.id1, one.id2, plain(one.relationTitle).split("<br/>")]);
    read.push({ states: Object.fromEntries(states), arrows });
  }
  console.log(JSON.stringify(read));
}

main();
