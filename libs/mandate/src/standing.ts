/**
 * How a mandate stands on a day, as the API answers it, and the days on which that changes (docs/domain.md).
 */
import type { ChangeKind } from './change-kinds.js';
import type { Financing, Source } from './decision-head.js';
import type {
  Asset,
  Authority,
  Category,
  Declined,
  DecisionReference,
  HeldContribution,
  Intention,
  MakeUp,
  Mandate,
  Reservation,
  Review,
  Study,
} from './mandate.js';
import { authorityOn, nameOf } from './mandate.js';
import { valueOn } from './steps.js';
import type { Strength } from './strength.js';
import { addStrengths, strengthRange } from './strength.js';
import type { Day } from './term-date.js';
import { BEGINNING, FOREVER, dayAfter, firstDay, lastDay } from './term-date.js';

interface StatusFacts {
  /** The mandate is in force: it counts in totals, and lists find it by the last day of its term. */
  readonly counts: boolean;
  /** Its term runs, or is still to begin. */
  readonly runs: boolean;
  /** The change that tells that the mandate has come to it; null where what was opened or declared tells it. */
  readonly arrivesAs: ChangeKind | null;
}

/** In the order in which documentation and refusals list them. */
export const STATUS = {
  'in-force': { counts: true, runs: true, arrivesAs: 'began' },
  planned: { counts: false, runs: true, arrivesAs: null },
  'under-study': { counts: false, runs: false, arrivesAs: null },
  intended: { counts: false, runs: false, arrivesAs: null },
  ended: { counts: false, runs: false, arrivesAs: 'ended' },
  expired: { counts: false, runs: false, arrivesAs: 'expired' },
  declined: { counts: false, runs: false, arrivesAs: 'declined' },
} as const satisfies Readonly<Record<string, StatusFacts>>;

export type Status = keyof typeof STATUS;
export const STATUSES = Object.keys(STATUS) as readonly Status[];

export const statusFacts = (status: Status): StatusFacts => STATUS[status];

export interface StandingContribution {
  readonly contributionId: string;
  readonly description: string | null;
  readonly missionId: string | null;
  readonly categories: readonly Category[];
  readonly strength: Strength;
  readonly term: { readonly from: string | null; readonly until: string | null } | null;
  readonly assets: readonly Asset[];
  readonly inTerm: boolean;
}

/** The body of GET /v1/mandates/{id} but for `revision` and `asOf`. */
export interface Standing {
  readonly mandateId: string;
  readonly title: string;
  readonly missions: readonly string[];
  readonly organisations: readonly string[];
  readonly region: string | null;
  readonly status: Status;
  readonly ending: boolean;
  readonly term: { readonly from: string | null; readonly until: string } | null;
  readonly strength: {
    readonly minimum: number | null;
    readonly maximum: number | null;
    readonly approximate: boolean;
    readonly stated: Strength | null;
  };
  readonly contributions: readonly StandingContribution[];
  readonly provisional: boolean;
  readonly reviews: readonly Review[];
  readonly studies: readonly Study[];
  readonly intentions: readonly Intention[];
  readonly declined: readonly Declined[];
  readonly reservations: readonly Reservation[];
  readonly financing: Financing | null;
  readonly lastDecision: (DecisionReference & { readonly source: Source }) | null;
}

/** What a mandate's answer says of its missions; undefined for one that is not registered. */
export type MissionFacts = (
  missionId: string,
) => { readonly organisation: string; readonly region: string } | undefined;

/**
 * What the mandate consists of on a day; before a term begins, what it will consist of then; while nothing is
 * authorised yet,
 * what its first study, intention or declined request names.
 */
function makeUpOn(mandate: Mandate, authority: Authority | undefined, day: Day): MakeUp {
  const asked = authority !== undefined && authority.firstDay > day ? authority.firstDay : day;
  return (
    valueOn(mandate.makeUp, asked) ?? {
      title: nameOf(mandate),
      missions: mandate.subjectMissions,
      strength: null,
      contributions: [],
    }
  );
}

/** The mandate on one day. Pure; the days on which it can differ are those of changeDays. */
export function standingOn(mandate: Mandate, day: Day, missionFacts: MissionFacts): Standing {
  const authority = authorityOn(mandate, day);
  const makeUp = makeUpOn(mandate, authority, day);
  const contributions = makeUp.contributions.map((held) => standingContribution(held, day));
  const facts = makeUp.missions.map(missionFacts);
  return {
    mandateId: mandate.mandateId,
    title: makeUp.title,
    missions: makeUp.missions,
    organisations: organisationsOf(facts),
    region: regionOf(facts),
    status: statusOn(mandate, authority, day),
    ending:
      authority !== undefined &&
      covers(authority, day) &&
      authority.ending !== null &&
      authority.ending.decidedOn <= day,
    term: authority === undefined ? null : { from: authority.from, until: authority.until },
    strength: standingStrength(makeUp, contributions),
    contributions,
    provisional:
      authority?.provisional === true ||
      makeUp.contributions.some((held) => held.provisional === true && inTerm(held, day)),
    reviews: mandate.reviews,
    studies: mandate.studies,
    intentions: mandate.intentions,
    declined: mandate.declined,
    reservations: mandate.reservations,
    financing: mandate.financing,
    lastDecision: mandate.lastDecision,
  };
}

