/** The text of a letter to parliament, divided into the places that a locator can name. */

/**
 * Text by place. A place is `section 1, <heading>, paragraph 2`, `section 4, paragraph 3`, `section 1, footnote 1` or
 * `opening, paragraph 1`.
 */
export type Places = ReadonlyMap<string, string>;

interface Block {
  text: string;
  readonly footnote: boolean;
}

const FOOTNOTE = /^\d [A-Z]/;
/** For example `1. Oostflank` or `3.1 Irak`. */
const SECTION = /^(\d(?=\.\s)|\d\.\d)\.?\s+[A-Z]/;
/** A block that is a title: short, without the full stop of a sentence. */
const isHeading = (text: string): boolean => text.length < 130 && !/[.:;,]$/.test(text);

export function placesOf(letter: string): Places {
  const places = new Map<string, string>();
  let section = 'opening';
  let heading = '';
  let paragraph = 0;
  for (const { text, footnote } of blocksOf(letter)) {
    const numbered = SECTION.exec(text);
    if (footnote) places.set(`${section}, footnote ${text[0]}`, text);
    else if (numbered !== null && isHeading(text)) [section, heading, paragraph] = [`section ${numbered[1]}`, '', 0];
    else if (isHeading(text)) [heading, paragraph] = [text, 0];
    else places.set([section, heading, `paragraph ${++paragraph}`].filter((part) => part !== '').join(', '), text);
  }
  return places;
}

/**
 * Paragraphs, headings and footnotes in order. A page begins with a blank, and goes on with the paragraph that the last
 * page broke off.
 */
function blocksOf(letter: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const line of letter.split('\n')) {
    const text = line.trim();
    if (text === '') {
      open = null;
      continue;
    }
    if (line.startsWith(' ')) open = continuedBy(text, blocks);
    if (open === null) blocks.push((open = { text: '', footnote: FOOTNOTE.test(text) }));
    open.text = join(open.text, text);
  }
  return blocks;
}

function continuedBy(text: string, blocks: readonly Block[]): Block | null {
  const last = blocks.findLast(({ footnote }) => !footnote);
  const isNew = last === undefined || (/[.)]$/.test(last.text) && /^[A-Z]/.test(text));
  return isNew ? null : last;
}

/** A hyphen at the end of a line divides a word, unless a capital follows (`NAVO-` / `EU-lidstaten`). */
const join = (before: string, line: string): string =>
  before === ''
    ? line
    : /[a-zë]-$/.test(before) && /^[a-z]/.test(line)
      ? before.slice(0, -1) + line
      : before.endsWith('-') || before.endsWith('/')
        ? before + line
        : `${before} ${line}`;
