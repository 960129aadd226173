/** Which texts of the ledger's events a search looks into, and how much each counts. */
import type { RegistrationKind } from '#mandate';
import { REGISTRATIONS } from '#mandate';

/** How a place where something was found is called in an answer, the weightiest first. */
export const PLACES = [
  'title',
  'mission',
  'mandate',
  'subject',
  'contribution',
  'asset',
  'trigger',
  'outcome',
  'right',
  'rationale',
  'reason',
  'locator',
  'document',
] as const;
export type Place = (typeof PLACES)[number];

export interface PlacedText {
  readonly in: Place;
  readonly text: string;
}

/**
 * Places that count the same, the weightiest first. In the index each word stands behind its tier's tag. A document is
 * that of many decisions, so what it says tells little of each.
 */
export const TIERS = [
  { tag: 'a', places: ['title', 'mission', 'mandate'] },
  { tag: 'b', places: ['subject', 'contribution', 'asset', 'trigger', 'outcome', 'right'] },
  { tag: 'c', places: ['rationale', 'reason'] },
  { tag: 'd', places: ['locator'] },
  { tag: 'e', places: ['document'] },
] as const satisfies readonly { tag: string; places: readonly Place[] }[];

const tiers = new Map<Place, number>(TIERS.flatMap(({ places }, i) => places.map((place) => [place, i + 1] as const)));
/** From 1 on. */
export const tierOf = (place: Place): number => tiers.get(place)!;

/**
 * Members of an event's data that hold text, by name: whatever effect has them, and also within the replacement of a
 * correction.
 */
const TEXTS: Readonly<Record<string, Place>> = {
  title: 'title',
  subject: 'subject',
  description: 'contribution',
  kind: 'asset',
  trigger: 'trigger',
  outcome: 'outcome',
  right: 'right',
  rationale: 'rationale',
  reason: 'reason',
  locator: 'locator',
};

type Data = Readonly<Record<string, unknown>>;

export interface DecisionTexts {
  readonly texts: readonly PlacedText[];
  /** Ids of the missions and documents that it names; their own texts are looked into as well. */
  readonly missions: ReadonlySet<string>;
  readonly documents: ReadonlySet<string>;
}

/** What the events of one decision say, once each: every event repeats the decision's own texts. */
export function textsOfDecision(mandateId: string, events: readonly { readonly data: Data }[]): DecisionTexts {
  const texts = new Map<string, PlacedText>([['mandate', { in: 'mandate', text: mandateId }]]);
  const [missions, documents] = [new Set<string>(), new Set<string>()];

  function look(name: string, value: unknown): void {
    if (Array.isArray(value)) for (const item of value as unknown[]) look(name, item);
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) look(key, member);
    else if (typeof value !== 'string') return;
    else if (name === 'missions' || name === 'missionId') missions.add(value);
    else if (name === 'documentId') documents.add(value);
    else if (Object.hasOwn(TEXTS, name)) texts.set(`${name} ${value}`, { in: TEXTS[name]!, text: value });
  }

  for (const { data } of events) look('', data);
  return { texts: [...texts.values()], missions, documents };
}

/** What a mission or a document is called. */
export function textsOfRegistration(kind: RegistrationKind, data: Data): PlacedText[] {
  const names =
    kind === 'mission' ? [data['name'], data[REGISTRATIONS.mission.idField]] : [data['title'], data['kamerstuk']];
  return names.filter((name) => typeof name === 'string').map((text) => ({ in: kind, text }));
}
