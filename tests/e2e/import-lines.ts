/** Lines for POST /v1/import, and the outcomes that it answers. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:http';
import type { Ledger } from './ledger.js';

export interface Outcome {
  readonly line: number;
  readonly status: number;
  readonly decisionId?: string;
  readonly revision?: number;
  readonly position?: string;
  readonly problem?: {
    readonly type: string;
    readonly status: number;
    readonly detail: string;
    readonly errors?: { field: string }[];
  };
}

export const NDJSON = { 'content-type': 'application/x-ndjson' };
export const source = { documentId: 'kst-29521-446', locator: 'test' };
export const reserve = (mandateId: string, right: string, decisionId?: string) => ({
  ...(decisionId === undefined ? {} : { decisionId }),
  mandateId,
  decidedOn: '2023-03-01',
  source,
  effects: [{ type: 'reserve', right }],
});
export const MISSION = {
  missionId: 'import-mission',
  name: 'X',
  organisation: 'EU',
  region: 'sahel',
  kind: 'civilian',
};
export const DOCUMENT = { documentId: 'import-letter', title: 'A letter', date: '2023-03-01' };

export const text = (lines: readonly unknown[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
export const outcomesIn = (answer: string): Outcome[] =>
  answer
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Outcome);

/** An import that is sent piece by piece, and whose answer is read when it is wanted. */
export function open(ledger: Ledger): { readonly request: ClientRequest; readonly response: Promise<IncomingMessage> } {
  const headers = { ...NDJSON, authorization: `Bearer ${ledger.token}` };
  const sent = request(`${ledger.url}/v1/import`, { method: 'POST', headers, agent: false });
  const response = new Promise<IncomingMessage>((resolve, reject) => sent.on('response', resolve).on('error', reject));
  response.catch(() => undefined);
  return { request: sent, response };
}

export async function read(response: IncomingMessage): Promise<string> {
  let said = '';
  for await (const chunk of response) said += (chunk as Buffer).toString();
  return said;
}
