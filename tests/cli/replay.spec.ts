/** `ledger replay` tells the same as a fold over everything recorded, and reads a mandate again only when it has to. */
import fc from 'fast-check';
import type { RecordedEvent } from '#event-log';
import type { History, Recorded } from '#mandate';
import {
  BEGINNING,
  decisionDay,
  emptyHistory,
  eventsOf,
  fold,
  isRepair,
  mandateStream,
  Repairs,
  takenBy,
} from '#mandate';
import { recordedBy, steps } from '#mandate/testing';
import type { Entry } from '../../apps/cli/src/replay/timeline.js';
import { Timeline } from '../../apps/cli/src/replay/timeline.js';
import { stateOn } from '../../apps/cli/src/replay/words.js';

/** Everything recorded, as the events of a log; and how many of them were read by stream. */
function logOf(all: readonly Recorded[]) {
  const revisions = new Map<string, number>();
  const events = all.flatMap((recorded) =>
    eventsOf(recorded).map((event): RecordedEvent => {
      const stream = mandateStream(recorded.mandateId);
      const revision = revisions.get(stream) ?? 0;
      revisions.set(stream, revision + 1);
      return {
        ...(event as unknown as RecordedEvent),
        id: '',
        dataText: '',
        metadataText: '',
        stream,
        revision,
        position: '1',
      };
    }),
  );
  const log = {
    read: 0,
    events,
    async *readStream(stream: string, { limit = Infinity } = {}) {
      const page = events.filter((event) => event.stream === stream).slice(0, limit);
      log.read += page.length;
      yield await Promise.resolve(page);
    },
  };
  return log;
}

async function told(log: ReturnType<typeof logOf>, until: string | null): Promise<Entry[]> {
  const timeline = new Timeline(log, until);
  const entries: Entry[] = [];
  for (const event of log.events) {
    const entry = await timeline.next(event);
    if (entry !== null) entries.push(entry);
  }
  return [...entries, ...(await timeline.cut())];
}

/** The same, by folding everything again for each decision and repair. */
function expected(all: readonly Recorded[], until: string | null): Pick<Entry, 'decisionId' | 'decidedOn' | 'state'>[] {
  const histories = new Map<string, History>();
  return all.flatMap((recorded) => {
    const { mandateId, decisionId } = recorded;
    const history = fold(histories.get(mandateId) ?? emptyHistory(mandateId), recorded);
    histories.set(mandateId, history);
    const repairs = new Repairs(history.recorded);
    const root = repairs.rootOf(recorded)!;
    const day = decisionDay(isRepair(recorded) ? repairs.corrected(root) : root);
    if (until !== null && day > until) return [];
    const { mandate, decisions } = until === null ? history : takenBy(history, until);
    return [
      {
        decisionId,
        decidedOn: day === BEGINNING ? null : day,
        state: decisions.length === 0 ? null : stateOn(mandate, day),
      },
    ];
  });
}

const decision = (n: number, decidedOn: string): Recorded => ({
  decisionId: `d-${n}`,
  mandateId: 'untso',
  decidedOn,
  source: { documentId: 'kst-x', locator: 'p. 1' },
  effects: [{ type: 'study', studyId: `s-${n}`, subject: 'whether' }],
});

describe('a replay', () => {
  it('tells what a fold over all that was recorded gives, up to any day', async () => {
    const until = fc.option(fc.constantFrom('2022-06-01', '2022-07-31', '2022-12-31'));
    let repaired = 0;
    await fc.assert(
      fc.asyncProperty(steps(['untso', 'undof']), until, async (all, day) => {
        const { recorded } = recordedBy(all);
        repaired += recorded.filter(isRepair).length;
        const entries = await told(logOf(recorded), day);
        expect(entries.map(({ decisionId, decidedOn, state }) => ({ decisionId, decidedOn, state }))).toEqual(
          expected(recorded, day),
        );
      }),
      { numRuns: 500 },
    );
    expect(repaired).toBeGreaterThan(100);
  });

  it('reads each event once where decisions come in order, and a mandate again for a late one or a repair alone', async () => {
    const inOrder = Array.from({ length: 50 }, (_, n) => decision(n, '2022-06-17'));
    const log = logOf(inOrder);
    expect(await told(log, '2022-12-31')).toHaveLength(50);
    expect(log.read).toBe(0);
    const repaired = logOf([
      ...inOrder,
      decision(50, '2022-06-01'),
      { decisionId: 'r', mandateId: 'untso', reason: 'a mistake', annuls: 'd-3' },
    ]);
    expect((await told(repaired, null)).at(-1)).toMatchObject({ decisionId: 'r', decidedOn: '2022-06-17' });
    expect(repaired.read).toBe(50 + 51);
  });
});
