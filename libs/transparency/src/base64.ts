/** RFC 4648, section 4: standard alphabet, padded, unused bits zero. One sequence of bytes has exactly one text. */
import { Malformed } from './refused.js';

export const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/**
 * @param what for the message @param length the number of bytes that it must have, where that is fixed @throws
 * {Malformed}
 */
export function fromBase64(text: string, what: string, length?: number): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Malformed(`${what} is not standard base64 with its padding`);
  if (length !== undefined && bytes.length !== length)
    throw new Malformed(`${what} has ${bytes.length} bytes, not ${length}`);
  return bytes;
}
