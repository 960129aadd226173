/** The environment variables that the programs in our containers read. */
import { readFileSync } from 'node:fs';
import { SETTINGS } from '#setup';
import { VARIABLES } from './eventstoredb.js';

/** Read by Node's packages. */
const OF_NODE = ['NODE_ENV'];

/** The variables that docker/eventstoredb-account.js reads. */
const OF_ACCOUNT = [...readFileSync('docker/eventstoredb-account.js', 'utf8').matchAll(/env\['(\w+)'\]/g)].map(
  ([, name]) => name!,
);

const READ_BY = {
  ledger: [...SETTINGS, ...OF_NODE] as readonly string[],
  account: OF_ACCOUNT,
  eventstoredb: VARIABLES,
};
export type Program = keyof typeof READ_BY;

/** Names that the program does not read. */
export const unknownTo = (program: Program, names: readonly string[]): string[] =>
  names.filter((name) => !READ_BY[program].includes(name));

export { readConfig } from '#setup';
