import { decided, given, twelve } from '../testing/given.js';

const scheduled = decided('2022-06-17', {
  type: 'schedule-review',
  reviewId: 'autumn',
  trigger: 'strategic review',
  dueBy: '2022-23',
});

describe('schedule-review and hold-review', () => {
  it('keep a review with what became of it', () => {
    given(twelve, scheduled)
      .holds('2022-06-17', {
        reviews: [
          {
            reviewId: 'autumn',
            trigger: 'strategic review',
            dueBy: '2022-23',
            scheduledOn: '2022-06-17',
            heldOn: null,
            outcome: null,
          },
        ],
      })
      .when(decided('2022-11-01', { type: 'hold-review', reviewId: 'autumn', outcome: 'unchanged' }))
      .thenHolds('2022-11-01', {
        reviews: [{ reviewId: 'autumn', heldOn: '2022-11-01', outcome: 'unchanged' }] as never,
      });
  });
  it('are refused under an id in use, for one that is unknown, and twice', () => {
    given(twelve, scheduled)
      .when(decided('2022-07-01', { type: 'schedule-review', reviewId: 'autumn', trigger: 'x' }))
      .thenRefused('id-in-use', /already has a review autumn/, 'effects[0].reviewId');
    given(twelve, scheduled)
      .when(decided('2022-07-01', { type: 'hold-review', reviewId: 'x', outcome: 'y' }))
      .thenRefused('review-unknown', /no review x on that date/);
    given(twelve, scheduled, decided('2022-07-01', { type: 'hold-review', reviewId: 'autumn', outcome: 'y' }))
      .when(decided('2022-07-02', { type: 'hold-review', reviewId: 'autumn', outcome: 'z' }))
      .thenRefused('review-unknown', /was held on 2022-07-01 already/);
  });
});

describe('reserve', () => {
  it('keeps the right with the day', () => {
    given(twelve)
      .when(decided('2022-06-17', { type: 'reserve', right: 'to leave early' }))
      .thenHolds('2022-06-17', { reservations: [{ right: 'to leave early', reservedOn: '2022-06-17' }] });
  });
});
