// Reads an AsyncAPI document from its path. Prints what the parser finds wrong, and the operations as it understands them.
const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");

const WARNING = 1; // 0 is an error; what lies above is advice, such as that there is a version 3.1

async function main() {
  const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
  const findings = diagnostics.filter((one) => one.severity <= WARNING).map((one) => `${one.path.join(".")}: ${one.message}`);
  const operations = document?.operations().all().map((one) => [one.id(), one.messages().all().map((message) => message.id())]);
  console.log(JSON.stringify({ findings, operations: Object.fromEntries(operations ?? []) }));
}

main();
