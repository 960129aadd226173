/** Mandates on a day as a table: what has parts is said in words, one part after the other. */
import type { Review, Standing, StandingContribution } from '#mandate';
import { describeStrength } from '#mandate';
import type { Columns } from '../http/csv.js';
import { together } from '../http/csv.js';
import type { Table } from '../http/take-away.js';

/** An item of GET /v1/mandates. */
interface MandateItem extends Standing {
  readonly revision: number;
  readonly asOf: string;
}

const COLUMNS: Columns<MandateItem> = {
  mandateId: ({ mandateId }) => mandateId,
  title: ({ title }) => title,
  missions: ({ missions }) => together(missions),
  organisations: ({ organisations }) => together(organisations),
  region: ({ region }) => region,
  status: ({ status }) => status,
  ending: ({ ending }) => ending,
  provisional: ({ provisional }) => provisional,
  termFrom: ({ term }) => term?.from ?? null,
  termUntil: ({ term }) => term?.until ?? null,
  strengthMinimum: ({ strength }) => strength.minimum,
  strengthMaximum: ({ strength }) => strength.maximum,
  strengthApproximate: ({ strength }) => strength.approximate,
  strengthStated: ({ strength: { stated } }) => (stated === null ? null : describeStrength(stated)),
  contributions: ({ contributions }) => together(contributions.map(describeContribution)),
  studies: ({ studies }) => together(studies.map(({ subject, outcome }) => `${subject} (${outcome ?? 'open'})`)),
  intentions: ({ intentions }) =>
    together(intentions.map(({ subject, outcome }) => `${subject} (${outcome ?? 'open'})`)),
  reviews: ({ reviews }) => together(reviews.map((review) => `${review.trigger} (${whenReviewed(review)})`)),
  declined: ({ declined }) => together(declined.map(({ subject }) => subject)),
  reservations: ({ reservations }) => together(reservations.map(({ right }) => right)),
  fund: ({ financing }) => financing?.fund ?? null,
  fundNote: ({ financing }) => financing?.note ?? null,
  revision: ({ revision }) => revision,
  lastDecisionId: ({ lastDecision }) => lastDecision?.decisionId ?? null,
  lastDecidedOn: ({ lastDecision }) => lastDecision?.decidedOn ?? null,
  documentId: ({ lastDecision }) => lastDecision?.source.documentId ?? null,
  locator: ({ lastDecision }) => lastDecision?.source.locator ?? null,
  asOf: ({ asOf }) => asOf,
};

export const MANDATES_TABLE: Table = { name: 'mandates', columns: COLUMNS };

function whenReviewed({ dueBy, heldOn }: Review): string {
  if (heldOn !== null) return `held on ${heldOn}`;
  return dueBy === null ? 'not dated' : `due by ${dueBy}`;
}

const OPEN_END_WORDS: Readonly<Record<string, string>> = {
  open: 'open-ended',
  'to-be-determined': 'end to be determined',
  'not-stated': 'end not stated',
};

/** `Staff officers: at most 15 military, with 2 × vehicle, for unifil, until 2023-06-30, out of its term`. */
function describeContribution(contribution: StandingContribution): string {
  const { contributionId, description, missionId, categories, strength, term, assets, inTerm } = contribution;
  const parts = [`${describeStrength(strength)} ${categories.join(' or ')}`];
  for (const { kind, count } of assets) parts.push(`with ${count === undefined ? kind : `${count} × ${kind}`}`);
  if (missionId !== null) parts.push(`for ${missionId}`);
  if (term?.from != null) parts.push(`from ${term.from}`);
  if (term?.until != null) parts.push(OPEN_END_WORDS[term.until] ?? `until ${term.until}`);
  if (!inTerm) parts.push('out of its term');
  return `${description ?? contributionId}: ${parts.join(', ')}`;
}
