/** `ledger token`: who may record, each under a name of their own, which is kept with everything that they record. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { NamedToken } from '../../../api/src/auth/named-tokens.js';
import { RECORDER, hashOfToken, isTokenName, readTokens, tokensPath, writeTokens } from '../../../api/src/auth/named-tokens.js';
import { readConfig } from '../../../api/src/config.js';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';

const MOST = 1000;

/** Prints the token, once: only its hash is kept. @returns the exit code */
export function tokenCreateCommand(name: string, { env, say, tell }: Environment): number {
  const { path, tokens } = opened(env);
  if (!isTokenName(name))
    throw new CouldNotRun(
      `"${name}" cannot be the name of a token: small letters and digits with single hyphens, at most 60, and not ${RECORDER}, which is that of the file recorder-token.`,
    );
  if (tokens.some((token) => token.name === name))
    throw new CouldNotRun(`There is a token ${name} already. Revoke it first, or choose another name.`);
  if (tokens.length >= MOST) throw new CouldNotRun(`There are ${MOST} tokens already. Revoke those that nobody uses.`);
  const token = `ledger_${randomBytes(32).toString('base64url')}`;
  save(path, [...tokens, { name, hash: hashOfToken(token), createdAt: new Date().toISOString() }]);
  say(token);
  tell(`This is the token of ${name}. It is not kept and not shown again; a server in this data folder takes it from now on.`);
  return EXIT.done;
}

/** @returns the exit code */
export function tokenListCommand({ json }: { readonly json?: boolean }, { env, say }: Environment): number {
  for (const { name, createdAt } of opened(env).tokens) say(json === true ? JSON.stringify({ name, createdAt }) : `${name}  ${createdAt}`);
  return EXIT.done;
}

/** What its bearer has recorded stays. @returns the exit code */
export function tokenRevokeCommand(name: string, { env, say }: Environment): number {
  const { path, tokens } = opened(env);
  const left = tokens.filter((token) => token.name !== name);
  if (left.length === tokens.length)
    throw new CouldNotRun(
      name === RECORDER
        ? 'The token recorder is the text of the file recorder-token: change that file and start the server again.'
        : `There is no token ${name}. ledger token list shows those that there are.`,
    );
  save(path, left);
  say(`The token ${name} is revoked: a server in this data folder refuses it from now on.`);
  return EXIT.done;
}

function opened(env: Environment['env']): { readonly path: string; readonly tokens: readonly NamedToken[] } {
  const { dataDir } = readConfig(env);
  mkdirSync(dataDir, { recursive: true });
  const path = tokensPath(dataDir);
  return { path, tokens: readTokens(path) };
}

function save(path: string, tokens: readonly NamedToken[]): void {
  try {
    writeTokens(path, tokens);
  } catch (error) {
    throw new CouldNotRun(`${path} cannot be written (${(error as Error).message}).`);
  }
}
