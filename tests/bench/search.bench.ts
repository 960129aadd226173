/** Search among 100,000 decisions, each with a rationale of its own, and what the index costs beside the rebuild of the views. */
import { join } from 'node:path';
import { openSqliteEventLog } from '#event-log/sqlite/sqlite-event-log.js';
import { foundDecisions, foundMandates } from '#read-models/found.js';
import { openForProjecting, openReadModels } from '#read-models/read-models.js';
import { termsOf } from '#read-models/search-words.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Figure } from './figures.js';
import { plain } from './figures.js';
import { median, percentile } from './processes.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const DECISIONS = 100_000;
const CLIENTS = 64;
const INDEXED_AT_ONCE = 500;
const TIMES = 20;
/** A page as somebody reads it; each item is computed as in the list without q. */
const LIMIT = 10;

/** Of 20,000 words, the first ones often and the last ones seldom, as in a language; none is the beginning of another. */
const WORDS = 20_000;
const wordOf = (rank: number): string => `w${rank.toString(36)}q`;
const rationaleOf = (n: number): string =>
  Array.from({ length: 20 }, (_, i) => wordOf(Math.floor(WORDS * (((n * 20 + i) * 0.618_033_988_75) % 1) ** 3))).join(' ');

/** What is asked, another each time. */
const QUESTIONS: Readonly<Record<string, (n: number) => string>> = {
  'a word in about 40 decisions': (n) => wordOf(WORDS - 1 - n),
  'a title of some mandates': (n) => `contribution ${n} untso`,
  'two words, one of them in every second decision': (n) => `medical ${wordOf(WORDS - 1 - n)}`,
  'half a word': (n) => wordOf(WORDS - 500 + n).slice(0, -2),
  'a word in every decision': () => 'paragraph',
};

export async function searches(): Promise<Figure[]> {
  const folder = temporaryFolder();
  const log = openSqliteEventLog(join(folder.path, 'events.db'));
  const clients = Array.from({ length: CLIENTS }, (_, c) => decisionsOfClient('f', c, Math.ceil(DECISIONS / CLIENTS)));
  let n = 0;
  await Promise.all(
    clients.map(async (decisions) => {
      for (const decision of decisions) {
        const { stream, events } = storedEvents({ ...decision, rationale: rationaleOf(n++) });
        await log.append(stream, events, 'any');
      }
    }),
  );
  const path = join(folder.path, 'views.db');
  const projecting = openForProjecting(path);
  let began = performance.now();
  for await (const page of log.readAll()) projecting.projector.project(page);
  const projected = performance.now() - began;
  began = performance.now();
  while (projecting.searchIndex.catchUp(INDEXED_AT_ONCE));
  const indexed = performance.now() - began;

  const models = openReadModels(path);
  const figures = [
    plain(
      'index of the texts after a rebuild',
      `${Math.round((DECISIONS / indexed) * 1000).toLocaleString('en')} decisions/s, ${(indexed / projected).toFixed(2)} of the rebuild's time`,
      '',
      true,
    ),
  ];
  for (const [what, question] of Object.entries(QUESTIONS)) {
    const [mandates, decisions]: [number[], number[]] = [[], []];
    for (let time = 0; time < TIMES; time++) {
      const terms = termsOf(question(time));
      began = performance.now();
      foundMandates(models, terms, { asOf: '2022-07-01' }, { after: null, limit: LIMIT });
      mandates.push(performance.now() - began);
      began = performance.now();
      foundDecisions(models, terms, {}, { after: null, limit: LIMIT });
      decisions.push(performance.now() - began);
    }
    const said = (times: number[]): string => `p50 ${median(times).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms`;
    figures.push(plain(`search for ${what}`, `mandates ${said(mandates)}; decisions ${said(decisions)}`, '', true));
  }
  models.close();
  projecting.close();
  await log.close();
  folder.remove();
  return figures;
}
