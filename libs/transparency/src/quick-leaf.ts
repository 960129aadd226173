/**
 * The leaf of a row that stands below a signed root, at half the cost: whether its texts are canonical follows from the
 * root.
 */
import type { EventTexts } from './leaf.js';
import { UUID, leafText } from './leaf.js';

const AFTER_DATA = ',"id":"';
const WIDTH_OF_HEAD = '{"data":'.length;

/**
 * Text of the leaf without a look at what data and metadata hold. Where the hashes of such texts give a root that is
 * signed, they are the bytes that were
 * signed, so data and metadata are what they were, provided that the text can be taken apart in one way alone. It can:
 * the id has a fixed
 * width, what follows metadata has ten quotation marks that are not escaped, and `,"id":"` stands in it once.
 * @returns null where that is not so, or a field is no such thing; then `leafOfRow` is to be asked
 */
export function quickLeaf(row: { readonly [field in keyof EventTexts]: unknown }): string | null {
  const { id, stream, revision, type, dataText, metadataText } = row;
  if (typeof id !== 'string' || typeof stream !== 'string' || typeof type !== 'string' || !UUID.test(id)) return null;
  if (typeof dataText !== 'string' || typeof metadataText !== 'string' || !Number.isSafeInteger(revision)) return null;
  const text = leafText(row as EventTexts);
  const at = WIDTH_OF_HEAD + dataText.length;
  return text.indexOf(AFTER_DATA) === at && text.indexOf(AFTER_DATA, at + 1) === -1 ? text : null;
}

const LINE =
  /^\{"leafIndex":(0|[1-9]\d{0,14}),"position":"[^"\\\u0000-\u001f]{0,100}","id":"([-0-9a-f]{36})","stream":"([^"\\\u0000-\u001f]{1,300})","revision":(0|[1-9]\d{0,14}),"type":"([^"\\\u0000-\u001f]{1,300})","data":/;
const AFTER_LINE_DATA = ',"metadata":';

/** The same of a line as `eventLine` writes it. */
export function quickLineLeaf(line: string): { readonly leafIndex: number; readonly leaf: string } | null {
  const head = LINE.exec(line);
  if (head === null || !line.endsWith('}')) return null;
  const from = head[0].length;
  const to = line.indexOf(AFTER_LINE_DATA, from);
  if (to < 0 || line.indexOf(AFTER_LINE_DATA, to + 1) >= 0) return null;
  const leaf = quickLeaf({
    id: head[2],
    stream: head[3],
    revision: Number(head[4]),
    type: head[5],
    dataText: line.slice(from, to),
    metadataText: line.slice(to + AFTER_LINE_DATA.length, -1),
  });
  return leaf === null ? null : { leafIndex: Number(head[1]), leaf };
}
