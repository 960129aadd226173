/** An import that ends before its last line: what was answered is stored, and sending everything again is safe. */
import { startDouble } from '../faults/eventstoredb-double.js';
import { DOCUMENT, NDJSON, open, outcomesIn, reserve, source, text } from './import-lines.js';
import { openLedger } from './hosted.js';
import { eventually, startLedger } from './ledger.js';

describe('an import that is stopped', () => {
  it('by the end of the ledger says so, and goes on after the next start as if nothing had been', async () => {
    const first = await startLedger();
    const lines = Array.from({ length: 3000 }, (_, n) =>
      reserve(['untso', 'unifil', 'undof', 'unsmil', 'iraq'][n % 5]!, `r ${n}`),
    );
    const { request: sent, response } = open(first);
    sent.on('error', () => undefined);
    sent.write(text(lines.slice(0, 2900)));
    const answer = await response;
    let said = '';
    answer.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await eventually(
      () => Promise.resolve(outcomesIn(said).length),
      (length) => length > 10,
    );
    const ended = new Promise((resolve) => answer.on('close', resolve));
    expect(await first.stop()).toBe(0);
    await ended;
    const outcomes = outcomesIn(said);
    const begun = outcomes.length - 1;
    expect(outcomes.map(({ line }) => line)).toEqual(outcomes.map((_, n) => n + 1));
    expect(outcomes.slice(0, -1).map(({ status }) => status)).toEqual(Array.from({ length: begun }, () => 201));
    expect(outcomes.at(-1)).toMatchObject({
      status: 503,
      problem: { detail: expect.stringContaining('is being stopped') as string },
    });
    expect(begun).toBeLessThan(2900);
    const second = await openLedger({ LEDGER_DATA_DIR: first.dataDir });
    const again = outcomesIn((await second.send('POST', '/v1/import', text(lines), NDJSON)).text);
    expect(again.map(({ status }) => status)).toEqual(lines.map((_, n) => (n < begun ? 200 : 201)));
    expect(again.slice(0, begun).map(({ position }) => position)).toEqual(
      outcomes.slice(0, begun).map(({ position }) => position),
    );
    expect(await second.stop()).toBe(0);
  });

  it('by a store that is away has the problem at each line, and ends after a hundred', async () => {
    const double = await startDouble();
    const ledger = await openLedger({ LEDGER_STORE: double.connectionString });
    const registered = outcomesIn(
      (await ledger.send('POST', '/v1/import', text([{ ...DOCUMENT, documentId: source.documentId }]), NDJSON)).text,
    );
    expect(registered).toMatchObject([{ status: 201 }]);
    await double.close();
    const lines = Array.from({ length: 2000 }, (_, n) => ({
      ...reserve(`m-${n}`, 'r'),
      effects: [{ type: 'decline', subject: 's' }],
    }));
    const outcomes = outcomesIn((await ledger.send('POST', '/v1/import', text(lines), NDJSON)).text);
    expect(outcomes.length).toBeGreaterThan(100);
    expect(outcomes.length).toBeLessThan(600);
    for (const { status, problem } of outcomes)
      expect([status, problem?.type]).toEqual([503, expect.stringMatching(/unavailable|outcome-unknown/)]);
    expect(outcomes.at(-1)!.problem!.detail).toMatch(
      /^100 lines in a row found the event log away\. This line .* not begun/,
    );
    await ledger.stop();
  }, 120_000);
});
