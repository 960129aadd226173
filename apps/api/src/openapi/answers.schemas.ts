/** What the API answers, as OpenAPI schemas. A test holds every answer against them. */
import {
  AGENDA_KINDS,
  CATEGORIES,
  CHANGE_KINDS,
  GROUPINGS,
  MISSION_KINDS,
  ORGANISATIONS,
  REGIONS,
  RULES,
  STATUSES,
} from '#mandate';
import { PLACES } from '#read-models';
import { PROBLEMS } from '../http/problem.js';
import { PROV_RELATIONS } from '../provenance/prov-json.js';

type Schema = Readonly<Record<string, unknown>>;

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const list = (items: Schema): Schema => ({ type: 'array', items });
const oneOf = (values: readonly string[]): Schema => ({ type: 'string', enum: [...values] });
const text: Schema = { type: 'string' };
const day: Schema = { type: 'string', format: 'date' };
const instant: Schema = { type: 'string', format: 'date-time' };
const whole: Schema = { type: 'integer', minimum: 0 };
const bool: Schema = { type: 'boolean' };
const nullable = (schema: Schema): Schema =>
  '$ref' in schema ? { nullable: true, allOf: [schema] } : { ...schema, nullable: true };

/** An object whose properties are all there, but for those named optional. */
const object = (
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
  description?: string,
): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  ...(description === undefined ? {} : { description }),
});

const pageOf = (schema: string, times: Readonly<Record<string, Schema>> = {}): Schema =>
  object({
    items: list(ref(schema)),
    nextCursor: { ...nullable(text), description: 'For the next page; null on the last' },
    ...times,
  });

/** The members beside the items go in pairs. */
const pageOfAny = (schema: string, members: Readonly<Record<string, Schema>>): Schema =>
  object({ items: list(ref(schema)), nextCursor: nullable(text), ...members }, Object.keys(members));

const knownAt = {
  ...text,
  description: 'What was known: the first events of the log, as knownAt takes it',
  example: 'size:118',
};
/** The three times as they were understood: asked for again, they give the same answer. */
const times = { asOf: day, decidedBy: nullable(day), knownAt };

const source = object({ documentId: text, locator: text });
const financing = object({ fund: text, note: text }, ['note']);
const recorded = { recordedAt: instant, revision: whole };
const term = object(
  { from: nullable(text), until: nullable(text) },
  [],
  'EDTF with the precision of the source; until may be open, to-be-determined or not-stated',
);
const contribution = object({
  contributionId: text,
  description: nullable(text),
  missionId: nullable(text),
  categories: list(oneOf(CATEGORIES)),
  strength: ref('Strength'),
  term: nullable(term),
  assets: list(object({ kind: text, count: whole }, ['count'])),
  inTerm: { ...bool, description: 'Whether its own term covers the day; one that does not is not counted' },
});
const target: Schema = {
  type: 'object',
  nullable: true,
  description: 'Missions, contributions and until, as the decision words them',
};

const match = {
  ...object({
    in: oneOf(PLACES),
    text: { ...text, description: 'HTML: the part of the text around what was found, which is within <mark>' },
  }),
  description: 'Where it was found; only in a list with q',
};

const mandate = {
  mandateId: text,
  title: text,
  missions: list(text),
  organisations: list(oneOf(ORGANISATIONS)),
  region: nullable(oneOf(REGIONS)),
  status: { ...oneOf(STATUSES), description: 'Derived for the day, never stored' },
  ending: { ...bool, description: 'In force, and its end is decided' },
  term: nullable(term),
  strength: object({
    minimum: nullable(whole),
    maximum: nullable(whole),
    approximate: bool,
    stated: nullable(ref('Strength')),
  }),
  contributions: list(contribution),
  provisional: bool,
  reviews: list(
    object({
      reviewId: text,
      trigger: text,
      dueBy: nullable(text),
      scheduledOn: nullable(day),
      heldOn: nullable(day),
      outcome: nullable(text),
    }),
  ),
  studies: list(
    object({
      studyId: text,
      subject: text,
      target,
      notified: bool,
      openedOn: nullable(day),
      concludedOn: nullable(day),
      outcome: nullable(text),
    }),
  ),
  intentions: list(
    object({
      intentionId: text,
      subject: text,
      target,
      declaredOn: nullable(day),
      concludedOn: nullable(day),
      outcome: nullable(text),
    }),
  ),
  declined: list(object({ subject: text, requestedBy: nullable(text), declinedOn: nullable(day) })),
  reservations: list(object({ right: text, reservedOn: nullable(day) })),
  financing: nullable(financing),
  lastDecision: nullable(object({ decisionId: text, decidedOn: nullable(day), source })),
  revision: whole,
  ...times,
  match,
};

