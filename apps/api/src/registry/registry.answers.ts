/** The answers about missions and documents: their types, their schemas and their columns. */
import type { Cost, Document, Mission } from '#mandate';
import { MISSION_KINDS, ORGANISATIONS, REGIONS } from '#mandate';
import { asItIs, columnsOf, together } from '../http/csv.js';
import type { Table } from '../http/take-away.js';
import type { SchemasOf } from '../openapi/schema.js';
import { day, instant, listOf, named, objectOf, oneOf, optional, pageOf, text, whole } from '../openapi/schema.js';

interface Recorded {
  readonly recordedAt: string;
  readonly revision: number;
}
type MissionItem = Mission & Recorded & { readonly missionId: string };
type DocumentItem = Document & Recorded & { readonly documentId: string };

const RECORDED: SchemasOf<Recorded> = { recordedAt: instant, revision: whole };

export const MISSION = named(
  'Mission',
  objectOf<MissionItem>({
    missionId: text,
    name: text,
    organisation: oneOf(ORGANISATIONS),
    region: oneOf(REGIONS),
    kind: oneOf(MISSION_KINDS),
    countries: optional(listOf(text)),
    url: optional(text),
    description: optional(text),
    ...RECORDED,
  }),
);
export const MISSION_LIST = named('MissionList', pageOf(MISSION, {}));

export const DOCUMENT = named(
  'Document',
  objectOf<DocumentItem>({
    documentId: text,
    title: text,
    date: day,
    kamerstuk: optional(text),
    url: optional(text),
    sha256: optional(text),
    signatories: optional(listOf(text)),
    costs: optional(
      listOf(
        objectOf<Cost>({
          year: whole,
          currency: text,
          atMost: optional(whole),
          about: optional(whole),
          exactly: optional(whole),
        }),
      ),
    ),
    ...RECORDED,
  }),
);
export const DOCUMENT_LIST = named('DocumentList', pageOf(DOCUMENT, {}));

export const MISSIONS_TABLE: Table = {
  name: 'missions',
  columns: columnsOf<MissionItem>({
    missionId: asItIs,
    name: asItIs,
    organisation: asItIs,
    region: asItIs,
    kind: asItIs,
    countries: (countries = []) => together(countries),
    url: asItIs,
    description: asItIs,
    recordedAt: asItIs,
    revision: asItIs,
  }),
};

export const DOCUMENTS_TABLE: Table = {
  name: 'documents',
  columns: columnsOf<DocumentItem>({
    documentId: asItIs,
    title: asItIs,
    date: asItIs,
    kamerstuk: asItIs,
    url: asItIs,
    sha256: asItIs,
    signatories: (signatories = []) => together(signatories),
    costs: (costs = []) => together(costs.map(costInWords)),
    recordedAt: asItIs,
    revision: asItIs,
  }),
};

/** `2023: at most EUR 1000000`. */
function costInWords({ year, currency, atMost, about, exactly }: Cost): string {
  const bound = atMost !== undefined ? 'at most ' : about !== undefined ? 'about ' : '';
  return `${year}: ${bound}${currency} ${atMost ?? about ?? exactly}`;
}
