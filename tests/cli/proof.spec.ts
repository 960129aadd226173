/** A proof of one event, as GET /v1/decisions/{id}?proof=true gives it, verified offline. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '#event-log';
import { openReadModels } from '#read-models';
import { eventLine, formatTlogProof } from '#transparency';
import { temporaryFolder } from '../temporary-folder.js';
import { ledger } from './commands.js';
import { hashesOf, makeLedger, noteOf } from './kept-ledger.js';

describe('ledger verify --proof', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const key = join(at('kept'), 'key.txt');
  let log: RecordedEvent[];
  beforeAll(async () => {
    log = await makeLedger(at('kept'), 31, []);
    const views = openReadModels(join(at('kept'), 'views.db'));
    const proof = formatTlogProof({ index: 5, hashes: views.tree.inclusion(5, 62), checkpoint: noteOf(hashesOf(log)) });
    views.close();
    writeFileSync(at('proof.txt'), proof);
    writeFileSync(at('proof-of-another.txt'), proof.replace('index 5', 'index 6'));
    writeFileSync(at('event.json'), `${lineOf(5)}\n`);
    writeFileSync(at('other.json'), lineOf(6));
  });
  afterAll(() => folder.remove());
  const lineOf = (leafIndex: number): string => eventLine(Object.assign(log[leafIndex]!, { leafIndex }));
  const verify = (proof: string, event: string, ...more: string[]) =>
    ledger(['verify', '--key', key, '--proof', at(proof), '--event', at(event), ...more]);

  it('holds for the event that it is of', async () => {
    const { code, said } = await verify('proof.txt', 'event.json', '--json');
    expect([code, JSON.parse(said.at(-1)!)]).toEqual([
      0,
      expect.objectContaining({ ok: true, size: 62, problem: null, first: null }),
    ]);
    expect((await verify('proof.txt', 'event.json')).said[0]).toMatch(/^HOLDS\. Event 5 \(/);
  });

  it('does not hold for another event or place, and could not run without either', async () => {
    const other = await verify('proof.txt', 'other.json', '--json');
    expect([other.code, JSON.parse(other.said.at(-1)!)]).toEqual([
      1,
      expect.objectContaining({ ok: false, problem: 'signature' }),
    ]);
    expect((await verify('proof-of-another.txt', 'event.json')).code).toBe(1);
    expect((await verify('event.json', 'event.json')).code).toBe(2);
    expect((await verify('proof.txt', 'proof.txt')).code).toBe(2);
    expect((await ledger(['verify', '--key', key, '--proof', at('proof.txt')])).code).toBe(2);
  });
});