const decision = {
  decisionId: text,
  mandateId: text,
  decidedOn: nullable(day),
  source,
  rationale: nullable(text),
  financing: nullable(financing),
  effects: list({ type: 'object', properties: { type: text }, required: ['type'] }),
  recordedAt: instant,
  recordedBy: text,
  revision: whole,
  position: text,
  corrects: {
    ...nullable(text),
    description: 'Of a correction: the decision that it replaces; its other members show that one as it was after it',
  },
  annuls: { ...nullable(text), description: 'Of an annulment: the decision that it takes away' },
  reason: { ...nullable(text), description: 'Of a correction or annulment' },
  correctedBy: { ...nullable(text), description: 'The last correction that counts' },
  annulledBy: nullable(text),
  match,
};

const hash = { ...text, description: 'SHA-256, padded standard base64' };
const logStatus = object({
  size: { ...whole, description: 'Events, and so leaves' },
  origin: text,
  keys: { ...list(text), description: 'IDs of the keys that may have signed, the newest first' },
  checkpoint: nullable(
    object({
      size: whole,
      signedAt: { ...nullable(instant), description: 'Null where it was signed before this process began' },
    }),
  ),
  trouble: { ...nullable(text), description: 'Why no checkpoint is signed' },
  watch: object({
    rate: { ...whole, description: 'Events a second; 0 where the watch is switched off' },
    checked: { ...whole, description: 'Events compared since the start' },
    passes: { ...whole, description: 'How often all of the log was compared since the start' },
    next: { ...whole, description: 'leafIndex of the event that is compared next' },
    lastPassFinishedAt: nullable(instant),
    firstWrong: nullable(
      object({
        kind: oneOf(['altered', 'removed', 'inserted', 'reordered', 'truncated']),
        first: object({ leafIndex: whole, id: nullable(text), stream: nullable(text), revision: nullable(whole) }),
        detail: text,
      }),
    ),
    trouble: { ...nullable(text), description: 'Why the watch does not get on' },
  }),
});
const eventProof = object({ eventId: text, proof: { ...text, description: 'C2SP tlog-proof' } }, [], 'With proof=true');

const historyEntry = {
  eventId: text,
  type: text,
  data: { type: 'object' },
  decisionId: text,
  decidedOn: nullable(day),
  source: nullable(source),
  recordedAt: instant,
  recordedBy: text,
  revision: whole,
  position: text,
  leafIndex: whole,
  correctedBy: nullable(text),
  annulledBy: nullable(text),
};

const recordedDecision = {
  decisionId: text,
  mandateId: text,
  revision: { ...whole, description: 'Of the mandate, after the decision' },
  position: text,
  recordedAt: instant,
  events: list(object({ eventId: text, type: text, revision: whole })),
};

const groupTotal = {
  minimum: whole,
  maximum: whole,
  mandates: { ...whole, description: 'In force on the day, those of uncounted included' },
  uncounted: {
    ...list(text),
    description:
      'Ids of mandates that are in neither sum, since a side of their strength is not known or cannot be told apart',
  },
};

const change = {
  mandateId: text,
  kinds: { ...list(oneOf(CHANGE_KINDS)), description: 'Empty where no word tells what was learnt' },
  before: nullable(ref('Mandate')),
  after: nullable(ref('Mandate')),
  decisions: {
    ...list(object({ decisionId: text, decidedOn: nullable(day), source: nullable(source) })),
    description: 'Between two days those that caused it; between two moments those and the repairs that were recorded',
  },
};

/** What each kind has beside the first five. */
const agendaItem = object(
  {
    on: { ...nullable(day), description: 'Null where there is no day yet' },
    kind: oneOf(AGENDA_KINDS),
    mandateId: text,
    title: text,
    itemId: { ...text, description: 'Stays when the day moves' },
    until: text,
    provisional: bool,
    endedBy: nullable(text),
    contributionId: nullable(text),
    reviewId: text,
    trigger: text,
    dueBy: nullable(text),
    studyId: text,
    subject: text,
    openedOn: nullable(day),
  },
  [
    'until',
    'provisional',
    'endedBy',
    'contributionId',
    'reviewId',
    'trigger',
    'dueBy',
    'studyId',
    'subject',
    'openedOn',
  ],
);

const event = {
  leafIndex: { ...whole, description: 'Its place among the events of the ledger, from 0' },
  position: { ...text, description: 'Its place in the store: opaque, for after and Last-Event-ID' },
  id: text,
  stream: text,
  revision: { ...whole, description: 'Its place in the stream, from 0' },
  type: text,
  data: { type: 'object' },
  metadata: { type: 'object' },
};

const cloudEvent = {
  specversion: oneOf(['1.0']),
  id: text,
  source: oneOf(['/v1/events']),
  type: text,
  subject: { ...text, description: 'The stream' },
  time: { ...instant, description: 'When it was recorded' },
  datacontenttype: oneOf(['application/json']),
  data: { type: 'object' },
  position: text,
  leafindex: whole,
  revision: whole,
  decisionid: text,
  effectindex: whole,
  effectcount: whole,
  recordedby: text,
  correlationid: text,
  causationid: text,
  metadata: { ...text, description: 'The metadata as stored, as JSON text' },
};

