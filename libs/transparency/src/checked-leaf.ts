/** Events of unknown origin, a row of a store or a line of an export: their leaf, or what is wrong with them. Nothing here throws. */
import { canonicalText, flawOfString, flawOfText, isObject, parsed, storedText } from './canonical-text.js';
import type { EventTexts } from './leaf.js';
import { leafText } from './leaf.js';

export interface LeafWrong {
  /** What is wrong, in words: "data.to is not an integer within ±(2^53−1)". */
  readonly wrong: string;
}

/** An event that may have a leaf, and the text of that leaf. */
export interface LeafOf<Event extends EventTexts> {
  readonly event: Event;
  readonly leaf: string;
  readonly wrong?: undefined;
}

/** A line of an export or of GET /v1/events. */
export interface LineEvent extends EventTexts {
  readonly leafIndex: number;
  /** Opaque, and not part of the leaf. */
  readonly position: string;
}

/** The longest line that is looked at; an event takes 1 MiB at most, and escapes may make six characters of one. */
export const LONGEST_LINE_CHARACTERS = 8 * 1024 * 1024;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LINE_MEMBERS = ['leafIndex', 'position', 'id', 'stream', 'revision', 'type', 'data', 'metadata'];

/** A row as a store holds it: its texts are to be canonical as they stand. */
export function leafOfRow(row: { readonly [field in keyof EventTexts]: unknown }): LeafOf<EventTexts> | LeafWrong {
  const data = storedText(row.dataText, 'data');
  if (data.wrong !== undefined) return { wrong: data.wrong };
  const metadata = storedText(row.metadataText, 'metadata');
  if (metadata.wrong !== undefined) return { wrong: metadata.wrong };
  const head = headOf(row);
  if (head.wrong !== undefined) return head;
  return withLeaf({ ...head, dataText: data.text, metadataText: metadata.text });
}

/** A line, without its line end. White space and the order of keys are free in it, since the leaf is made of its values. */
export function leafOfLine(line: string): LeafOf<LineEvent> | LeafWrong {
  if (line.length > LONGEST_LINE_CHARACTERS) return { wrong: `the line is longer than ${LONGEST_LINE_CHARACTERS} characters` };
  const value = parsed(line);
  if (value === undefined) return { wrong: 'the line is not JSON' };
  if (!isObject(value)) return { wrong: 'the line is not an object' };
  const missing = LINE_MEMBERS.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return { wrong: `${missing} is missing` };
  const unknown = Object.keys(value).find((name) => !LINE_MEMBERS.includes(name));
  if (unknown !== undefined) return { wrong: `${unknown} is no member of an event` };

  const { leafIndex, position } = value;
  if (!isCount(leafIndex)) return { wrong: 'leafIndex is not an integer from 0' };
  if (typeof position !== 'string') return { wrong: 'position is not text' };
  const head = headOf(value);
  if (head.wrong !== undefined) return head;
  for (const name of ['data', 'metadata']) if (!isObject(value[name])) return { wrong: `${name} is not an object` };
  const data = canonicalText(value['data'], 'data');
  if (data.wrong !== undefined) return { wrong: data.wrong };
  const metadata = canonicalText(value['metadata'], 'metadata');
  if (metadata.wrong !== undefined) return { wrong: metadata.wrong };

  const found = withLeaf({ leafIndex, position, ...head, dataText: data.text, metadataText: metadata.text });
  const wrong = found.wrong === undefined && line !== eventLine(found.event) ? flawOfText(line, 'the line') : null;
  return wrong === null ? found : { wrong };
}

/** The line of an event as an export has it, without its line end. */
export const eventLine = ({ leafIndex, position, id, stream, revision, type, dataText, metadataText }: LineEvent): string =>
  `{"leafIndex":${leafIndex},"position":${JSON.stringify(position)},"id":"${id}","stream":${JSON.stringify(stream)},"revision":${revision},"type":${JSON.stringify(type)},"data":${dataText},"metadata":${metadataText}}`;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const withLeaf = <Event extends EventTexts>(event: Event): LeafOf<Event> => ({ event, leaf: leafText(event) });

type Head = Pick<EventTexts, 'id' | 'stream' | 'revision' | 'type'> & { readonly wrong?: undefined };

function headOf({ id, stream, revision, type }: Readonly<Record<string, unknown>>): Head | LeafWrong {
  if (typeof id !== 'string' || !UUID.test(id)) return { wrong: 'id is not a lower-case UUID' };
  if (!isCount(revision)) return { wrong: 'revision is not an integer from 0' };
  if (typeof stream !== 'string' || stream === '') return { wrong: 'stream is not text' };
  if (typeof type !== 'string' || type === '') return { wrong: 'type is not text' };
  const wrong = flawOfString(stream, 'stream') ?? flawOfString(type, 'type');
  return wrong === null ? { id, stream, revision, type } : { wrong };
}
