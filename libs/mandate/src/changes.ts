/**
 * What differs in a mandate between two days, or between two states of what the ledger knows (docs/domain.md).
 */
import type { ChangeKind } from './change-kinds.js';
import { CHANGE_KINDS } from './change-kinds.js';
import { arrivalOf, kindsOf } from './compared-standings.js';
import type { Authority, Declined, Mandate } from './mandate.js';
import { unopened } from './mandate.js';
import { same } from './same.js';
import type { MissionFacts, Standing } from './standing.js';
import { newChangeDays, standingOn } from './standing.js';
import type { Day } from './term-date.js';
import { BEGINNING, FOREVER } from './term-date.js';

export interface Changes {
  /** In the order of CHANGE_KINDS, each once. */
  readonly kinds: readonly ChangeKind[];
  /** Null where the ledger did not know the mandate. */
  readonly before: Standing | null;
  readonly after: Standing | null;
}

/** Something that happened to a mandate on one day, whatever its standing says of it. */
export interface Happening {
  readonly kind: ChangeKind;
  /** Which term, study, intention or request it happened to. */
  readonly of: string;
}

/**
 * What differs between two days as far as is known now, and what happened after the first one until the second;
 * null where that is nothing. A term that began and ran out in between is told by both.
 * @throws {RangeError} `to` lies before `from`
 */
export function changesBetween(mandate: Mandate, from: Day, to: Day, missionFacts: MissionFacts): Changes | null {
  if (to < from) throw new RangeError(`${to} lies before ${from}`);
  if (mandate.lastDecision === null) return null;
  const before = standingOn(mandate, from, missionFacts);
  const after = standingOn(mandate, to, missionFacts);
  const kinds = kindsOf(
    before,
    after,
    happeningsBetween(mandate, from, to).map(({ kind }) => kind),
  );
  return kinds.size === 0 ? null : { kinds: inOrder(kinds), before, after };
}

/** What happened on the days after `from`, up to and on `to`. */
export function happeningsBetween(
  { authorities, studies, intentions, declined }: Mandate,
  from: Day,
  to: Day,
): Happening[] {
  const happenings: Happening[] = [];
  const on = (day: Day | null, kind: ChangeKind, of: string): void => {
    if (day !== null && from < day && day <= to) happenings.push({ kind, of });
  };
  for (const { firstDay, lastDay, ending } of authorities) {
    on(firstDay, 'began', firstDay);
    if (from <= lastDay && lastDay < to) happenings.push({ kind: ending === null ? 'expired' : 'ended', of: lastDay });
    if (ending !== null) on(ending.decidedOn, 'ended', `${ending.on} ${ending.endedBy}`);
  }
  for (const { studyId, openedOn, concludedOn, outcome } of studies) {
    on(openedOn, 'study-opened', studyId);
    on(concludedOn, 'study-concluded', `${studyId} ${outcome}`);
  }
  for (const { intentionId, declaredOn, concludedOn, outcome } of intentions) {
    on(declaredOn, 'intended', intentionId);
    // Carried out it is told by what it became.
    if (outcome === 'dropped') on(concludedOn, 'declined', intentionId);
  }
  for (const { subject, requestedBy, declinedOn } of declined) on(declinedOn, 'declined', `${subject} ${requestedBy}`);
  return happenings;
}

/** Every day on which changesBetween can have something to tell since the day before, in order. */
export function eventfulDays(mandate: Mandate): Day[] {
  const days = new Set<Day>([BEGINNING]);
  newEventfulDays(null, mandate, (day) => days.add(day));
  days.delete(FOREVER);
  return [...days].sort();
}

/**
 * The same but for the first one, in no order and some more than once; where an earlier state is given, only those of
 * what is not the same object there.
 */
export function newEventfulDays(since: Mandate | null, mandate: Mandate, visit: (day: Day) => void): void {
  newChangeDays(since, mandate, visit);
  const { studies, intentions, declined } = mandate;
  if (since?.studies !== studies) for (const { openedOn } of studies) if (openedOn !== null) visit(openedOn);
  if (since?.intentions !== intentions)
    for (const { declaredOn } of intentions) if (declaredOn !== null) visit(declaredOn);
  if (since?.declined !== declined) for (const { declinedOn } of declined) if (declinedOn !== null) visit(declinedOn);
}

