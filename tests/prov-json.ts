/**
 * What the W3C Member Submission "The PROV-JSON Serialization" of 24 April 2013 asks of a document, written down from
 * it: the form of elements,
 * relations and values as a JSON Schema, and what a schema cannot say, that names have declared prefixes and references
 * lead somewhere.
 */
import { Ajv } from 'ajv';

const QUALIFIED = '^(_|[A-Za-z][\\w-]*):[^\\s\'"(),;=\\[\\]]+$';
const qualified = { type: 'string', pattern: QUALIFIED };
const instant = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
};
const literal = {
  anyOf: [
    { type: ['string', 'number', 'boolean'] },
    {
      type: 'object',
      properties: { $: { type: 'string' }, type: qualified, lang: { type: 'string' } },
      required: ['$'],
      additionalProperties: false,
    },
  ],
};
const value = { anyOf: [...literal.anyOf, { type: 'array', minItems: 1, items: literal }] };

const statements = (properties: Record<string, object>, required: readonly string[]): object => ({
  type: 'object',
  propertyNames: qualified,
  additionalProperties: { type: 'object', properties, required, propertyNames: qualified, additionalProperties: value },
});

type Kind = 'entity' | 'activity' | 'agent';

/** Of each relation the members that refer to something, and to what; those with a question mark may be left out. */
const RELATIONS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  wasGeneratedBy: { 'prov:entity': 'entity', 'prov:activity?': 'activity' },
  used: { 'prov:activity': 'activity', 'prov:entity?': 'entity' },
  wasInvalidatedBy: { 'prov:entity': 'entity', 'prov:activity?': 'activity' },
  wasDerivedFrom: { 'prov:generatedEntity': 'entity', 'prov:usedEntity': 'entity', 'prov:activity?': 'activity' },
  wasAttributedTo: { 'prov:entity': 'entity', 'prov:agent': 'agent' },
  wasAssociatedWith: { 'prov:activity': 'activity', 'prov:agent?': 'agent', 'prov:plan?': 'entity' },
};
const TIMED = ['wasGeneratedBy', 'used', 'wasInvalidatedBy'];

const relationSchema = (name: string): object => {
  const members = Object.keys(RELATIONS[name]!);
  const properties = Object.fromEntries(members.map((member) => [member.replace('?', ''), qualified]));
  return statements(
    TIMED.includes(name) ? { ...properties, 'prov:time': instant } : properties,
    members.filter((member) => !member.endsWith('?')),
  );
};

const SCHEMA = {
  type: 'object',
  properties: {
    prefix: {
      type: 'object',
      propertyNames: { pattern: '^[a-zA-Z0-9_-]+$' },
      additionalProperties: { type: 'string', pattern: '^\\w+:' },
    },
    entity: statements({}, []),
    activity: statements({ 'prov:startTime': instant, 'prov:endTime': instant }, []),
    agent: statements({}, []),
    ...Object.fromEntries(Object.keys(RELATIONS).map((name) => [name, relationSchema(name)])),
  },
  additionalProperties: false,
};

const validate = new Ajv({ allowUnionTypes: true }).compile(SCHEMA);

type Statements = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Everything about a document that the submission does not allow; nothing where it is right. */
export function faultsOfProvJson(document: unknown): string[] {
  if (!validate(document)) return validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
  const { prefix, ...parts } = document as { prefix: Record<string, string> } & Record<string, Statements>;
  const faults: string[] = [];
  const used = (name: string): void => {
    const [, its = ''] = /^([^:]*):/.exec(name) ?? [];
    if (its !== '_' && !(its in prefix)) faults.push(`${name} has a prefix that is not declared`);
  };
  const names = (each: unknown): void => {
    if (Array.isArray(each)) each.forEach(names);
    if (typeof each !== 'object' || each === null) return;
    const { $, type } = each as { $: string; type?: string };
    if (type !== undefined) used(type);
    if (type === 'xsd:QName') used($);
  };
  const ids = Object.values(parts).flatMap((statements) => Object.keys(statements));
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`${id} stands for two things`);
  for (const [part, statements] of Object.entries(parts))
    for (const [id, attributes] of Object.entries(statements)) {
      used(id);
      for (const [attribute, attributeValue] of Object.entries(attributes)) {
        used(attribute);
        names(attributeValue);
      }
      for (const [member, kind] of Object.entries(RELATIONS[part] ?? {})) {
        const referred = attributes[member.replace('?', '')] as string | undefined;
        if (referred !== undefined && !(referred in (parts[kind] ?? {})))
          faults.push(`${id}: ${referred} is no ${kind} here`);
      }
    }
  return faults;
}
