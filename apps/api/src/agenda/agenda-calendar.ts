/** The agenda as a calendar that other programs subscribe to (iCalendar, RFC 5545). */
import type { AgendaItem, Day } from '#mandate';
import { wordsOfItem } from '#mandate';
import { ICalCalendar, ICalEvent, ICalEventTransparency } from 'ical-generator';

export interface CalendarOptions {
  /**
   * When what the calendar says became known, such as the instant of the last recorded event: the same agenda gives the
   * same text.
   */
  readonly stamp: Date;
  /** How many items have no day: they cannot stand in a calendar, and its description says so. */
  readonly undated: number;
  /** Where an item's mandate can be read. */
  readonly urlOf?: (item: AgendaItem) => string;
}

/**
 * The text of the calendar, piece by piece, so that a long one can be sent while it is written. Each item with a day is
 * an event for the whole
 * day, under an id that stays when the day moves; one without is left out.
 */
export function* agendaCalendar(
  items: Iterable<AgendaItem>,
  { stamp, undated, urlOf }: CalendarOptions,
): Generator<string> {
  const calendar = new ICalCalendar({
    name: 'Mandate agenda',
    description: descriptionOf(undated),
    prodId: { company: 'Mandate ledger', product: 'Agenda', language: 'EN' },
  });
  const event = (item: AgendaItem, on: Day): ICalEvent => {
    const { heading, details } = wordsOfItem(item);
    return new ICalEvent(
      {
        id: `${item.itemId}@mandate-ledger`,
        stamp,
        start: new Date(`${on}T00:00:00Z`),
        allDay: true,
        summary: `${heading}: ${item.title}`,
        description: details.join('\n'),
        transparency: ICalEventTransparency.TRANSPARENT,
        ...(urlOf === undefined ? {} : { url: urlOf(item) }),
      },
      calendar,
    );
  };
  // Taken apart, since the library writes a calendar at once and takes 2 µs a character to fold it.
  const [head] = calendar.toString().split(END);
  yield head!;
  for (const item of items) if (item.on !== null) yield folded(event(item, item.on).toString());
  yield `${END}\r\n`;
}

const END = 'END:VCALENDAR';
/** RFC 5545, section 3.1; a line that goes on begins with a blank, which counts. */
const LINE_OCTETS = 75;

/** Breaks lines that are too long, between characters. */
const folded = (text: string): string => text.split('\r\n').map(foldedLine).join('\r\n');

function foldedLine(line: string): string {
  if (Buffer.byteLength(line) <= LINE_OCTETS) return line;
  let text = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LINE_OCTETS) {
      text += '\r\n ';
      octets = 1;
    }
    text += character;
    octets += size;
  }
  return text;
}

function descriptionOf(undated: number): string {
  const all = 'Terms that run out, ends to be determined and reviews that are due.';
  if (undated === 0) return all;
  return (
    `${all} ${undated === 1 ? '1 item has no day and is' : `${undated} items have no day and are`} not in this ` +
    'calendar: GET /v1/agenda lists all.'
  );
}