/** A mandate as the ledger knew it at one moment. */
export interface KnownMandate {
  readonly mandate: Mandate;
  readonly missionFacts: MissionFacts;
}

/**
 * What the ledger learnt of a mandate between two moments; null where that is nothing. Terms, endings, studies,
 * intentions and declined requests
 * are compared whole, strength and make-up as they stand on the day. The kinds are empty where there is no word for
 * what was learnt: reviews,
 * reservations, financing, an intention carried out, what counts on other days alone, what was taken back altogether.
 * @param before, after null, or without a decision, where the ledger does not know the mandate
 */
export function changesLearnt(before: KnownMandate | null, after: KnownMandate | null, day: Day): Changes | null {
  const [was, is] = [opened(before), opened(after)];
  const standings = { before: standingOf(was, day), after: standingOf(is, day) };
  if (same(was?.mandate, is?.mandate) && same(standings.before, standings.after)) return null;
  if (is === null || standings.after === null) return { kinds: [], ...standings };
  const learnt = [...happeningsLearnt(was?.mandate ?? unopened(is.mandate.mandateId), is.mandate)];
  if (standings.before !== null)
    return { kinds: inOrder(kindsOf(standings.before, standings.after, learnt)), ...standings };
  const arrival = arrivalOf(null, standings.after);
  return {
    kinds: inOrder(new Set<ChangeKind>(['began', ...learnt, ...(arrival === undefined ? [] : [arrival])])),
    ...standings,
  };
}

/** Null without a decision: the mandate is not there yet. */
const opened = (known: KnownMandate | null): KnownMandate | null =>
  known?.mandate.lastDecision == null ? null : known;

const standingOf = (known: KnownMandate | null, day: Day): Standing | null =>
  known === null ? null : standingOn(known.mandate, day, known.missionFacts);

function* happeningsLearnt(before: Mandate, after: Mandate): Generator<ChangeKind> {
  for (const authority of after.authorities) {
    const known = counterpart(authority, before.authorities, after.authorities);
    if (known?.firstDay !== authority.firstDay) yield 'began';
    if (known !== undefined && known.lastDay !== authority.lastDay)
      yield known.lastDay < authority.lastDay ? 'extended' : 'shortened';
    if (authority.ending !== null && !same(authority.ending, known?.ending)) yield 'ended';
  }
  // A term that was taken back altogether.
  if (before.authorities.some((known) => counterpart(known, after.authorities, before.authorities) === undefined))
    yield 'shortened';
  for (const { studyId, outcome } of after.studies) {
    const known = before.studies.find((study) => study.studyId === studyId);
    if (known === undefined) yield 'study-opened';
    if (outcome !== null && outcome !== known?.outcome) yield 'study-concluded';
  }
  for (const { intentionId, outcome } of after.intentions) {
    const known = before.intentions.find((intention) => intention.intentionId === intentionId);
    if (known === undefined) yield 'intended';
    if (outcome === 'dropped' && outcome !== known?.outcome) yield 'declined';
  }
  if (hasMore(after.declined, before.declined)) yield 'declined';
}

/**
 * The same term in other knowledge: the one that begins on the same day, else one that it overlaps and that is not the
 * same as another.
 */
function counterpart(
  authority: Authority,
  among: readonly Authority[],
  beside: readonly Authority[],
): Authority | undefined {
  const begins = (day: Day) => (each: Authority) => each.firstDay === day;
  const overlaps = ({ firstDay, lastDay }: Authority): boolean =>
    firstDay <= authority.lastDay && authority.firstDay <= lastDay;
  return (
    among.find(begins(authority.firstDay)) ??
    among.find((each) => overlaps(each) && !beside.some(begins(each.firstDay)))
  );
}

const hasMore = (after: readonly Declined[], before: readonly Declined[]): boolean =>
  after.length > before.length || after.some((request) => !before.some((known) => same(known, request)));

const inOrder = (kinds: ReadonlySet<ChangeKind>): ChangeKind[] => CHANGE_KINDS.filter((kind) => kinds.has(kind));
