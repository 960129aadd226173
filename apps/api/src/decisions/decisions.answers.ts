/** The answers about decisions: their types, their schemas, and the columns of the list. */
import type { Decision, Financing } from '#mandate';
import { asItIs, LEFT_OUT, columnsOf, together } from '../http/csv.js';
import type { Table } from '../http/take-away.js';
import type { TimesShown } from '../http/times.query.js';
import type { EventProof } from '../log/log.queries.js';
import { MANDATE_MEMBERS } from '../mandates/mandates.answers.js';
import { FINANCING, SOURCE, TIMES } from '../openapi/common.schemas.js';
import type { Schema, SchemasOf } from '../openapi/schema.js';
import {
  anyObject,
  day,
  instant,
  listOf,
  named,
  nullable,
  objectOf,
  optional,
  pageOf,
  text,
  whole,
} from '../openapi/schema.js';
import type { Match } from '../search/search.answers.js';
import { MATCH } from '../search/search.answers.js';
import type { CheckedDecision, RecordedDecision } from './record-decision.command.js';

/** A decision or a repair. */
export interface DecisionItem extends Pick<Decision, 'decisionId' | 'mandateId' | 'source' | 'effects'> {
  readonly decidedOn: string | null;
  readonly rationale: string | null;
  readonly financing: Financing | null;
  readonly recordedAt: string;
  readonly recordedBy: string;
  readonly revision: number;
  readonly position: string;
  readonly corrects: string | null;
  readonly annuls: string | null;
  readonly reason: string | null;
  readonly correctedBy: string | null;
  readonly annulledBy: string | null;
  readonly match?: Match;
}

/** A decision counts on every day after it was taken, so without `asOf` there is no day. */
interface DecisionTimes extends Omit<TimesShown, 'asOf'> {
  readonly asOf: string | null;
}

const EFFECT: Schema<Decision['effects'][number]> = {
  ...anyObject(),
  properties: { type: text },
  required: ['type'],
  additionalProperties: true,
};

const DECISION_MEMBERS: SchemasOf<DecisionItem> = {
  decisionId: text,
  mandateId: text,
  decidedOn: nullable(day),
  source: SOURCE,
  rationale: nullable(text),
  financing: nullable(FINANCING),
  effects: listOf(EFFECT),
  recordedAt: instant,
  recordedBy: text,
  revision: whole,
  position: text,
  corrects: {
    ...nullable(text),
    description: 'Of a correction: the decision that it replaces. The other members show that decision as corrected.',
  },
  annuls: { ...nullable(text), description: 'Of an annulment: the decision that it takes away' },
  reason: { ...nullable(text), description: 'Of a correction or annulment' },
  correctedBy: { ...nullable(text), description: 'The last correction that counts' },
  annulledBy: nullable(text),
  match: optional(MATCH),
};

const DECISION_TIMES: SchemasOf<DecisionTimes> = { ...TIMES, asOf: nullable(day) };

const DECISION_LIST_ITEM = named('DecisionListItem', objectOf<DecisionItem>(DECISION_MEMBERS));
export const DECISION_LIST = named(
  'DecisionList',
  pageOf<DecisionItem, DecisionTimes>(DECISION_LIST_ITEM, DECISION_TIMES),
);

export const DECISION = named(
  'Decision',
  objectOf<DecisionItem & DecisionTimes & { readonly proofs?: readonly EventProof[] }>({
    ...DECISION_MEMBERS,
    ...DECISION_TIMES,
    proofs: optional(
      listOf(
        objectOf<EventProof>({ eventId: text, proof: { ...text, description: 'C2SP tlog-proof' } }, 'With proof=true'),
      ),
    ),
  }),
);

export const RECORDED_DECISION = named(
  'RecordedDecision',
  objectOf<RecordedDecision>({
    decisionId: text,
    mandateId: text,
    revision: { ...whole, description: 'Of the mandate, after the decision' },
    position: text,
    recordedAt: instant,
    events: listOf(objectOf<RecordedDecision['events'][number]>({ eventId: text, type: text, revision: whole })),
  }),
);

const CHECKED_DECISION = named(
  'CheckedDecision',
  objectOf<CheckedDecision>({
    dryRun: { type: 'boolean', enum: [true] },
    decisionId: nullable(text),
    mandateId: text,
    events: listOf(objectOf<CheckedDecision['events'][number]>({ type: text, revision: whole, data: anyObject() })),
    mandate: nullable(
      objectOf<NonNullable<CheckedDecision['mandate']>>({
        ...MANDATE_MEMBERS,
        revision: whole,
        ...TIMES,
        knownAt: nullable(text),
      }),
    ),
  }),
);

export const RECORDED_OR_CHECKED = named<RecordedDecision | CheckedDecision>('RecordedOrChecked', {
  oneOf: [RECORDED_DECISION, CHECKED_DECISION],
});

export const DECISIONS_TABLE: Table = {
  name: 'decisions',
  columns: columnsOf<DecisionItem>({
    decisionId: asItIs,
    mandateId: asItIs,
    decidedOn: asItIs,
    source: {
      documentId: ({ documentId }) => documentId,
      locator: ({ locator }) => locator,
    },
    effects: {
      effectTypes: (effects) => together(effects.map(({ type }) => type)),
      effects: (effects) => JSON.stringify(effects),
    },
    rationale: asItIs,
    financing: {
      fund: (financing) => financing?.fund ?? null,
      fundNote: (financing) => financing?.note ?? null,
    },
    recordedAt: asItIs,
    recordedBy: asItIs,
    revision: asItIs,
    position: asItIs,
    corrects: asItIs,
    annuls: asItIs,
    reason: asItIs,
    correctedBy: asItIs,
    annulledBy: asItIs,
    match: LEFT_OUT,
  }),
};
