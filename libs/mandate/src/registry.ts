/** Missions and documents: registered and amended as events of their own streams (docs/domain.md). */

export const ORGANISATIONS = ['EU', 'UN', 'NATO', 'OSCE', 'ICC', 'OHR', 'coalition', 'bilateral', 'national'] as const;
export const REGIONS = [
  'eastern-flank',
  'western-balkans',
  'middle-east',
  'north-africa',
  'sahel',
  'horn-of-africa',
  'gulf-indo-pacific',
  'north-atlantic',
  'worldwide',
] as const;
export const MISSION_KINDS = ['civilian', 'military', 'mixed'] as const;

/** The body of PUT /v1/missions/{id}. */
export interface Mission {
  readonly name: string;
  readonly organisation: (typeof ORGANISATIONS)[number];
  readonly region: (typeof REGIONS)[number];
  readonly kind: (typeof MISSION_KINDS)[number];
  /** ISO 3166-1 alpha-2. */
  readonly countries?: readonly string[];
  readonly url?: string;
  /** What the source says of the mission's own mandate, in our words. */
  readonly description?: string;
}

/** Money as the source bounds it. */
export interface Cost {
  readonly year: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly atMost?: number;
  readonly about?: number;
  readonly exactly?: number;
}

/** The body of PUT /v1/documents/{id}. */
export interface Document {
  readonly title: string;
  /** A full date. */
  readonly date: string;
  readonly kamerstuk?: string;
  readonly url?: string;
  /** SHA-256 of the document's bytes, 64 lower-case hex digits. */
  readonly sha256?: string;
  readonly signatories?: readonly string[];
  readonly costs?: readonly Cost[];
}

/** Names of the two kinds of registration, their streams and their events, which hold the whole body as data. */
export const REGISTRATIONS = {
  mission: { idField: 'missionId', registered: 'MissionRegistered', amended: 'MissionAmended' },
  document: { idField: 'documentId', registered: 'DocumentRegistered', amended: 'DocumentAmended' },
} as const;
export type RegistrationKind = keyof typeof REGISTRATIONS;

export const registrationStream = (kind: RegistrationKind, id: string): string => `${kind}-${id}`;

const byEvent = new Map<string, RegistrationKind>();
for (const kind of Object.keys(REGISTRATIONS) as RegistrationKind[])
  byEvent.set(REGISTRATIONS[kind].registered, kind).set(REGISTRATIONS[kind].amended, kind);

/** Which registration an event is, or null for an event of another kind. */
export const registrationOf = (eventType: string): RegistrationKind | null => byEvent.get(eventType) ?? null;
