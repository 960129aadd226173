/**
 * What the tree costs a post: POST /v1/decisions from 64 clients, with the tree and with a build of the same ledger
 * that has none.
 */
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ledger } from '../e2e/ledger.js';
import { startLedger } from '../e2e/ledger.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Figure } from './figures.js';
import { figure } from './figures.js';
import { postsPerSecond } from './posts.bench.js';

const EACH = 100;
const ROUNDS = 30;
const WARM_UP = 4;

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BUILT = ['apps', 'libs'].map((name) => join('dist', name));
/** A log without leaves: nothing is hashed, signed or watched, and no tile is written. */
const NO_TREE = `
  export const TREE_DDL = '';
  export const projectTree = () => ({ project() {} });
  export const openTree = () => ({ size: () => 0, leafHashes: () => [] });`;

/** @returns the program of a ledger in its own folder, which differs from this one only in the tree */
function ledgerWithoutTree(folder: string): string {
  for (const name of [...BUILT, 'package.json']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  for (const name of ['node_modules', 'datasets']) symlinkSync(join(ROOT, name), join(folder, name));
  writeFileSync(join(folder, 'dist', 'libs', 'read-models', 'src', 'tree.view.js'), NO_TREE);
  return join(folder, 'dist', 'apps', 'api', 'src', 'run.js');
}

export async function treePosts(): Promise<Figure[]> {
  const folder = temporaryFolder();
  const withTree = await startLedger();
  const without = await startLedger({}, ledgerWithoutTree(folder.path));
  const signed = async (ledger: Ledger): Promise<boolean> => (await ledger.get('/v1/log/checkpoint')).status === 200;
  const [ours, floors]: [number[], number[]] = [[], []];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    // They take turns to go first, so that the state of the machine affects both alike.
    const order = round % 2 === 0 ? [withTree, without] : [without, withTree];
    for (const ledger of order) {
      const rate = await postsPerSecond(ledger, `t${round}`, EACH);
      if (round >= WARM_UP) (ledger === withTree ? ours : floors).push(rate);
    }
  }
  if (!(await signed(withTree)) || (await signed(without)))
    throw new Error('the two ledgers are not what they are meant to be');
  await withTree.stop();
  await without.stop();
  folder.remove();
  return [figure('POST /v1/decisions, 64 clients, with the tree', ours, 'the same without', floors, 0.95)];
}
