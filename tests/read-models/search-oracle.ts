/** What is recorded, and what a search has to find in it. The oracle looks through every text, word by word. */
import type { RecordedEvent } from '#event-log';
import type { Decision, Effect } from '#mandate';
import { eventsOf, mandateStream } from '#mandate';

type Unplaced = Omit<RecordedEvent, 'position' | 'dataText' | 'metadataText'>;
const known = { recordedAt: '2022-06-17T10:00:00.000Z', recordedBy: 'test' };

/** Records decisions and registrations one after the other, and notes what a search has to find by each. */
export class Log {
  readonly events: RecordedEvent[] = [];
  /** With the leaf index of the event from which it is known. */
  readonly decisions: { readonly leaf: number; readonly decision: Decision }[] = [];
  readonly registrations: {
    readonly leaf: number;
    readonly kind: string;
    readonly id: string;
    readonly texts: string[];
  }[] = [];
  private readonly revisions = new Map<string, number>();

  private add(event: Omit<Unplaced, 'revision'>): number {
    const revision = (this.revisions.get(event.stream) ?? -1) + 1;
    this.revisions.set(event.stream, revision);
    const [position, dataText, metadataText] = [
      String(this.events.length + 1),
      JSON.stringify(event.data),
      JSON.stringify(event.metadata),
    ];
    return this.events.push({ ...event, revision, position, dataText, metadataText }) - 1;
  }

  decide(decision: Omit<Decision, 'decisionId'>): this {
    const decisionId = `d-${this.events.length}`;
    let leaf = 0;
    for (const { type, data, metadata } of eventsOf({ decisionId, ...decision }))
      leaf = this.add({
        id: `${decisionId}-${this.events.length}`,
        stream: mandateStream(decision.mandateId),
        type,
        data: data as never,
        metadata: { ...metadata, ...known },
      });
    this.decisions.push({ leaf, decision: { decisionId, ...decision } });
    return this;
  }

  register(kind: 'mission' | 'document', id: string, ...[name, number]: readonly [string, string?]): this {
    const isNew = !this.registrations.some((each) => each.kind === kind && each.id === id);
    const type = `${kind === 'mission' ? 'Mission' : 'Document'}${isNew ? 'Registered' : 'Amended'}`;
    const data =
      kind === 'mission'
        ? { missionId: id, name, organisation: 'UN', region: 'worldwide', kind: 'military' }
        : { documentId: id, title: name, date: '2022-06-17', ...(number === undefined ? {} : { kamerstuk: number }) };
    const leaf = this.add({
      id: `${kind}-${id}-${this.events.length}`,
      stream: `${kind}-${id}`,
      type,
      data,
      metadata: known,
    });
    this.registrations.push({
      leaf,
      kind,
      id,
      texts: kind === 'mission' ? [name, id] : [name, ...(number === undefined ? [] : [number])],
    });
    return this;
  }
}

/** The oracle's own definition of a word. */
export const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

export interface Wanted {
  readonly words: readonly string[];
  readonly prefix: boolean;
}

export const holds = (text: string, { words, prefix }: Wanted): boolean => {
  const there = wordsOf(text);
  return there.some((_, at) =>
    words.every((word, i) =>
      prefix && i === words.length - 1 ? there[at + i]?.startsWith(word) === true : there[at + i] === word,
    ),
  );
};

/** A text and its tier, from 1 on. */
type Tiered = readonly [tier: number, text: string];

function textsOfEffect(effect: Effect): Tiered[] {
  switch (effect.type) {
    case 'establish':
      return [
        [1, effect.title],
        ...effect.contributions
          .flatMap(({ description = '', assets = [] }) => [description, ...assets.map(({ kind }) => kind)])
          .map((text) => [2, text] as const),
      ];
    case 'study':
    case 'intend':
    case 'decline':
      return [[2, effect.subject]];
    case 'schedule-review':
      return [[2, effect.trigger]];
    case 'hold-review':
      return [[2, effect.outcome]];
    case 'reserve':
      return [[2, effect.right]];
    default:
      throw new Error(`no ${effect.type} here`);
  }
}

const missionsOf = (effect: Effect): readonly string[] =>
  effect.type === 'establish' ? effect.missions : effect.type === 'study' ? (effect.target?.missions ?? []) : [];

/**
 * What is found when the first `size` events of the log are known. It is ordered by tier, then the later mandate first,
 * then the later decision.
 */
export function oracle(log: Log, size: number) {
  const called = (tier: number, kind: string, id: string): Tiered[] =>
    (log.registrations.findLast((each) => each.kind === kind && each.id === id && each.leaf < size)?.texts ?? []).map((text) => [tier, text]);
  const decisions = log.decisions.filter(({ leaf }) => leaf < size).map(({ decision }) => decision);
  const mandates = [...new Set(decisions.map(({ mandateId }) => mandateId))];
  const textsOf = ({ mandateId, source, rationale = '', effects }: Decision): Tiered[] => [
    [1, mandateId],
    ...effects.flatMap(textsOfEffect),
    [3, rationale],
    [4, source.locator],
    ...called(5, 'document', source.documentId),
  ];
  /** The worst of the best tiers of each term; Infinity when a term is nowhere. */
  const tierOf = (texts: readonly Tiered[], wanted: readonly Wanted[]): number =>
    Math.max(...wanted.map((term) => Math.min(...texts.map(([tier, text]) => (holds(text, term) ? tier : Infinity)))));
  function ranked<T>(latestFirst: readonly T[], textsOfOne: (one: T) => Tiered[], wanted: readonly Wanted[]): T[] {
    const tiered = latestFirst.map((one) => ({ one, tier: tierOf(textsOfOne(one), wanted) })).filter(({ tier }) => tier < Infinity);
    return tiered.sort((a, b) => a.tier - b.tier).map(({ one }) => one);
  }
  const ofMandate = (mandateId: string): Decision[] => decisions.filter((each) => each.mandateId === mandateId);
  return {
    decisions: (wanted: readonly Wanted[]): string[] =>
      ranked(mandates.flatMap(ofMandate).reverse(), textsOf, wanted).map(({ decisionId }) => decisionId),
    mandates: (wanted: readonly Wanted[]): string[] =>
      ranked(
        [...mandates].reverse(),
        (mandateId) => ofMandate(mandateId).flatMap((each) => [...textsOf(each), ...each.effects.flatMap(missionsOf).flatMap((id) => called(1, 'mission', id))]),
        wanted,
      ),
  };
} // prettier-ignore
