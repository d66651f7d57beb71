// Required bindings, which validateResource leaves alone: walks a resource by its R4 definition and asks for each bound code.
import { elements, expand } from './definitions.mjs';

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** The definition of `key` under `path`, and the type its value has (a choice such as value[x] names it in the key). */
function definitionOf(path, key) {
  const plain = elements.get(`${path}.${key}`);
  if (plain) return { element: plain, type: plain.type?.[0]?.code };
  for (let cut = key.length - 1; cut > 0; cut -= 1) {
    const choice = elements.get(`${path}.${key.slice(0, cut)}[x]`);
    const type = choice?.type.find((one) => capital(one.code) === key.slice(cut));
    if (type) return { element: choice, type: type.code };
  }
  return undefined;
}

const inSet = (set, system, code) =>
  system === undefined ? [...set.values()].some((codes) => codes.has(code)) : (set.get(system)?.has(code) ?? false);

// FHIR's own way to say "unknown" where its value set has no word for it; the element then has nothing else.
const absent = (value) =>
  Object.keys(value).join() === 'extension' &&
  value.extension.every((one) => one.url === 'http://hl7.org/fhir/StructureDefinition/data-absent-reason');

function holds(set, type, value) {
  if (typeof value === 'string') return inSet(set, undefined, value);
  if (absent(value)) return true;
  if (type === 'Coding') return inSet(set, value.system ?? '', value.code);
  if (type === 'CodeableConcept') return (value.coding ?? []).some((coding) => inSet(set, coding.system ?? '', coding.code));
  if (type === 'Quantity') return value.code === undefined || inSet(set, value.system ?? '', value.code);
  return true;
}

function checkBinding(found, value, where, report) {
  const { binding } = found.element;
  if (binding?.strength !== 'required' || !binding.valueSet) return;
  const set = expand(binding.valueSet);
  if (!set) {
    report.unchecked.add(binding.valueSet.split('|')[0]);
  } else if (!holds(set, found.type, value)) {
    report.issue(where, `${JSON.stringify(value)} is not in the required value set ${binding.valueSet}`);
  } else {
    report.checked += 1;
  }
}

function below(found, path, key, value) {
  if (found.element.contentReference) return found.element.contentReference.replace(/^.*#/, '');
  if (found.type === 'Resource') return value.resourceType;
  if (['BackboneElement', 'Element'].includes(found.type)) return `${path}.${key}`;
  return found.type;
}

/** Reports every code of `node` that its required binding does not hold; `path` is the definition's, `where` the reader's. */
export function checkBindings(node, path, where, report) {
  for (const [key, held] of Object.entries(node)) {
    const found = key === 'resourceType' || key.startsWith('_') ? undefined : definitionOf(path, key);
    if (!found) continue;
    const many = Array.isArray(held);
    (many ? held : [held]).forEach((value, index) => {
      const here = `${where}.${key}${many ? `[${index}]` : ''}`;
      checkBinding(found, value, here, report);
      if (value !== null && typeof value === 'object') checkBindings(value, below(found, path, key, value), here, report);
    });
  }
}
