/** The random decisions leave no effect out. */
import fc from 'fast-check';
import { EFFECT_TYPES } from '../effects/index.js';
import { STATUSES, standingOn } from '../standing.js';
import { effects, effectsByType, recordedBy, steps } from './histories.js';

const SEED = { seed: 29521, numRuns: 2000 };

describe('random decisions', () => {
  it('have every effect', () => {
    const drawn = new Set(fc.sample(effects(), SEED).map(({ type }) => type));
    expect([...drawn].sort()).toEqual([...EFFECT_TYPES].sort());
  });

  it('have every optional member of an effect, and leave it out as well', () => {
    for (const [type, arbitrary] of Object.entries(effectsByType())) {
      const drawn = fc.sample<object>(arbitrary, { ...SEED, numRuns: 200 }).map((effect) => Object.keys(effect));
      const optional = [...new Set(drawn.flat())].filter((key) => drawn.some((keys) => !keys.includes(key)));
      for (const key of optional) {
        const share = drawn.filter((keys) => keys.includes(key)).length / drawn.length;
        expect([type, key, share > 0.1 && share < 0.9]).toEqual([type, key, true]);
      }
    }
  });

  it('lead to every status', () => {
    const days = ['2022-06-01', '2022-07-01', '2022-08-15', '2023-01-01', '2024-08-01', '2027-01-01'];
    const reached = fc
      .sample(steps(['a', 'b']), { ...SEED, numRuns: 600 })
      .flatMap((all) => [...recordedBy(all).histories.values()])
      .flatMap(({ mandate }) => days.map((day) => standingOn(mandate, day, () => undefined).status));
    expect([...new Set(reached)].sort()).toEqual([...STATUSES].sort());
  });

  it('have corrections and annulments', () => {
    const drawn = fc.sample(steps(['a', 'b']), { ...SEED, numRuns: 50 }).flat();
    const repairs = drawn.flatMap((step) => ('decision' in step ? [] : [step.replacement === null]));
    expect(new Set(repairs)).toEqual(new Set([true, false]));
  });
});
