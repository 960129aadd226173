/** What is still to come or to be decided in a mandate, by day (docs/domain.md). */
import type { Authority, HeldContribution, MakeUp, Mandate } from './mandate.js';
import { nameOf } from './mandate.js';
import type { Step } from './steps.js';
import { stepOn } from './steps.js';
import type { Day, TermDate } from './term-date.js';
import { isOpenEnd, lastDay } from './term-date.js';

export const AGENDA_KINDS = ['expiry', 'end-to-be-determined', 'review', 'study'] as const;
export type AgendaKind = (typeof AGENDA_KINDS)[number];

interface Item {
  /** The same for as long as the item is about the same thing, also when its day moves; unique in a ledger. */
  readonly itemId: string;
  /** Null where there is no day yet. */
  readonly on: Day | null;
  readonly mandateId: string;
  /** Of the mandate on that day; without a day the latest one. */
  readonly title: string;
}

/** The last day of a term, or of one contribution that ends before the mandate's term does. */
export interface Expiry extends Item {
  readonly kind: 'expiry';
  readonly on: Day;
  /** As the source words it. */
  readonly until: TermDate;
  readonly provisional: boolean;
  /** Who ended it; null where it runs out by itself. */
  readonly endedBy: string | null;
  readonly contributionId: string | null;
}

/** An end that is decided, or a term, without its last day; `on` is the last day of the old term, where it has one. */
export interface EndToBeDetermined extends Item {
  readonly kind: 'end-to-be-determined';
  readonly endedBy: string | null;
  readonly contributionId: string | null;
}

/** A review that was not held; `on` is the last day of `dueBy`. */
export interface ReviewDue extends Item {
  readonly kind: 'review';
  readonly reviewId: string;
  readonly trigger: string;
  /** As the source words it. */
  readonly dueBy: TermDate | null;
}

/** A study that was not concluded. */
export interface StudyOpen extends Item {
  readonly kind: 'study';
  readonly on: null;
  readonly studyId: string;
  readonly subject: string;
  readonly openedOn: Day | null;
}

export type AgendaItem = Expiry | EndToBeDetermined | ReviewDue | StudyOpen;

/**
 * Everything on a mandate's agenda, past days included, in agenda order; whoever asks selects the days, and always
 * shows what has none.
 */
export function agendaOf(mandate: Mandate): AgendaItem[] {
  // It is made anew with every decision that is projected, so nothing is made on the way that is not an item.
  const items: AgendaItem[] = [];
  for (const authority of mandate.authorities) items.push(...ofTerm(mandate, authority, null, authority.firstDay));
  for (const step of mandate.makeUp)
    for (const held of step.value.contributions)
      if (held.term?.until !== undefined) items.push(...ofContribution(mandate, step, held));
  if (mandate.reviews.length > 0) items.push(...ofReviews(mandate));
  if (mandate.studies.length > 0) items.push(...ofStudies(mandate));
  return numbered(items.sort(inAgendaOrder)).sort(inAgendaOrder);
}

/** A contribution that comes back under its id within one term ends more than once in it. */
function numbered(items: readonly AgendaItem[]): AgendaItem[] {
  const counts = new Map<string, number>();
  return items.map((item) => {
    const count = (counts.get(item.itemId) ?? 0) + 1;
    counts.set(item.itemId, count);
    return count === 1 ? item : { ...item, itemId: `${item.itemId}.${count}` };
  });
}

/** By day, what has none at the end; then by kind, in the order of AGENDA_KINDS, and by id. */
export function inAgendaOrder(a: AgendaItem, b: AgendaItem): number {
  if (a.on !== b.on) return a.on === null ? 1 : b.on === null ? -1 : a.on < b.on ? -1 : 1;
  if (a.kind !== b.kind) return AGENDA_KINDS.indexOf(a.kind) - AGENDA_KINDS.indexOf(b.kind);
  return a.itemId < b.itemId ? -1 : a.itemId > b.itemId ? 1 : 0;
}

/** No id holds a dot, so none can be read in two ways. */
const itemIdOf = (kind: AgendaKind, mandate: Mandate, ...parts: readonly string[]): string =>
  `${kind}-${[mandate.mandateId, ...parts].join('.')}`;

const titleOn = (mandate: Mandate, day: Day | null): string =>
  (day === null ? undefined : stepOn(mandate.makeUp, day)?.value.title) ?? nameOf(mandate);