type Facts = ReturnType<MissionFacts>;
/** Of all missions, each once. */
export const organisationsOf = (facts: readonly Facts[]): string[] => [
  ...new Set(facts.flatMap((fact) => (fact === undefined ? [] : [fact.organisation]))),
];
/** Of the first mission that is registered. */
export const regionOf = (facts: readonly Facts[]): string | null =>
  facts.find((fact) => fact !== undefined)?.region ?? null;

/** What a mandate is selected by in a list; costs a fraction of the whole standing. */
export interface Facets {
  readonly status: Status;
  /** Last day of the term that runs; null where none does. */
  readonly lastDay: Day | null;
  readonly makeUp: MakeUp;
}

/** The facets of a mandate on one day; like standingOn, the same on all days between two of changeDays. */
export function facetsOn(mandate: Mandate, day: Day): Facets {
  const authority = authorityOn(mandate, day);
  const status = statusOn(mandate, authority, day);
  return {
    status,
    lastDay: statusFacts(status).counts ? authority!.lastDay : null,
    makeUp: makeUpOn(mandate, authority, day),
  };
}

const covers = (authority: Authority, day: Day): boolean => authority.firstDay <= day && day <= authority.lastDay;

/**
 * The first that fits, in the order of docs/domain.md. A study or intention counts as open until the day on which it
 * was concluded.
 */
function statusOn(mandate: Mandate, authority: Authority | undefined, day: Day): Status {
  if (authority !== undefined && covers(authority, day)) return 'in-force';
  if (authority !== undefined && authority.firstDay > day) return 'planned';
  if (mandate.studies.some((study) => isOpen(study, day))) return 'under-study';
  if (mandate.intentions.some((intention) => isOpen(intention, day))) return 'intended';
  if (authority !== undefined) return authority.ending === null ? 'expired' : 'ended';
  return 'declined';
}

const isOpen = ({ outcome, concludedOn }: Study | Intention, day: Day): boolean =>
  outcome === null || (concludedOn !== null && day < concludedOn);

const inTerm = ({ term }: HeldContribution, day: Day): boolean =>
  firstDay(term?.from) <= day && day <= lastDay(term?.until);

function standingContribution(held: HeldContribution, day: Day): StandingContribution {
  return {
    contributionId: held.contributionId,
    description: held.description ?? null,
    missionId: held.missionId ?? null,
    categories: held.categories,
    strength: held.strength,
    term: held.term === undefined ? null : { from: held.term.from ?? null, until: held.term.until ?? null },
    assets: held.assets ?? [],
    inTerm: inTerm(held, day),
  };
}

function standingStrength(makeUp: MakeUp, contributions: readonly StandingContribution[]): Standing['strength'] {
  if (makeUp.strength !== null) return { ...strengthRange(makeUp.strength), stated: makeUp.strength };
  if (contributions.length === 0) return { ...strengthRange(null), stated: null };
  const counted = contributions.filter((contribution) => contribution.inTerm);
  const sum = addStrengths(counted.map(({ strength }) => strengthRange(strength)));
  return { ...sum, stated: counted.length === 1 ? counted[0]!.strength : null };
}

/** Every day on which standingOn can answer otherwise than on the day before, in order; BEGINNING is the first. */
export function changeDays(mandate: Mandate): Day[] {
  const days = new Set<Day>([BEGINNING]);
  newChangeDays(null, mandate, (day) => days.add(day));
  days.delete(FOREVER);
  return [...days].sort();
}

/**
 * The same but for the first one, in no order and some more than once; where an earlier state is given, only those of
 * what is not the same object there.
 */
export function newChangeDays(since: Mandate | null, mandate: Mandate, visit: (day: Day) => void): void {
  if (since?.authorities !== mandate.authorities)
    for (const { firstDay: first, lastDay: last, ending } of mandate.authorities) {
      visit(first);
      visit(dayAfter(last));
      if (ending !== null) visit(ending.decidedOn);
    }
  for (const [i, step] of mandate.makeUp.entries()) {
    if (since?.makeUp[i] === step) continue;
    visit(step.from);
    for (const { term } of step.value.contributions)
      if (term !== undefined) {
        visit(firstDay(term.from));
        visit(dayAfter(lastDay(term.until)));
      }
  }
  if (since?.studies !== mandate.studies)
    for (const { concludedOn } of mandate.studies) if (concludedOn !== null) visit(concludedOn);
  if (since?.intentions !== mandate.intentions)
    for (const { concludedOn } of mandate.intentions) if (concludedOn !== null) visit(concludedOn);
}
