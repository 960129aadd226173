/** The compiled check and class-validator must accept the same values. */
import fc from 'fast-check';
import 'reflect-metadata';
import { decisionsOn } from '#mandate/testing';
import { DecisionDto } from '../decisions/decision.dto.js';
import { MandatesQuery } from '../mandates/mandates.query.dto.js';
import { DocumentDto } from '../registry/document.dto.js';
import { MissionDto } from '../registry/mission.dto.js';
import { NoQuery } from './page.query.js';
import { accepts, refusals, validateBody } from './validate-body.js';

const DTOS = [DecisionDto, MissionDto, DocumentDto, MandatesQuery, NoQuery] as const;

/** A body with one member anywhere removed, renamed or replaced. */
function damaged(body: object, path: number, by: unknown, rename: string | null): object {
  const copy = JSON.parse(JSON.stringify(body)) as object;
  const places: [Record<string, unknown>, string][] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(copy);
  const [owner, key] = places[path % places.length]!;
  if (rename !== null)
    Object.defineProperty(owner, rename, { value: owner[key], enumerable: true, configurable: true, writable: true });
  if (by === undefined || rename !== null) delete owner[key];
  else owner[key] = by;
  return copy;
}

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    ' ',
    'x',
    'open',
    '2022-06',
    '2022-02-30',
    0,
    -1,
    1.5,
    12,
    true,
    [],
    {},
    [[]],
    [null],
    [{}],
    { type: 'extend' },
    { exactly: 1 },
    '\u0000',
    '\ud800',
  ),
  fc.json().map((text) => JSON.parse(text) as unknown),
);
const names = fc.constantFrom(null, null, 'x', 'type', 'constructor', '__proto__', 'toString', 'until');

describe('the compiled check', () => {
  it('accepts every decision that the domain can make', () => {
    fc.assert(
      fc.property(decisionsOn(['untso']), (decision) => {
        expect(refusals(DecisionDto, decision)).toEqual([]);
        expect(accepts(DecisionDto, decision)).toBe(true);
        expect(validateBody(DecisionDto, decision)).toBe(decision);
      }),
      { numRuns: 500 },
    );
  });

  it('accepts a damaged body exactly if class-validator does', () => {
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(decisionsOn(['untso']), fc.nat(), junk, names, (decision, path, by, rename) => {
        const body = damaged(decision, path, by, rename);
        const verdict = accepts(DecisionDto, body);
        expect([verdict, JSON.stringify(body)]).toEqual([
          refusals(DecisionDto, body).length === 0,
          JSON.stringify(body),
        ]);
        if (verdict) accepted++;
        else refused++;
      }),
      { numRuns: 6000 },
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(30); // else the property would prove nothing
  });

  it('accepts any JSON exactly if class-validator does', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DTOS), fc.json(), (dto, text) => {
        const value = JSON.parse(text) as unknown;
        expect(accepts(dto, value)).toBe(refusals(dto, value).length === 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('lists at most twenty refusals and tells how many others there are', () => {
    const effects = Array.from({ length: 50 }, () => ({ type: 'reserve', rigth: 'x' }));
    const body = { mandateId: 'untso', decidedOn: '2022-06-17', source: { documentId: 'x', locator: 'y' }, effects };
    expect(() => validateBody(DecisionDto, body)).toThrow(/99 more below/);
    try {
      validateBody(DecisionDto, body);
    } catch (error) {
      expect((error as { extra: { errors: object[] } }).extra.errors).toHaveLength(20);
    }
  });
});