/** What a term, the mandate's or a contribution's own, has on the agenda. */
function ofTerm(
  mandate: Mandate,
  { until, ending, provisional }: Pick<Authority, 'until' | 'ending' | 'provisional'>,
  contributionId: string | null,
  begin: Day,
): (Expiry | EndToBeDetermined)[] {
  const isDated = !isOpenEnd(until);
  const isUndetermined = ending === null ? until === 'to-be-determined' : ending.on === 'to-be-determined';
  const on = isDated ? lastDay(until) : null;
  const common = {
    mandateId: mandate.mandateId,
    title: titleOn(mandate, on),
    endedBy: ending?.endedBy ?? null,
    contributionId,
  };
  const itemId = (kind: AgendaKind): string =>
    itemIdOf(kind, mandate, begin, ...(contributionId === null ? [] : [contributionId]));
  return [
    ...(on === null ? [] : [{ kind: 'expiry' as const, itemId: itemId('expiry'), on, until, provisional, ...common }]),
    ...(isUndetermined
      ? [{ kind: 'end-to-be-determined' as const, itemId: itemId('end-to-be-determined'), on, ...common }]
      : []),
  ];
}

/**
 * Of the list that holds on its last day, and only where the mandate goes on after it; what ends with the mandate's
 * term is told by that one.
 */
function ofContribution(mandate: Mandate, step: Step<MakeUp>, held: HeldContribution): (Expiry | EndToBeDetermined)[] {
  const { contributionId, term, ending = null, provisional = false } = held;
  if (term?.until === undefined) return [];
  const last = lastDay(term.until);
  const day = isOpenEnd(term.until) ? (mandate.authorities.at(-1)?.lastDay ?? last) : last;
  const authority = mandate.authorities.find((each) => each.firstDay <= day && day <= each.lastDay);
  if (authority === undefined || stepOn(mandate.makeUp, day) !== step) return [];
  const items = ofTerm(mandate, { until: term.until, ending, provisional }, contributionId, authority.firstDay);
  return items.filter(({ kind }) => kind === 'end-to-be-determined' || last < authority.lastDay);
}

const ofReviews = (mandate: Mandate): ReviewDue[] =>
  mandate.reviews
    .filter(({ outcome }) => outcome === null)
    .map(({ reviewId, trigger, dueBy }) => {
      const on = dueBy === null ? null : lastDay(dueBy);
      const title = titleOn(mandate, on);
      return {
        kind: 'review',
        itemId: itemIdOf('review', mandate, reviewId),
        on,
        mandateId: mandate.mandateId,
        title,
        reviewId,
        trigger,
        dueBy,
      };
    });

const ofStudies = (mandate: Mandate): StudyOpen[] =>
  mandate.studies
    .filter(({ outcome }) => outcome === null)
    .map(({ studyId, subject, openedOn }) => {
      const itemId = itemIdOf('study', mandate, studyId);
      return {
        kind: 'study',
        itemId,
        on: null,
        mandateId: mandate.mandateId,
        title: titleOn(mandate, null),
        studyId,
        subject,
        openedOn,
      };
    });

/** An item as a person reads it in a calendar: what it is, and a line for each thing that is known of it. */
export function wordsOfItem(item: AgendaItem): { readonly heading: string; readonly details: readonly string[] } {
  const mandate = `Mandate: ${item.mandateId}`;
  switch (item.kind) {
    case 'expiry':
      return {
        heading: item.contributionId === null ? 'Last day' : `Last day of ${item.contributionId}`,
        details: [
          mandate,
          ...contributionLine(item),
          `Until: ${item.until}${item.provisional ? ' (provisional)' : ''}`,
          ...endedByLine(item),
        ],
      };
    case 'end-to-be-determined':
      return {
        heading:
          item.contributionId === null ? 'End to be determined' : `End of ${item.contributionId} to be determined`,
        details: [mandate, ...contributionLine(item), ...endedByLine(item), 'The day of the end is still to be set.'],
      };
    case 'review':
      return {
        heading: 'Review due',
        details: [mandate, `Review: ${item.reviewId}`, `Trigger: ${item.trigger}`, `Due by: ${item.dueBy}`],
      };
    case 'study':
      return { heading: 'Study open', details: [mandate, `Study: ${item.studyId}`, `Subject: ${item.subject}`] };
    default:
      return item satisfies never;
  }
}

const contributionLine = ({ contributionId }: Expiry | EndToBeDetermined): string[] =>
  contributionId === null ? [] : [`Contribution: ${contributionId}`];
const endedByLine = ({ endedBy }: Expiry | EndToBeDetermined): string[] =>
  endedBy === null ? [] : [`Ended by: ${endedBy}`];
