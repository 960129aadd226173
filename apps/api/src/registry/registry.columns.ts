/** Missions and documents as tables. */
import type { Cost, Document, Mission, RegistrationKind } from '#mandate';
import type { Columns } from '../http/csv.js';
import { together } from '../http/csv.js';
import type { Table } from '../http/take-away.js';

interface Recorded {
  readonly recordedAt: string;
  readonly revision: number;
}

const MISSIONS: Columns<Mission & Recorded & { readonly missionId: string }> = {
  missionId: ({ missionId }) => missionId,
  name: ({ name }) => name,
  organisation: ({ organisation }) => organisation,
  region: ({ region }) => region,
  kind: ({ kind }) => kind,
  countries: ({ countries = [] }) => together(countries),
  url: ({ url = null }) => url,
  description: ({ description = null }) => description,
  recordedAt: ({ recordedAt }) => recordedAt,
  revision: ({ revision }) => revision,
};

const DOCUMENTS: Columns<Document & Recorded & { readonly documentId: string }> = {
  documentId: ({ documentId }) => documentId,
  title: ({ title }) => title,
  date: ({ date }) => date,
  kamerstuk: ({ kamerstuk = null }) => kamerstuk,
  url: ({ url = null }) => url,
  sha256: ({ sha256 = null }) => sha256,
  signatories: ({ signatories = [] }) => together(signatories),
  costs: ({ costs = [] }) => together(costs.map(describeCost)),
  recordedAt: ({ recordedAt }) => recordedAt,
  revision: ({ revision }) => revision,
};

export const REGISTRATION_TABLES: Readonly<Record<RegistrationKind, Table>> = {
  mission: { name: 'missions', columns: MISSIONS },
  document: { name: 'documents', columns: DOCUMENTS },
};

/** `2023: at most EUR 1000000`. */
function describeCost({ year, currency, atMost, about, exactly }: Cost): string {
  const bound = atMost !== undefined ? 'at most ' : about !== undefined ? 'about ' : '';
  return `${year}: ${bound}${currency} ${atMost ?? about ?? exactly}`;
}
