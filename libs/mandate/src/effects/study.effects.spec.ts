import { decided, given, twelve } from '../testing/given.js';

const study = decided('2022-06-17', {
  type: 'study',
  studyId: 'unit',
  subject: 'Althea',
  target: { missions: ['eufor-althea'], until: '2025-07-31' },
  notified: true,
});
const intention = decided('2022-06-17', { type: 'intend', intentionId: 'ship', subject: 'A ship' });

describe('study', () => {
  it('opens a mandate that is under study until it is concluded', () => {
    given(study)
      .holds('2022-06-17', {
        status: 'under-study',
        title: 'Althea',
        missions: ['eufor-althea'],
        term: null,
        strength: { minimum: null, maximum: null, approximate: false, stated: null },
      })
      .when(decided('2022-10-01', { type: 'conclude-study', studyId: 'unit', outcome: 'dropped' }))
      .thenHolds('2022-09-30', { status: 'under-study' })
      .holds('2022-10-01', {
        status: 'declined',
        studies: [{ outcome: 'dropped', concludedOn: '2022-10-01', notified: true }] as never,
      });
  });
  it('of a mandate in force is listed in it and does not change its status', () => {
    given(twelve, decided('2022-06-17', { type: 'study', studyId: 'more', subject: 'more' })).holds('2022-06-17', {
      status: 'in-force',
      studies: [{ studyId: 'more' }] as never,
    });
  });
  it('is refused under an id that is in use', () => {
    given(study)
      .when(decided('2022-07-01', { type: 'study', studyId: 'unit', subject: 'again' }))
      .thenRefused('id-in-use', /already has unit/, 'effects[0].studyId');
  });
});

describe('conclude-study', () => {
  it('is refused for a study that is unknown, or not yet open on that day', () => {
    given(study)
      .when(decided('2022-07-01', { type: 'conclude-study', studyId: 'x', outcome: 'adopted' }))
      .thenRefused('study-unknown', /no study x on that date/, 'effects[0].studyId');
    given(twelve, study)
      .when(decided('2022-06-16', { type: 'conclude-study', studyId: 'unit', outcome: 'adopted' }))
      .thenRefused('study-unknown', /no study unit/);
  });
  it('is refused twice', () => {
    given(study, decided('2022-10-01', { type: 'conclude-study', studyId: 'unit', outcome: 'adopted' }))
      .when(decided('2022-10-02', { type: 'conclude-study', studyId: 'unit', outcome: 'dropped' }))
      .thenRefused('study-concluded', /was concluded on 2022-10-01: adopted/);
  });
});

describe('intend', () => {
  it('opens a mandate that is intended until it is concluded', () => {
    given(intention)
      .holds('2022-06-17', { status: 'intended', title: 'A ship' })
      .when(decided('2022-10-01', { type: 'conclude-intention', intentionId: 'ship', outcome: 'dropped' }))
      .thenHolds('2022-10-01', { status: 'declined' });
  });
  it('comes after an open study in the order of statuses', () => {
    given(intention, study).holds('2022-06-17', { status: 'under-study' });
  });
  it('is refused under an id that is in use', () => {
    given(intention)
      .when(decided('2022-07-01', { type: 'intend', intentionId: 'ship', subject: 'x' }))
      .thenRefused('id-in-use', /already has ship/, 'effects[0].intentionId');
  });
});

describe('conclude-intention', () => {
  it('is refused for an intention that is unknown, and twice', () => {
    given(intention)
      .when(decided('2022-07-01', { type: 'conclude-intention', intentionId: 'x', outcome: 'dropped' }))
      .thenRefused('intention-unknown', /no intention x/);
    given(intention, decided('2022-10-01', { type: 'conclude-intention', intentionId: 'ship', outcome: 'carried-out' }))
      .when(decided('2022-10-02', { type: 'conclude-intention', intentionId: 'ship', outcome: 'dropped' }))
      .thenRefused('intention-concluded', /was concluded on 2022-10-01: carried-out/);
  });
});

describe('decline', () => {
  it('opens a mandate that is declined, and is listed in one that is in force', () => {
    const decline = { type: 'decline', subject: 'Attack helicopters', requestedBy: 'Germany' } as const;
    given(decided('2022-06-17', decline)).holds('2022-06-17', { status: 'declined', title: 'Attack helicopters' });
    given(twelve, decided('2022-06-17', decline)).holds('2022-06-17', {
      status: 'in-force',
      declined: [{ subject: 'Attack helicopters', requestedBy: 'Germany', declinedOn: '2022-06-17' }],
    });
  });
});
