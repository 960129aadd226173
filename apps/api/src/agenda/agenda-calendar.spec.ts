/** The calendar against a reviewed golden file, and against the parser of another project. */
import type { AgendaItem } from '#mandate';
import { agendaOf, emptyHistory, fold } from '#mandate';
import { inAgendaOrder } from '#mandate/testing';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { resolve } from 'node:path';
import { expectGolden } from '../../../../tests/golden.js';
import { readDataset } from '../datasets/dataset.js';
import { agendaCalendar } from './agenda-calendar.js';

const stamp = new Date('2022-06-17T12:00:00.000Z');
const calendarOf = (items: readonly AgendaItem[], undated = 0, urlOf?: (item: AgendaItem) => string): string =>
  [...agendaCalendar(items, { stamp, undated, ...(urlOf === undefined ? {} : { urlOf }) })].join('');

const expiry = (more: Partial<AgendaItem> = {}): AgendaItem =>
  ({
    kind: 'expiry',
    itemId: 'expiry-untso.0000-01-01',
    on: '2022-07-31',
    mandateId: 'untso',
    title: 'UNTSO',
    until: '2022-07-31',
    provisional: false,
    endedBy: null,
    contributionId: null,
    ...more,
  }) as AgendaItem;

/** Reads it as a calendar program does. Strict: a malformed line is an error. */
function parsed(text: string) {
  ICAL.design.strict = true;
  const calendar = new ICAL.Component(ICAL.parse(text) as never[]);
  const events = calendar.getAllSubcomponents('vevent');
  return {
    description: calendar.getFirstPropertyValue('x-wr-caldesc'),
    events: events.map((component) => ({ component, event: new ICAL.Event(component) })),
  };
}

/** The agenda of the letter. */
function letterAgenda(): AgendaItem[] {
  const decisions = readDataset(resolve('datasets'), 'kst-29521-446').decisions as never as Parameters<
    typeof fold
  >[1][];
  const histories = new Map<string, ReturnType<typeof emptyHistory>>();
  for (const decision of decisions) {
    const { mandateId } = decision;
    histories.set(mandateId, fold(histories.get(mandateId) ?? emptyHistory(mandateId), decision));
  }
  return [...histories.values()].flatMap(({ mandate }) => agendaOf(mandate)).sort(inAgendaOrder);
}

describe('the calendar of the agenda', () => {
  it('of the letter is as it was reviewed', () => {
    const items = letterAgenda();
    const undated = items.filter(({ on }) => on === null).length;
    const text = calendarOf(items, undated, ({ mandateId }) => `http://127.0.0.1:3000/v1/mandates/${mandateId}`);
    expectGolden('letter-agenda.ics', text);
    const { events, description } = parsed(text);
    expect(events).toHaveLength(items.length - undated);
    expect(undated).toBeGreaterThan(0);
    expect(description).toContain(`${undated} items have no day and are not in this calendar`);
  });

  it('has an event of the whole day that blocks no time, with the given id and stamp', () => {
    const { component, event } = parsed(calendarOf([expiry()], 0, () => 'http://127.0.0.1:3000/v1/mandates/untso'))
      .events[0]!;
    expect(event.startDate.isDate).toBe(true);
    expect([event.startDate.toString(), event.endDate.toString()]).toEqual(['2022-07-31', '2022-08-01']);
    expect(event.uid).toBe('expiry-untso.0000-01-01@mandate-ledger');
    expect(component.getFirstPropertyValue('dtstamp')?.toString()).toBe('2022-06-17T12:00:00Z');
    expect(component.getFirstPropertyValue('transp')).toBe('TRANSPARENT');
    expect(component.getFirstPropertyValue('url')).toBe('http://127.0.0.1:3000/v1/mandates/untso');
  });

  const endless = { kind: 'end-to-be-determined', endedBy: 'UN', contributionId: null } as const;
  const review = { kind: 'review', reviewId: 'r', trigger: 'autumn; or earlier', dueBy: '2022-23' } as const;
  it.each<[Partial<AgendaItem>, string, string]>([
    [{}, 'Last day: UNTSO', 'Mandate: untso\nUntil: 2022-07-31'],
    [
      { provisional: true, contributionId: 'staff', endedBy: 'UN' },
      'Last day of staff: UNTSO',
      'Mandate: untso\nContribution: staff\nUntil: 2022-07-31 (provisional)\nEnded by: UN',
    ],
    [endless, 'End to be determined: UNTSO', 'Mandate: untso\nEnded by: UN\nThe day of the end is still to be set.'],
    [
      { ...endless, endedBy: null, contributionId: 'staff' },
      'End of staff to be determined: UNTSO',
      'Mandate: untso\nContribution: staff\nThe day of the end is still to be set.',
    ],
    [review, 'Review due: UNTSO', 'Mandate: untso\nReview: r\nTrigger: autumn; or earlier\nDue by: 2022-23'],
  ])('says of %j: %s', (more, summary, description) => {
    const { event } = parsed(calendarOf([expiry(more)])).events[0]!;
    expect([event.summary, event.description]).toEqual([summary, description]);
  });

  it('leaves out items without a day, and says so', () => {
    const study = { ...expiry(), kind: 'study', on: null, studyId: 's', subject: 'x', openedOn: null } as never;
    const { events, description } = parsed(calendarOf([study, expiry()], 1));
    expect(events.map(({ event }) => event.summary)).toEqual(['Last day: UNTSO']);
    expect(description).toContain('1 item has no day and is not in this calendar: GET /v1/agenda lists all.');
    expect(parsed(calendarOf([], 0)).description).not.toContain('no day');
  });

  it('keeps every title unchanged, in lines of at most 75 octets that end with CR and LF', () => {
    const texts = fc
      .string({ unit: 'binary', maxLength: 200, size: 'max' })
      .map((text) => text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, ''));
    const awkward = fc.array(fc.constantFrom('Géorgië ', '😀', '\\', ';', ',', ':', '"', '\n', '\\n', ' ', '\t', '́'), {
      maxLength: 100,
      size: 'max',
    });
    fc.assert(
      fc.property(
        fc.oneof(
          texts,
          awkward.map((parts) => parts.join('')),
        ),
        (title) => {
          const text = calendarOf([expiry({ title })]);
          expect(text).not.toMatch(/[^\r]\n|\r[^\n]/);
          expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
          for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
          for (const line of text.split('\r\n')) expect(line.isWellFormed()).toBe(true);
          expect(parsed(text).events[0]!.event.summary).toBe(`Last day: ${title}`);
        },
      ),
      { numRuns: 300 },
    );
  });
});
