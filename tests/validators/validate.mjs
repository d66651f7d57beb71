// Reads one FHIR R4 resource, or a JSON array of them, on standard input; prints {"resources", "checked", "unchecked", "issues"}.
// Exit 0: read and judged (look at "issues"); exit 2: the input was not JSON.
// Official profiles by @medplum/core, required bindings by bindings.mjs, and references inside a bundle by this file.
import { readFileSync } from 'node:fs';

// @medplum/core asks for a WebSocket when it is loaded; Node 20 has none and nothing here opens one.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, validateResource } = await import('@medplum/core');
const { structureBundles } = await import('./definitions.mjs');
const { checkBindings } = await import('./bindings.mjs');

let input;
try {
  input = JSON.parse(readFileSync(0, 'utf8'));
} catch (error) {
  console.error(`The input is not JSON: ${error.message}`);
  process.exit(2);
}
structureBundles.forEach(indexStructureDefinitionBundle);

const report = {
  resources: 0,
  checked: 0,
  unchecked: new Set(),
  issues: [],
  issue(where, text) {
    this.issues.push({ where, text });
  },
};

function checkResource(resource, where) {
  report.resources += 1;
  try {
    for (const issue of validateResource(resource)) {
      if (issue.severity !== 'information') report.issue(where, `${issue.details?.text} (${issue.expression?.join(', ')})`);
    }
  } catch (error) {
    const issues = error.outcome?.issue ?? [{ details: { text: error.message } }];
    for (const issue of issues) report.issue(where, `${issue.details?.text} (${issue.expression?.join(', ')})`);
  }
  if (resource.resourceType !== 'Bundle') checkBindings(resource, resource.resourceType, where, report);
}

/** A copy whose urn: references are written Type/id, so that validateResource can judge what type they lead to. */
function resolved(node, known) {
  if (node === null || typeof node !== 'object') return node;
  if (Array.isArray(node)) return node.map((one) => resolved(one, known));
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === 'reference' ? (known.get(value) ?? value) : resolved(value, known)]),
  );
}

function checkReferences(node, known, where) {
  for (const [key, value] of Object.entries(node ?? {})) {
    if (key === 'reference' && typeof value === 'string' && value.startsWith('urn:') && !known.has(value)) {
      report.issue(where, `the reference ${value} leads to nothing in this bundle`);
    } else if (value !== null && typeof value === 'object') checkReferences(value, known, where);
  }
}

for (const top of Array.isArray(input) ? input : [input]) {
  if (top.resourceType !== 'Bundle') {
    checkResource(top, top.resourceType);
    continue;
  }
  checkResource({ ...top, entry: (top.entry ?? []).map(({ resource, ...rest }) => rest) }, 'Bundle');
  checkBindings({ ...top, entry: (top.entry ?? []).map(({ resource, ...rest }) => rest) }, 'Bundle', 'Bundle', report);
  const known = new Map(
    (top.entry ?? []).map(({ fullUrl, resource }) => [fullUrl, `${resource?.resourceType}/${resource?.id ?? 'none'}`]),
  );
  if (known.size < (top.entry ?? []).length) report.issue('Bundle', 'two entries have one fullUrl');
  (top.entry ?? []).forEach((entry, index) => {
    const where = `entry[${index}] ${entry.resource?.resourceType}/${entry.resource?.id}`;
    if (!entry.resource) return;
    checkResource(resolved(entry.resource, known), where);
    checkReferences(entry.resource, known, where);
  });
}
console.log(JSON.stringify({ ...report, unchecked: [...report.unchecked].sort() }));
