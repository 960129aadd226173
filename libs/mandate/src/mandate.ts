/**
 * The state that the fold of a mandate's decisions leaves: what is authorised, when, how strong, and what is under way.
 */
import type { Financing, Source } from './decision-head.js';
import type { Steps } from './steps.js';
import type { Strength } from './strength.js';
import type { Day, TermDate, Until } from './term-date.js';

export const CATEGORIES = ['civilian', 'police', 'military', 'marechaussee', 'unstated'] as const;
export type Category = (typeof CATEGORIES)[number];

export interface Term {
  readonly from?: TermDate;
  readonly until?: Until;
}

export interface Asset {
  readonly kind: string;
  readonly count?: number;
}

/** A contribution as a decision words it. */
export interface Contribution {
  readonly contributionId: string;
  readonly description?: string;
  readonly missionId?: string;
  readonly categories: readonly Category[];
  readonly strength: Strength;
  readonly term?: Term;
  readonly assets?: readonly Asset[];
}

/** How an authority, or one contribution, was ended. */
export interface Ending {
  readonly on: TermDate | 'to-be-determined';
  readonly endedBy: string;
  readonly decidedOn: Day;
}

export interface HeldContribution extends Contribution {
  readonly provisional?: boolean;
  readonly ending?: Ending;
}

/** A span of days in which the mandate is, was or will be in force. */
export interface Authority {
  readonly from: TermDate | null;
  readonly until: Until;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly provisional: boolean;
  readonly ending: Ending | null;
}

/** What the mandate consists of from a day on. */
export interface MakeUp {
  readonly title: string;
  readonly missions: readonly string[];
  readonly strength: Strength | null;
  readonly contributions: readonly HeldContribution[];
}

export interface Target {
  readonly missions?: readonly string[];
  readonly contributions?: readonly Contribution[];
  readonly until?: Until;
}

export interface Study {
  readonly studyId: string;
  readonly subject: string;
  readonly target: Target | null;
  readonly notified: boolean;
  readonly openedOn: Day | null;
  readonly concludedOn: Day | null;
  readonly outcome: 'adopted' | 'dropped' | null;
}

export interface Intention {
  readonly intentionId: string;
  readonly subject: string;
  readonly target: Target | null;
  readonly declaredOn: Day | null;
  readonly concludedOn: Day | null;
  readonly outcome: 'carried-out' | 'dropped' | null;
}

export interface Review {
  readonly reviewId: string;
  readonly trigger: string;
  readonly dueBy: TermDate | null;
  readonly scheduledOn: Day | null;
  readonly heldOn: Day | null;
  readonly outcome: string | null;
}

export interface Declined {
  readonly subject: string;
  readonly requestedBy: string | null;
  readonly declinedOn: Day | null;
}

export interface Reservation {
  readonly right: string;
  readonly reservedOn: Day | null;
}

export interface DecisionReference {
  readonly decisionId: string;
  readonly decidedOn: Day | null;
  readonly source: Source;
}

export interface Mandate {
  readonly mandateId: string;
  /** In order of time, without overlap; the last one is the one that decisions are about. */
  readonly authorities: readonly Authority[];
  readonly makeUp: Steps<MakeUp>;
  /** What names the mandate while nothing is authorised yet: the first study, intention or declined request. */
  readonly subject: string | null;
  readonly subjectMissions: readonly string[];
  readonly studies: readonly Study[];
  readonly intentions: readonly Intention[];
  readonly reviews: readonly Review[];
  readonly declined: readonly Declined[];
  readonly reservations: readonly Reservation[];
  readonly financing: Financing | null;
  /** The latest decision in decision order; null before the first. */
  readonly lastDecision: DecisionReference | null;
}

export const unopened = (mandateId: string): Mandate => ({
  mandateId,
  authorities: [],
  makeUp: [],
  subject: null,
  subjectMissions: [],
  studies: [],
  intentions: [],
  reviews: [],
  declined: [],
  reservations: [],
  financing: null,
  lastDecision: null,
});

/** The name by which sentences call the mandate. */
export const nameOf = (mandate: Mandate): string =>
  mandate.makeUp.at(-1)?.value.title ?? mandate.subject ?? mandate.mandateId;

/** The authority that runs on the day, else the next one, else the last one that was. */
export const authorityOn = ({ authorities }: Mandate, day: Day): Authority | undefined =>
  authorities.find((authority) => authority.lastDay >= day) ?? authorities.at(-1);

/** The one that begins after another; undefined where none is planned. */
export const authorityAfter = ({ authorities }: Mandate, authority: Authority): Authority | undefined =>
  authorities[authorities.indexOf(authority) + 1];

export const withAuthority = (
  mandate: Mandate,
  changed: Authority,
  change: (authority: Authority) => Authority,
): Mandate => ({
  ...mandate,
  authorities: mandate.authorities.map((authority) => (authority === changed ? change(authority) : authority)),
});

/** Changes one contribution in what it consists of, wherever it occurs. */
export const withContribution = (
  makeUp: MakeUp,
  contributionId: string,
  change: (contribution: HeldContribution) => HeldContribution,
): MakeUp => ({
  ...makeUp,
  contributions: makeUp.contributions.map((held) => (held.contributionId === contributionId ? change(held) : held)),
});
