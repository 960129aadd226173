import type { Standing, StandingContribution } from '#mandate';
import type { Cell } from '../http/csv.js';
import type { MandateItem } from './mandates.answers.js';
import { MANDATES_TABLE } from './mandates.answers.js';

const contribution: StandingContribution = {
  contributionId: 'staff',
  description: null,
  missionId: null,
  categories: ['military'],
  strength: { atMost: 15 },
  term: null,
  assets: [],
  inTerm: true,
};
const mandate: MandateItem = {
  mandateId: 'm',
  title: 'Contribution',
  missions: ['a', 'b'],
  organisations: ['EU', 'UN'],
  region: null,
  status: 'in-force',
  ending: false,
  term: null,
  strength: { minimum: null, maximum: null, approximate: false, stated: null },
  contributions: [],
  provisional: false,
  reviews: [],
  studies: [],
  intentions: [],
  declined: [],
  reservations: [],
  financing: null,
  lastDecision: null,
  revision: 0,
  asOf: '2022-07-01',
  decidedBy: null,
  knownAt: 'size:118',
};
const row = (more: Partial<Standing>): Record<string, Cell> =>
  Object.fromEntries(MANDATES_TABLE.columns.map(({ name, cell }) => [name, cell({ ...mandate, ...more } as never)]));

describe('a mandate as a row', () => {
  it('leaves a cell empty for what is not known, and shows 0 as 0', () => {
    expect(row({})).toMatchObject({
      missions: 'a; b',
      region: null,
      termFrom: null,
      strengthMinimum: null,
      strengthStated: null,
      lastDecisionId: null,
    });
    expect(row({ strength: { minimum: 0, maximum: 15, approximate: false, stated: { atMost: 15 } } })).toMatchObject({
      strengthMinimum: 0,
      strengthMaximum: 15,
      strengthStated: 'at most 15',
    });
    expect(
      row({ strength: { minimum: null, maximum: null, approximate: false, stated: { undisclosed: true } } }),
    ).toMatchObject({
      strengthMaximum: null,
      strengthStated: 'an undisclosed strength',
    });
  });

  it.each<[Partial<StandingContribution>, string]>([
    [{}, 'staff: at most 15 military'],
    [{ description: 'Staff officers', missionId: 'unifil' }, 'Staff officers: at most 15 military, for unifil'],
    [{ categories: ['civilian', 'police'], strength: { exactly: 3 } }, 'staff: 3 civilian or police'],
    [
      { assets: [{ kind: 'helicopter', count: 3 }, { kind: 'radar' }] },
      'staff: at most 15 military, with 3 × helicopter, with radar',
    ],
    [{ term: { from: '2022-07', until: '2023-22' } }, 'staff: at most 15 military, from 2022-07, until 2023-22'],
    [{ term: { from: null, until: 'open' } }, 'staff: at most 15 military, open-ended'],
    [{ term: { from: null, until: 'not-stated' } }, 'staff: at most 15 military, end not stated'],
    [{ term: { from: null, until: 'to-be-determined' } }, 'staff: at most 15 military, end to be determined'],
    [{ term: { from: null, until: '2021' }, inTerm: false }, 'staff: at most 15 military, until 2021, out of its term'],
  ])('describes a contribution %j in words', (more, text) => {
    expect(row({ contributions: [{ ...contribution, ...more }] })['contributions']).toBe(text);
  });

  it('shows studies and reviews with their state', () => {
    const study = { studyId: 's', subject: 'Frigate', target: null, notified: true, openedOn: null, concludedOn: null };
    const review = { reviewId: 'r', trigger: 'Election', scheduledOn: null, outcome: null };
    expect(
      row({
        studies: [
          { ...study, outcome: null },
          { ...study, outcome: 'dropped' },
        ],
        reviews: [
          { ...review, dueBy: null, heldOn: null },
          { ...review, dueBy: '2023', heldOn: null },
          { ...review, dueBy: '2023', heldOn: '2022-12-01' },
        ],
      }),
    ).toMatchObject({
      studies: 'Frigate (open); Frigate (dropped)',
      reviews: 'Election (not dated); Election (due by 2023); Election (held on 2022-12-01)',
    });
  });
});
