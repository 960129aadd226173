/**
 * The log as text, page by page: SQLite puts each page together from the stored text, and one piece of bytes comes out.
 */
import type { Database } from '#sqlite';

/** How an event is written: by itself or as a CloudEvent, as a line or as a server-sent event. */
export interface EventForm {
  readonly as: 'event' | 'cloudevent';
  readonly framed: 'line' | 'sent-event';
}

export interface EventPage {
  readonly bytes: Uint8Array;
  /** Leaf index of the event that comes after the page. */
  readonly next: number;
}

export interface EventLinesView {
  /**
   * A page of the events from one leaf index up to, without, another; null where the views do not hold the first of
   * them.
   */
  page(from: number, end: number, form: EventForm): EventPage | null;
  /** Leaf index of the first event after a position, of those before `end`; `end` where there is none. */
  firstAfter(position: string, end: number, compare: (a: string, b: string) => number): number;
}

/** Both are bounds of one page: so much is put together, and sent, in a few milliseconds. */
const PAGE_BYTES = 192 * 1024;
const PAGE_EVENTS = 256;

/** What is stored is canonical JSON, so it has no line break of its own. */
const EVENT = `'{"leafIndex":' || leaf_index || ',"position":"' || position || '","id":"' || id ||
  '","stream":' || json_quote(stream) ||
  ',"revision":' || revision || ',"type":"' || type || '","data":' || data || ',"metadata":' || metadata || '}'`;

/** An attribute from the metadata, left out where the event has none: a registration is of no decision. */
const fromMetadata = (attribute: string, member: string): string =>
  `coalesce(',"${attribute}":' || (metadata -> '$.${member}'), '')`;

/**
 * CloudEvents 1.0, structured mode: the names of attributes are lower-case letters and digits, at most 20, and their
 * values are of simple
 * types, so the whole metadata is one text. `correlationid` and `causationid` are those of the specification's own
 * extension.
 */
const CLOUD_EVENT = [
  `'{"specversion":"1.0","id":"' || id || '","source":"/v1/events","type":"' || type || '","subject":' || ` +
    'json_quote(stream)',
  fromMetadata('time', 'recordedAt'),
  `',"datacontenttype":"application/json","data":' || data || ',"position":"' || position || '","leafindex":' || ` +
    'leaf_index',
  `',"revision":' || revision`,
  fromMetadata('decisionid', 'decisionId'),
  fromMetadata('effectindex', 'effectIndex'),
  fromMetadata('effectcount', 'effectCount'),
  fromMetadata('recordedby', 'recordedBy'),
  fromMetadata('correlationid', 'correlationId'),
  fromMetadata('causationid', 'causationId'),
  `',"metadata":' || json_quote(metadata) || '}'`,
].join(' || ');

const WRITTEN = { event: EVENT, cloudevent: CLOUD_EVENT };
const FRAMED = {
  line: (text: string): string => `${text} || char(10)`,
  'sent-event': (text: string): string =>
    `'id: ' || position || char(10) || 'event: ' || type || char(10) || 'data: ' || ${text} || char(10) || char(10)`,
};

export function openEventLines(db: Database): EventLinesView {
  const positionAt = db.prepare('SELECT position FROM event WHERE leaf_index = ?');
  // Lengths stand in the row's header, so texts that will not fit are not read.
  const last = db.prepare(`
    SELECT max(leaf_index) FILTER (WHERE total <= ${PAGE_BYTES}), min(leaf_index) FROM (
      SELECT leaf_index, sum(octet_length(data) + octet_length(metadata)) OVER (ORDER BY leaf_index) AS total
      FROM event WHERE leaf_index BETWEEN ? AND ?)`);
  /** As bytes: as text, JavaScript would decode it to encode it again. */
  const join = ({ as, framed }: EventForm) =>
    db.prepare(
      `SELECT CAST(group_concat(${FRAMED[framed](WRITTEN[as])}, '' ORDER BY leaf_index) AS BLOB) FROM event WHERE ` +
        'leaf_index BETWEEN ? AND ?',
    );
  const joined = {
    event: { line: join({ as: 'event', framed: 'line' }), 'sent-event': join({ as: 'event', framed: 'sent-event' }) },
    cloudevent: {
      line: join({ as: 'cloudevent', framed: 'line' }),
      'sent-event': join({ as: 'cloudevent', framed: 'sent-event' }),
    },
  };
  return {
    page(from, end, { as, framed }) {
      const [fits, first] = last.get(from, Math.min(end, from + PAGE_EVENTS) - 1)!;
      if (first !== from) return null;
      const to = (fits as number | null) ?? from; // one that is too large for a page is a page of its own
      return { bytes: joined[as][framed].get(from, to)![0] as unknown as Uint8Array, next: to + 1 };
    },
    firstAfter(position, end, compare) {
      let [low, high] = [0, end];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (compare(positionAt.get(middle)![0] as string, position) > 0) high = middle;
        else low = middle + 1;
      }
      return low;
    },
  };
}
