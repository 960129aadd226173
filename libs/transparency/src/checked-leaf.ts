/**
 * Events of unknown origin, a row of a store or a line of an export: their leaf, or what is wrong with them. Nothing
 * here throws.
 */
import { canonicalText, flawOfString, flawOfText, isObject, parsed, shown, storedText } from './canonical-text.js';
import type { EventTexts } from './leaf.js';
import { UUID, leafText } from './leaf.js';

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

const LINE_MEMBERS = ['leafIndex', 'position', 'id', 'stream', 'revision', 'type', 'data', 'metadata'];

/** A row as a store holds it: its texts are to be canonical as they stand. */
export function leafOfRow(row: { readonly [field in keyof EventTexts]: unknown }): LeafOf<EventTexts> | LeafWrong {
  const wrong =
    flawOfHead(row) ?? storedText(row.dataText, 'data').wrong ?? storedText(row.metadataText, 'metadata').wrong;
  if (wrong !== undefined) return { wrong };
  const event = row as EventTexts;
  return { event, leaf: leafText(event) };
}

/**
 * A line, without its line end. White space and the order of keys are free in it, since the leaf is made of its values.
 */
export function leafOfLine(line: string): LeafOf<LineEvent> | LeafWrong {
  if (line.length > LONGEST_LINE_CHARACTERS)
    return { wrong: `the line is longer than ${LONGEST_LINE_CHARACTERS} characters` };
  const value = parsed(line);
  if (value === undefined) return { wrong: 'the line is not JSON' };
  if (!isObject(value)) return { wrong: 'the line is not an object' };
  const missing = LINE_MEMBERS.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return { wrong: `${missing} is missing` };
  const unknown = Object.keys(value).find((name) => !LINE_MEMBERS.includes(name));
  if (unknown !== undefined)
    return { wrong: flawOfString(unknown, 'a key of the line') ?? `${shown(unknown)} is no member of an event` };

  const { leafIndex, position, data, metadata } = value;
  if (!isCount(leafIndex)) return { wrong: 'leafIndex is not an integer from 0' };
  if (typeof position !== 'string') return { wrong: 'position is not text' };
  if (!isObject(data)) return { wrong: 'data is not an object' };
  if (!isObject(metadata)) return { wrong: 'metadata is not an object' };
  const wrong = flawOfHead(value);
  if (wrong !== undefined) return { wrong };
  const { id, stream, revision, type } = value as unknown as EventTexts;
  const dataText = canonicalText(data, 'data');
  if (dataText.wrong !== undefined) return { wrong: dataText.wrong };
  const metadataText = canonicalText(metadata, 'metadata');
  if (metadataText.wrong !== undefined) return { wrong: metadataText.wrong };

  const event = {
    leafIndex,
    position,
    id,
    stream,
    revision,
    type,
    dataText: dataText.text,
    metadataText: metadataText.text,
  };
  const flaw = line === eventLine(event) ? undefined : flawOfText(line, 'the line');
  return flaw === undefined ? { event, leaf: leafText(event) } : { wrong: flaw };
}

/** The line of an event as an export has it, without its line end. */
export const eventLine = ({
  leafIndex,
  position,
  id,
  stream,
  revision,
  type,
  dataText,
  metadataText,
}: LineEvent): string =>
  `{"leafIndex":${leafIndex},"position":${JSON.stringify(position)},"id":"${id}",` +
  `"stream":${JSON.stringify(stream)},"revision":${revision},"type":${JSON.stringify(type)},` +
  `"data":${dataText},"metadata":${metadataText}}`;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function flawOfHead({ id, stream, revision, type }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof id !== 'string' || !UUID.test(id)) return 'id is not a lower-case UUID';
  if (!isCount(revision)) return 'revision is not an integer from 0';
  if (typeof stream !== 'string' || stream === '') return 'stream is not text';
  if (typeof type !== 'string' || type === '') return 'type is not text';
  return flawOfString(stream, 'stream') ?? flawOfString(type, 'type');
}
