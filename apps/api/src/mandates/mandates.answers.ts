/** The answer of GET /v1/mandates and GET /v1/mandates/{id}: its type, its schema and its columns. */
import type { Asset, Standing, StandingContribution } from '#mandate';
import { CATEGORIES, ORGANISATIONS, REGIONS, STATUSES, describeStrength } from '#mandate';
import { STRENGTH } from '../decisions/strength.field.js';
import { LEFT_OUT, asItIs, columnsOf, together } from '../http/csv.js';
import type { Table } from '../http/take-away.js';
import type { TimesShown } from '../http/times.query.js';
import { DECISION_REFERENCE, FINANCING, TIMES } from '../openapi/common.schemas.js';
import type { SchemasOf } from '../openapi/schema.js';
import {
  anyObject,
  bool,
  day,
  listOf,
  named,
  nullable,
  objectOf,
  oneOf,
  optional,
  pageOf,
  text,
  whole,
} from '../openapi/schema.js';
import type { Match } from '../search/search.answers.js';
import { MATCH } from '../search/search.answers.js';
import { contributionInWords, reviewInWords, subjectWithOutcome } from './in-words.js';

/** A mandate on a day. */
export interface MandateItem extends Standing, TimesShown {
  readonly revision: number;
  readonly match?: Match;
}

const TERM_WORDS = 'EDTF with the precision of the source; until may be open, to-be-determined or not-stated';
const target = {
  ...anyObject<NonNullable<Standing['studies'][number]['target']>>(),
  description: 'Missions, contributions and until, as the decision words them',
};

const CONTRIBUTION = objectOf<StandingContribution>({
  contributionId: text,
  description: nullable(text),
  missionId: nullable(text),
  categories: listOf(oneOf(CATEGORIES)),
  strength: STRENGTH,
  term: nullable(
    objectOf<NonNullable<StandingContribution['term']>>({ from: nullable(text), until: nullable(text) }, TERM_WORDS),
  ),
  assets: listOf(objectOf<Asset>({ kind: text, count: optional(whole) })),
  inTerm: {
    ...bool,
    description: 'Whether its own term covers the day; a contribution out of its term is not counted',
  },
});

export const MANDATE_MEMBERS: SchemasOf<Standing> = {
  mandateId: text,
  title: text,
  missions: listOf(text),
  organisations: listOf(oneOf(ORGANISATIONS)),
  region: nullable(oneOf(REGIONS)),
  status: { ...oneOf(STATUSES), description: 'Derived for the day, never stored' },
  ending: { ...bool, description: 'In force, and its end is decided' },
  term: nullable(objectOf<NonNullable<Standing['term']>>({ from: nullable(text), until: text }, TERM_WORDS)),
  strength: objectOf<Standing['strength']>({
    minimum: nullable(whole),
    maximum: nullable(whole),
    approximate: bool,
    stated: nullable(STRENGTH),
  }),
  contributions: listOf(CONTRIBUTION),
  provisional: bool,
  reviews: listOf(
    objectOf<Standing['reviews'][number]>({
      reviewId: text,
      trigger: text,
      dueBy: nullable(text),
      scheduledOn: nullable(day),
      heldOn: nullable(day),
      outcome: nullable(text),
    }),
  ),
  studies: listOf(
    objectOf<Standing['studies'][number]>({
      studyId: text,
      subject: text,
      target: nullable(target),
      notified: bool,
      openedOn: nullable(day),
      concludedOn: nullable(day),
      outcome: nullable(text),
    }),
  ),
  intentions: listOf(
    objectOf<Standing['intentions'][number]>({
      intentionId: text,
      subject: text,
      target: nullable(target),
      declaredOn: nullable(day),
      concludedOn: nullable(day),
      outcome: nullable(text),
    }),
  ),
  declined: listOf(
    objectOf<Standing['declined'][number]>({ subject: text, requestedBy: nullable(text), declinedOn: nullable(day) }),
  ),
  reservations: listOf(objectOf<Standing['reservations'][number]>({ right: text, reservedOn: nullable(day) })),
  financing: nullable(FINANCING),
  lastDecision: nullable(objectOf<NonNullable<Standing['lastDecision']>>(DECISION_REFERENCE)),
};

export const MANDATE = named(
  'Mandate',
  objectOf<MandateItem>({ ...MANDATE_MEMBERS, revision: whole, ...TIMES, match: optional(MATCH) }),
);
export const MANDATE_LIST = named('MandateList', pageOf(MANDATE, TIMES));

export const MANDATES_TABLE: Table = {
  name: 'mandates',
  columns: columnsOf<MandateItem>({
    mandateId: asItIs,
    title: asItIs,
    missions: together,
    organisations: together,
    region: asItIs,
    status: asItIs,
    ending: asItIs,
    provisional: asItIs,
    term: {
      termFrom: (term) => term?.from ?? null,
      termUntil: (term) => term?.until ?? null,
    },
    strength: {
      strengthMinimum: ({ minimum }) => minimum,
      strengthMaximum: ({ maximum }) => maximum,
      strengthApproximate: ({ approximate }) => approximate,
      strengthStated: ({ stated }) => (stated === null ? null : describeStrength(stated)),
    },
    contributions: (contributions) => together(contributions.map(contributionInWords)),
    studies: (studies) => together(studies.map(subjectWithOutcome)),
    intentions: (intentions) => together(intentions.map(subjectWithOutcome)),
    reviews: (reviews) => together(reviews.map(reviewInWords)),
    declined: (declined) => together(declined.map(({ subject }) => subject)),
    reservations: (reservations) => together(reservations.map(({ right }) => right)),
    financing: {
      fund: (financing) => financing?.fund ?? null,
      fundNote: (financing) => financing?.note ?? null,
    },
    revision: asItIs,
    lastDecision: {
      lastDecisionId: (decision) => decision?.decisionId ?? null,
      lastDecidedOn: (decision) => decision?.decidedOn ?? null,
      documentId: (decision) => decision?.source.documentId ?? null,
      locator: (decision) => decision?.source.locator ?? null,
    },
    asOf: asItIs,
    decidedBy: LEFT_OUT,
    knownAt: LEFT_OUT,
    match: LEFT_OUT,
  }),
};
