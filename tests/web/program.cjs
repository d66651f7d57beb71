// Reads [[name, text, text], ...] as JSON; prints the names of those whose two texts are not the same program.
// Run with --expose-internals: the parser is Node's own, so that the tests need no package for it.
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");

const WHERE = new Set(["start", "end", "loc", "range"]);
const tree = (text) => {
  const found = parse(text, { ecmaVersion: "latest", sourceType: "module" });
  return JSON.stringify(found, (key, value) => (WHERE.has(key) ? undefined : typeof value === "bigint" ? `${value}n` : value));
};
const same = (one, other) => {
  try {
    return tree(one) === tree(other);
  } catch {
    return false;
  }
};
const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(given.filter(([, one, other]) => !same(one, other)).map(([name]) => name)));
