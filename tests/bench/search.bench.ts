/**
 * Search among 100,000 decisions, each with its own rationale; and what the index costs beside the rebuild of the
 * views.
 */
import { join } from 'node:path';
import { v5 } from 'uuid';
import type { NewEvent } from '#event-log';
import { openSqliteEventLog } from '#event-log';
import type { DecisionRank, MandateRank, PageOf, ReadModels } from '#read-models';
import { foundDecisions, foundMandates, openForProjecting, openReadModels, termsOf } from '#read-models';
import type { MandateCriteria } from '#read-models/testing';
import { temporaryFolder } from '../temporary-folder.js';
import type { Figure } from './figures.js';
import { plain } from './figures.js';
import { median } from './processes.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const DECISIONS = 100_000;
const CLIENTS = 64;
const INDEXED_AT_ONCE = 500;
const TIMES = 20;
const BOUND_MS = 10;
/** A page as a person reads it. Each item is computed as in the list without q. */
const LIMIT = 10;

const metadata = { recordedAt: '2022-06-17T10:00:00.000Z', recordedBy: 'recorder' };
/** The document and the mission that every decision names. */
const REGISTERED: readonly (readonly [stream: string, event: NewEvent])[] = [
  ['document-kst-29521-446', { id: v5('document', v5.URL), type: 'DocumentRegistered', data: { documentId: 'kst-29521-446', title: 'Letter on contributions to missions', date: '2022-06-17' }, metadata }],
  ['mission-untso', { id: v5('mission', v5.URL), type: 'MissionRegistered', data: { missionId: 'untso', name: 'United Nations Truce Supervision Organization', organisation: 'UN', region: 'middle-east', kind: 'military' }, metadata }],
]; // prettier-ignore

/** 20,000 words, the first ones frequent and the last ones rare, as in a language. None is the beginning of another. */
const WORDS = 20_000;
const wordOf = (rank: number): string => `w${rank.toString(36)}q`;
const rationaleOf = (n: number): string =>
  Array.from({ length: 20 }, (_, i) => wordOf(Math.floor(WORDS * (((n * 20 + i) * 0.618_033_988_75) % 1) ** 3))).join(
    ' ',
  );

interface Question {
  readonly q: (n: number) => string;
  readonly filters?: MandateCriteria;
  /** Asks by what the ledger knew after the first half of the log. */
  readonly isOfThen?: boolean;
  /** Asks page after page, instead of for the first page again and again. */
  readonly goesOn?: boolean;
}

/** The questions. A question about rare words asks for another word each time. */
const QUESTIONS: Readonly<Record<string, Question>> = {
  'a word in about 40 decisions': { q: (n) => wordOf(WORDS - 1 - n) },
  'a title of some mandates': { q: (n) => `contribution ${n} untso` },
  'two words, one of them in most decisions': { q: (n) => `medical ${wordOf(WORDS - 1 - n)}` },
  'two words, each in one of a hundred decisions': { q: (n) => `${wordOf(200 + n)} ${wordOf(300 + n)} "staff"` },
  'half a word': { q: (n) => wordOf(WORDS - 500 + n).slice(0, -2) },
  'a word in every decision': { q: () => 'paragraph' },
  'the same, by what was known': { q: () => 'paragraph', isOfThen: true },
  'the same, page after page': { q: () => 'paragraph', goesOn: true },
  'a word in every title': { q: () => 'contribution' },
  'the same, page after page by what was known': { q: () => 'contribution', isOfThen: true, goesOn: true },
  'the mission of all': { q: () => '"truce supervision"' },
  'two words in every mandate': { q: () => 'contribution paragraph' },
  'two words in every mandate, page after page': { q: () => 'contribution paragraph', goesOn: true },
  'two words in every mandate and never in one decision': { q: () => 'untso medical' },
  'sixteen words in most decisions': { q: () => 'section 3 2 voort te zetten inzet paragraph medical staff letter on contributions to ' + 'missions "2"' },
  'the beginning of a word in every decision': { q: () => 'par' },
  'the first letter of half of all words': { q: () => 'w' },
  'a phrase in every decision': { q: () => '"voort te zetten inzet"' },
  'a phrase of such words that is nowhere': { q: () => '"inzet zetten"' },
  'a common word, status and region': { q: () => 'paragraph', filters: { status: 'in-force', region: 'middle-east' } },
  'a common word, and a filter that nothing meets': { q: () => 'paragraph', filters: { organisation: 'EU' } },
}; // prettier-ignore

export async function searches(): Promise<Figure[]> {
  const folder = temporaryFolder();
  const log = openSqliteEventLog(join(folder.path, 'events.db'));
  const clients = Array.from({ length: CLIENTS }, (_, c) => decisionsOfClient('f', c, Math.ceil(DECISIONS / CLIENTS)));
  for (const [stream, event] of REGISTERED) await log.append(stream, [event], 'any');
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
      `${Math.round((DECISIONS / indexed) * 1000).toLocaleString('en')} decisions/s, ` +
        `${(indexed / projected).toFixed(2)} of the rebuild's time`,
      '',
      true,
    ),
  ];
  const half = Math.floor(models.events.sizeOf(null) / 2);
  timesOf(models, { q: (n) => wordOf(WORDS / 2 + n) }, half); // not counted: it warms up the code
  for (const [what, question] of Object.entries(QUESTIONS)) {
    const times = timesOf(models, question, half);
    const said = (all: readonly number[]): string =>
      `p50 ${median(all).toFixed(1)} ms, at most ${Math.max(...all).toFixed(1)} ms`;
    const holds = median(times.mandates) < BOUND_MS && median(times.decisions) < BOUND_MS;
    figures.push(
      plain(
        `search for ${what}`,
        `mandates ${said(times.mandates)}; decisions ${said(times.decisions)}`,
        `< ${BOUND_MS} ms`,
        holds,
      ),
    );
  }
  models.close();
  projecting.close();
  await log.close();
  folder.remove();
  return figures;
}

/** How long each of some pages takes, of mandates and of decisions, in milliseconds. */
function timesOf(models: ReadModels, { q, filters, isOfThen = false, goesOn = false }: Question, half: number) {
  const times = { mandates: [] as number[], decisions: [] as number[] };
  const knownAt = isOfThen ? { size: half } : null;
  let afterMandate: MandateRank | null = null;
  let afterDecision: DecisionRank | null = null;
  for (let time = 0; time < TIMES; time++) {
    const terms = termsOf(q(time));
    let began = performance.now();
    const mandates: PageOf<MandateRank> = foundMandates(
      models,
      terms,
      { ...filters, asOf: '2022-07-01', knownAt },
      { after: afterMandate, limit: LIMIT },
    );
    times.mandates.push(performance.now() - began);
    began = performance.now();
    const decisions: PageOf<DecisionRank> = foundDecisions(
      models,
      terms,
      { knownAt },
      { after: afterDecision, limit: LIMIT },
    );
    times.decisions.push(performance.now() - began);
    if (!goesOn) continue;
    // Begin in the middle, where the index has to be searched.
    afterMandate = time === 0 ? [mandates.next![0], Math.floor(mandates.next![1] / 2)] : mandates.next;
    afterDecision = time === 0 ? [decisions.next![0], Math.floor(decisions.next![1] / 2), 0] : decisions.next;
  }
  return times;
}
