/** What is asked about the log's proofs, and what comes back. */
import type { Difference, OpenedCheckpoint, VerifierKey } from '#transparency';
import { leafHash, leafOfLine, openCheckpoint, parseVerifierKeys } from '#transparency';
import { fromBase64 } from '#transparency/testing';
import type { Ledger } from './ledger.js';
import { eventually } from './ledger.js';

export interface Inclusion {
  readonly leafIndex: number;
  readonly size: number;
  readonly leafHash: string;
  readonly rootHash: string;
  readonly hashes: readonly string[];
}
export interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: string;
  readonly toRoot: string;
  readonly hashes: readonly string[];
}
export type Proofs = readonly { readonly eventId: string; readonly proof: string }[];

export const LETTER = 116;
export const bytes = (hash: string): Buffer => fromBase64(hash, 'a hash', 32);
export const reserve = (decisionId: string, mandateId = 'untso') => ({
  decisionId,
  mandateId,
  decidedOn: '2022-09-01',
  source: { documentId: 'kst-29521-446', locator: 'test' },
  effects: [
    { type: 'reserve', right: decisionId },
    { type: 'reserve', right: `${decisionId} as well` },
  ],
});

export const keysOf = async (ledger: Ledger): Promise<VerifierKey[]> =>
  parseVerifierKeys((await ledger.get('/v1/log/key')).text);
/** The hash of each leaf, from the events as they are read by everybody. */
export const leavesOf = async (ledger: Ledger): Promise<Buffer[]> =>
  (await ledger.get('/v1/events')).text
    .split('\n')
    .slice(0, -1)
    .map((line) => leafHash((leafOfLine(line) as { leaf: string }).leaf));
export const checkpointOf = async (ledger: Ledger, query = ''): Promise<OpenedCheckpoint> =>
  openCheckpoint((await ledger.get(`/v1/log/checkpoint${query}`)).text, await keysOf(ledger));
export async function covering(ledger: Ledger, size: number): Promise<OpenedCheckpoint> {
  await eventually(
    () => statusOf(ledger),
    ({ checkpoint }) => (checkpoint?.size ?? 0) >= size,
  );
  return checkpointOf(ledger);
}
export interface Status {
  readonly trouble: string | null;
  readonly checkpoint: { readonly size: number } | null;
  readonly watch: { readonly passes: number; readonly checked: number; readonly firstWrong: Difference | null };
}
export const statusOf = async (ledger: Ledger): Promise<Status> => (await ledger.get('/v1/log/status')).body as Status;