export const ANSWER_SCHEMAS: Readonly<Record<string, Schema>> = {
  Mandate: object(mandate, ['match']),
  MandateList: pageOf('Mandate', times),
  HistoryEntry: object(historyEntry),
  HistoryList: pageOf('HistoryEntry', { knownAt }),
  Provenance: object(
    {
      prefix: { type: 'object', additionalProperties: text },
      ...Object.fromEntries(
        ['entity', 'activity', 'agent', ...PROV_RELATIONS].map((kind) => [
          kind,
          { type: 'object', additionalProperties: { type: 'object' } },
        ]),
      ),
    },
    PROV_RELATIONS,
    'W3C PROV-JSON: elements and relations by their ids',
  ),
  Decision: object({ ...decision, ...times, asOf: nullable(day), proofs: list(eventProof) }, ['match', 'proofs']),
  DecisionListItem: object(decision, ['match']),
  DecisionList: pageOf('DecisionListItem', { ...times, asOf: nullable(day) }),
  Change: object(change),
  ChangeList: pageOfAny('Change', {
    from: day,
    to: day,
    knownFrom: knownAt,
    knownTo: knownAt,
    asOf: day,
    decidedBy: nullable(day),
    knownAt,
  }),
  GroupTotal: object({ key: { ...nullable(text), description: 'Null for what belongs to none' }, ...groupTotal }),
  Totals: pageOf('GroupTotal', { total: object(groupTotal), by: oneOf(GROUPINGS), ...times }),
  AgendaItem: agendaItem,
  AgendaList: pageOf('AgendaItem', { from: day, to: day }),
  RecordedDecision: object(recordedDecision),
  CheckedDecision: object({
    dryRun: { type: 'boolean', enum: [true] },
    decisionId: nullable(text),
    mandateId: text,
    events: list(object({ type: text, revision: whole, data: { type: 'object' } })),
    mandate: nullable(object({ ...mandate, knownAt: nullable(text) }, ['match'])),
  }),
  RecordedOrChecked: { oneOf: [ref('RecordedDecision'), ref('CheckedDecision')] },
  Mission: object(
    {
      missionId: text,
      name: text,
      organisation: oneOf(ORGANISATIONS),
      region: oneOf(REGIONS),
      kind: oneOf(MISSION_KINDS),
      countries: list(text),
      url: text,
      description: text,
      ...recorded,
    },
    ['countries', 'url', 'description'],
  ),
  MissionList: pageOf('Mission'),
  Document: object(
    {
      documentId: text,
      title: text,
      date: day,
      kamerstuk: text,
      url: text,
      sha256: text,
      signatories: list(text),
      costs: list(
        object({ year: whole, currency: text, atMost: whole, about: whole, exactly: whole }, [
          'atMost',
          'about',
          'exactly',
        ]),
      ),
      ...recorded,
    },
    ['kamerstuk', 'url', 'sha256', 'signatories', 'costs'],
  ),
  DocumentList: pageOf('Document'),
  Event: object(event),
  CloudEvent: object(cloudEvent, ['decisionid', 'effectindex', 'effectcount'], 'CloudEvents 1.0, structured mode'),
  Inclusion: object(
    { leafIndex: whole, size: whole, leafHash: hash, rootHash: hash, hashes: list(hash) },
    [],
    'RFC 9162, section 2.1.3',
  ),
  Consistency: object(
    { from: whole, to: whole, fromRoot: hash, toRoot: hash, hashes: list(hash) },
    [],
    'RFC 9162, section 2.1.4',
  ),
  LogStatus: logStatus,
  ImportOutcome: object(
    {
      line: { ...whole, minimum: 1 },
      status: {
        ...whole,
        description: '201 recorded, 200 recorded before or amended; else what the line alone would have been answered',
      },
      decisionId: text,
      mandateId: text,
      missionId: text,
      documentId: text,
      revision: whole,
      position: text,
      problem: ref('Problem'),
    },
    ['decisionId', 'mandateId', 'missionId', 'documentId', 'revision', 'position', 'problem'],
    'What became of one line',
  ),
  Problem: object(
    {
      type: {
        ...oneOf(Object.keys(PROBLEMS).map((slug) => `urn:ledger:problem:${slug}`)),
        description: 'Stable; for programs',
      },
      title: text,
      status: whole,
      detail: { ...text, description: 'What is wrong and what to do' },
      rule: { ...oneOf(RULES), description: 'The rule of the domain that refused it, with rule-broken' },
      breaks: { ...text, description: 'The decision that would no longer hold, with breaks-later-decision' },
      errors: list(
        object({
          field: { ...text, description: 'Path into the body, or name of the parameter or header' },
          message: text,
        }),
      ),
    },
    ['rule', 'breaks', 'errors'],
    'RFC 9457',
  ),
};
