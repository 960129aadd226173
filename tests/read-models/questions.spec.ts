/** Differences, totals and the agenda against the fold: any history, asked at any times. */
import fc from 'fast-check';
import { join } from 'node:path';
import type { Recorded } from '#mandate';
import { agendaOf } from '#mandate';
import { acceptedOf, decided, inAgendaOrder, recordedBy, steps, twelve } from '#mandate/testing';
import type { AskedTimes } from '#read-models';
import { temporaryFolder } from '../temporary-folder.js';
import { heldIn, logOf, openViews } from './views.js';

const MANY = Array.from({ length: 10 }, (_, i) => `mandate-${i}`);
const histories = steps(MANY, ['untso', 'undof'], 150).map((all) => recordedBy(all).recorded);
const DAYS = [
  '2022-05-31',
  '2022-06-01',
  '2022-06-17',
  '2022-06-30',
  '2022-08-01',
  '2023-01-01',
  '2023-09-01',
  '2024-03-01',
  '2026-01-01',
];
const page = { after: null, limit: 1000 };

interface Item {
  readonly mandateId: string;
  readonly kinds: string[];
  readonly before: unknown;
  readonly after: unknown;
  readonly decisions: { readonly decisionId: string }[];
}

describe('the questions about all mandates', () => {
  const folder = temporaryFolder();
  let n = 0;
  afterAll(() => folder.remove());
  const viewsOf = (recorded: readonly Recorded[]) => {
    const views = openViews(join(folder.path, `views-${n++}.db`));
    const log = logOf(recorded);
    for (let at = 0; at < log.length; at += 50) views.projector.project(log.slice(at, at + 50));
    const states = (asked: AskedTimes): Map<string, unknown> =>
      new Map(
        views.mandates
          .list(asked, page)
          .items.map((json) => JSON.parse(json) as { mandateId: string })
          .map((each) => [each.mandateId, each]),
      );
    return { views, log, states };
  };
  const parsed = ({ items }: { readonly items: readonly string[] }): Item[] =>
    items.map((json) => JSON.parse(json) as Item);
  /** The state without the day and the knowledge that were asked for. */
  const plain = (state: unknown): unknown => ({ ...(state as object), asOf: null, knownAt: null });
  const applied = (before: Map<string, unknown>, changes: readonly Item[]): Map<string, unknown> => {
    const after = new Map([...before].map(([id, state]) => [id, plain(state)]));
    for (const { mandateId, before: was, after: is } of changes) {
      expect(was === null ? undefined : plain(was)).toEqual(after.get(mandateId));
      if (is === null) after.delete(mandateId);
      else after.set(mandateId, plain(is));
    }
    return new Map([...after].sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const plainly = (states: Map<string, unknown>): Map<string, unknown> =>
    new Map([...states].map(([id, state]) => [id, plain(state)]));

  it('make the state of the second day out of that of the first, whatever was decided and known', () => {
    let found = 0;
    const times = fc.record({
      days: fc.tuple(fc.constantFrom(...DAYS), fc.constantFrom(...DAYS)),
      decidedBy: fc.option(fc.constantFrom('2022-06-17', '2022-07-31', '2022-12-01'), { freq: 3 }),
      share: fc.option(
        fc.integer({ min: 0, max: 100 }).map((each) => each / 100),
        { freq: 3 },
      ),
    });
    fc.assert(
      fc.property(histories, fc.array(times, { minLength: 6, maxLength: 6 }), (recorded, asked) => {
        const { views, log, states } = viewsOf(recorded);
        for (const { days, decidedBy, share } of asked) {
          const [from, to] = [...days].sort() as [string, string];
          const knownAt = { size: share === null ? log.length : Math.round(share * log.length) };
          const changes = parsed(views.changes.between(from, to, { decidedBy, knownAt }, page));
          const state = (asOf: string): Map<string, unknown> => states({ asOf, decidedBy, knownAt });
          expect(applied(state(from), changes)).toEqual(plainly(state(to)));
          for (const { kinds, decisions } of changes)
            expect([kinds.length > 0, decisions.length > 0]).toEqual([true, true]);
          found += changes.length;
        }
        views.close();
      }),
      { numRuns: 120 },
    );
    expect(found).toBeGreaterThan(300); // otherwise the property would say little
  });

  it('make what is known at the second moment out of what was known at the first', () => {
    let found = 0;
    const share = fc.integer({ min: 0, max: 100 }).map((each) => each / 100);
    fc.assert(
      fc.property(
        histories,
        fc.array(fc.tuple(share, share, fc.constantFrom(...DAYS)), { minLength: 6, maxLength: 6 }),
        (recorded, asked) => {
          const { views, log, states } = viewsOf(recorded);
          for (const [a, b, asOf] of asked) {
            const [from, to] = [a, b]
              .sort((x, y) => x - y)
              .map((each) => ({ size: Math.round(each * log.length) })) as [{ size: number }, { size: number }];
            const changes = parsed(views.changes.learnt(from, to, { asOf }, page));
            const known = (knownAt: { size: number }): Map<string, unknown> => states({ asOf, knownAt });
            expect(applied(known(from), changes)).toEqual(plainly(known(to)));
            for (const { mandateId, after } of changes)
              expect(plain(after ?? null)).toEqual(plain(known(to).get(mandateId) ?? null));
            found += changes.length;
          }
          views.close();
        },
      ),
      { numRuns: 120 },
    );
    expect(found).toBeGreaterThan(300);
  });

  it('are paged without a gap or a double', () => {
    const { views } = viewsOf(
      MANY.flatMap(
        (mandateId, i) =>
          acceptedOf(
            [
              { ...twelve, mandateId, decisionId: `open-${i}` },
              {
                ...decided('2022-06-17', { type: 'increase', to: { exactly: 15 } }),
                mandateId,
                decisionId: `more-${i}`,
              },
            ],
            mandateId,
          ).accepted,
      ),
    );
    const ids: string[] = [];
    for (let after: string | null = null; ;) {
      const { items, next } = views.changes.between('2022-06-01', '2022-06-30', {}, { after, limit: 3 });
      ids.push(...items.map((json) => (JSON.parse(json) as Item).mandateId));
      if (next === null) break;
      after = next;
    }
    expect(ids).toEqual(MANY);
    const agenda: string[] = [];
    for (let after: string | null = null; ;) {
      const { items, next } = views.agenda.list('2022-01-01', '9999-12-31', { after, limit: 3 });
      agenda.push(...items);
      if (next === null) break;
      after = next;
    }
    expect(agenda).toEqual(views.agenda.list('2022-01-01', '9999-12-31', page).items);
    expect(agenda).toHaveLength(MANY.length);
    views.close();
  });

  it('have on the agenda what the mandates have on theirs, by day', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom(...DAYS), fc.constantFrom(...DAYS), (recorded, a, b) => {
        const [from, to] = [a, b].sort() as [string, string];
        const { views, log } = viewsOf(recorded);
        const all = MANY.flatMap((mandateId) => {
          const mandate = heldIn(log, mandateId, log.length, null);
          return mandate === null ? [] : agendaOf(mandate);
        }).sort(inAgendaOrder);
        const expected = all.filter(({ on }) => on === null || (from <= on && on <= to));
        expect(views.agenda.list(from, to, page).items.map((json) => JSON.parse(json) as unknown)).toEqual(expected);
        expect(views.agenda.undated()).toBe(all.filter(({ on }) => on === null).length);
        views.close();
      }),
      { numRuns: 80 },
    );
  });
});
