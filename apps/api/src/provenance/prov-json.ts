/**
 * The provenance of a mandate as W3C PROV-JSON (Member Submission of 24 April 2013). Each decision was recorded by an
 * activity. The activity used the cited document and the mandate as it stood before, and generated the mandate as it
 * stood afterwards. Statements come in recorded order, and later records only add statements.
 */
import { REPAIR_EVENTS } from '#mandate';
import type { HistoryEntry } from '../mandates/history.answers.js';

type Literal = string | number | { readonly $: string; readonly type: string };
type Statement = Readonly<Record<string, Literal | readonly Literal[]>>;
type Statements = Record<string, Statement>;

export const PROV_RELATIONS = [
  'wasGeneratedBy',
  'used',
  'wasAssociatedWith',
  'wasDerivedFrom',
  'wasAttributedTo',
  'wasInvalidatedBy',
] as const;
type Relation = (typeof PROV_RELATIONS)[number];

export type ProvDocument = Readonly<Record<'prefix', Readonly<Record<string, string>>>> &
  Readonly<Record<'entity' | 'activity' | 'agent', Statements>> &
  Readonly<Partial<Record<Relation, Statements>>>;

/** Every replica has the same prefixes, so none of them is the address of a replica. */
const PREFIXES = {
  prov: 'http://www.w3.org/ns/prov#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  ledger: 'urn:ledger:term:',
  document: 'urn:ledger:document:',
  decision: 'urn:ledger:decision:',
  mandate: 'urn:ledger:mandate:',
  recording: 'urn:ledger:recording:',
  recorder: 'urn:ledger:recorder:',
  authority: 'urn:ledger:authority:',
} as const;

const qualified = (prefix: keyof typeof PREFIXES, local: string): string => `${prefix}:${localName(local)}`;

/** Percent-encodes what a qualified name must not contain (PROV-N, section 3.7.1). */
const localName = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const typed = ($: string, type: string): Literal => ({ $, type });
const name = (qualifiedName: string): Literal => typed(qualifiedName, 'xsd:QName');

/** @param entries the mandate's events in recorded order, of whole decisions */
export function provenanceOf(mandateId: string, entries: readonly HistoryEntry[]): ProvDocument {
  const elements: Record<'entity' | 'activity' | 'agent', Statements> = { entity: {}, activity: {}, agent: {} };
  const relations: Partial<Record<Relation, Statements>> = {};
  const relate = (relation: Relation, statement: Statement): void => {
    const statements = (relations[relation] ??= {});
    statements[`_:${relation}${Object.keys(statements).length + 1}`] = statement;
  };

  let before: string | null = null;
  for (const events of decisionsOf(entries)) {
    const { decisionId, decidedOn, source, recordedAt, recordedBy, correctedBy, annulledBy } = events[0]!;
    const { revision } = events.at(-1)!;
    const decision = qualified('decision', decisionId);
    const recording = qualified('recording', decisionId);
    const recorder = qualified('recorder', recordedBy);
    const after = `${qualified('mandate', mandateId)}@${revision}`;

    // A repair may leave the source as it was.
    const document = source === null ? null : qualified('document', source.documentId);
    if (source !== null && document !== null)
      elements.entity[document] = { 'prov:type': name('ledger:Document'), 'prov:label': source.documentId };
    elements.entity[decision] = {
      'prov:type': name('ledger:Decision'),
      ...(decidedOn === null ? {} : { 'ledger:decidedOn': typed(decidedOn, 'xsd:date') }),
      ...(source === null ? {} : { 'ledger:locator': source.locator }),
      'ledger:event': events.map(({ type }) => type),
    };
    elements.entity[after] = {
      'prov:type': name('ledger:MandateState'),
      'ledger:mandateId': mandateId,
      'ledger:revision': revision,
    };
    elements.activity[recording] = {
      'prov:startTime': recordedAt,
      'prov:endTime': recordedAt,
      'prov:type': name('ledger:Recording'),
    };
    elements.agent[recorder] = { 'prov:type': name('ledger:Recorder'), 'prov:label': recordedBy };

    if (document !== null) relate('used', { 'prov:activity': recording, 'prov:entity': document });
    if (before !== null) relate('used', { 'prov:activity': recording, 'prov:entity': before });
    relate('wasAssociatedWith', { 'prov:activity': recording, 'prov:agent': recorder });
    for (const entity of [decision, after])
      relate('wasGeneratedBy', { 'prov:entity': entity, 'prov:activity': recording, 'prov:time': recordedAt });
    if (document !== null) relate('wasDerivedFrom', { 'prov:generatedEntity': decision, 'prov:usedEntity': document });
    relate('wasDerivedFrom', { 'prov:generatedEntity': after, 'prov:usedEntity': decision });
    if (before !== null) relate('wasDerivedFrom', { 'prov:generatedEntity': after, 'prov:usedEntity': before });
    for (const authority of authoritiesOf(events)) {
      const agent = qualified('authority', authority);
      elements.agent[agent] = { 'prov:type': name('prov:Organization'), 'prov:label': authority };
      relate('wasAttributedTo', { 'prov:entity': decision, 'prov:agent': agent });
    }
    if (correctedBy !== null)
      relate('wasDerivedFrom', {
        'prov:generatedEntity': qualified('decision', correctedBy),
        'prov:usedEntity': decision,
        'prov:type': name('prov:Revision'),
      });
    if (annulledBy !== null)
      relate('wasInvalidatedBy', { 'prov:entity': decision, 'prov:activity': qualified('recording', annulledBy) });
    before = after;
  }
  return { prefix: PREFIXES, ...elements, ...relations };
}

/** The events of a decision are neighbours, because they were appended in one piece. */
function decisionsOf(entries: readonly HistoryEntry[]): HistoryEntry[][] {
  const decisions: HistoryEntry[][] = [];
  for (const entry of entries) {
    const last = decisions.at(-1);
    if (last?.[0]!.decisionId === entry.decisionId) last.push(entry);
    else decisions.push([entry]);
  }
  return decisions;
}

/** Who acted in a decision: the cabinet, or an organisation that ended its own mission. */
const authoritiesOf = (events: readonly HistoryEntry[]): ReadonlySet<string> =>
  new Set(
    events.flatMap(({ type, data }) =>
      REPAIRS.has(type) ? [] : type === 'MandateEnded' ? [data['endedBy'] as string] : ['cabinet'],
    ),
  );

/** Repairs are acts of the recorder, not of the cabinet. */
const REPAIRS: ReadonlySet<string> = new Set(Object.values(REPAIR_EVENTS));
