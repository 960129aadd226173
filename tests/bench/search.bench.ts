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
const LIMIT = 100;

/** Of 20,000 words, the first ones often and the last ones seldom, as in a language. */
const wordOf = (n: number): string => `w${Math.floor(20_000 * (((n * 7919) % 104_729) / 104_729) ** 3).toString(36)}`;
const rationaleOf = (n: number): string => Array.from({ length: 20 }, (_, i) => wordOf(n * 20 + i)).join(' ');

/** What is asked, and how many decisions say it. */
const QUESTIONS = [
  ['a rare word', () => `${wordOf(Math.floor(asked++ * 6871))}`],
  ['a title of one mandate', () => `contribution ${asked++ % 100} untso`],
  ['half a word', () => `w${(100 + (asked++ % 900)).toString(36)}`],
  ['a word that every decision says', () => 'paragraph'],
] as const;
let asked = 1;

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
  for (const [what, question] of QUESTIONS) {
    const [mandates, decisions]: [number[], number[]] = [[], []];
    for (let time = 0; time < TIMES; time++) {
      const terms = termsOf(question());
      began = performance.now();
      foundMandates(models, terms, null, { asOf: '2022-07-01' }, { after: null, limit: LIMIT });
      mandates.push(performance.now() - began);
      began = performance.now();
      foundDecisions(models, terms, null, null, { after: null, limit: LIMIT });
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
