/**
 * `npm run bench`: every figure beside its floor in the same run. Arguments are the names of the jobs to run. Jobs on
 * EventStoreDB need a server in LEDGER_TEST_ESDB.
 */
import { cpus } from 'node:os';
import { catchUps } from './catch-up.bench.js';
import { events } from './events.bench.js';
import type { Figure } from './figures.js';
import { table } from './figures.js';
import { imports } from './import.bench.js';
import { lag } from './lag.bench.js';
import { logProofs, watches } from './log-proofs.bench.js';
import { posts, postsToEventStoreDb } from './posts.bench.js';
import { proofs } from './proofs.bench.js';
import { reads } from './reads.bench.js';
import { rebuilds } from './rebuild.bench.js';
import { searches } from './search.bench.js';
import { sizes } from './sizes.bench.js';
import { starts } from './start.bench.js';
import { treePosts } from './tree-posts.bench.js';
import { verifies } from './verify.bench.js';

const store = process.env['LEDGER_TEST_ESDB'];
const JOBS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  starts,
  posts,
  reads,
  lag: () => lag(),
  rebuilds,
  search: searches,
  events,
  import: imports,
  sizes,
  proofs,
  'log-proofs': logProofs,
  watch: watches,
  verify: verifies,
  'tree-posts': treePosts,
  ...(store === undefined
    ? {}
    : {
        'esdb-posts': () => postsToEventStoreDb(store),
        'esdb-lag': () => lag(store),
        'esdb-catch-up': () => catchUps(store),
      }),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in JOBS));
if (unknown.length > 0) {
  console.error(`There is no job ${unknown.join(', ')}; there are ${Object.keys(JOBS).join(', ')}.`);
  process.exit(1);
}
const figures: Figure[] = [];
for (const [name, job] of Object.entries(JOBS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`${name} …`);
  figures.push(...(await job()));
}
console.log(
  `${cpus().length} cores shared by server and client, Node ${process.version}; medians of several rounds; noise is ` +
    '(max − min) / median of the rounds.\n',
);
console.log(table(figures));
if (figures.some(({ holds }) => !holds)) process.exitCode = 1;
