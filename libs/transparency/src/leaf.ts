/** The bytes of an event and the hash of its leaf: docs/stored-bytes.md; RFC 8785; RFC 9162, section 2.1.1. */
import { sha256 } from './tree.js';

/** An event with its JSON texts, as every store gives it. */
export interface EventTexts {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  /** RFC 8785, as stored. */
  readonly dataText: string;
  readonly metadataText: string;
}

/** The id of an event. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * RFC 8785 of `{data, id, metadata, revision, stream, type}`, as text; its bytes are UTF-8. Takes for granted that the
 * event is what a store of
 * ours took in: of one that is not, `checked-leaf.ts` says what is wrong.
 */
export const leafText = ({ id, stream, revision, type, dataText, metadataText }: EventTexts): string =>
  `{"data":${dataText},"id":"${id}","metadata":${metadataText},"revision":${revision},` +
  `"stream":${JSON.stringify(stream)},"type":${JSON.stringify(type)}}`;

export const leafBytes = (event: EventTexts): Buffer => Buffer.from(leafText(event));

/** HASH(0x00 ‖ bytes); a text stands for its UTF-8. */
export const leafHash = (leaf: string | Uint8Array): Buffer =>
  sha256(typeof leaf === 'string' ? `\0${leaf}` : Buffer.concat([Buffer.of(0), leaf]));
