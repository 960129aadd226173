/**
 * `ledger token`: manages the tokens of recorders. Each token has a name, which is kept with everything that its bearer
 * records.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { changeTokens, hashOfToken, isTokenName, readConfig, readTokens, RECORDER, tokensPath } from '#setup';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';

const MOST = 1000;

export interface TokenOptions {
  readonly json?: boolean;
}

/**
 * Prints the new token. It can be shown only now, because only its hash is kept.
 * @returns the exit code
 */
export async function tokenCreateCommand(
  name: string,
  { json }: TokenOptions,
  { env, say, tell }: Environment,
): Promise<number> {
  if (!isTokenName(name))
    throw new CouldNotRun(
      `"${name}" cannot be the name of a token: small letters and digits with single hyphens, at most 60, and not ` +
        `${RECORDER}, which is that of the file recorder-token.`,
    );
  const { dataDir } = readConfig(env);
  mkdirSync(dataDir, { recursive: true });
  const token = `ledger_${randomBytes(32).toString('base64url')}`;
  const createdAt = new Date().toISOString();
  const path = tokensPath(dataDir);
  await changeTokens(path, (tokens) => {
    if (tokens.some((each) => each.name === name))
      throw new CouldNotRun(`There is a token ${name} already. Revoke it first, or choose another name.`);
    if (tokens.length >= MOST)
      throw new CouldNotRun(`There are ${MOST} tokens already. Revoke those that nobody uses.`);
    return [...tokens, { name, hash: hashOfToken(token), createdAt }];
  });
  say(json === true ? JSON.stringify({ ok: true, name, createdAt, token }) : token);
  tell(
    `This is the token of ${name}. It is not kept and not shown again; a server in ${dataDir} takes it from now on.`,
  );
  return EXIT.done;
}

/** @returns the exit code */
export function tokenListCommand({ json }: TokenOptions, { env, say }: Environment): number {
  for (const { name, createdAt } of readTokens(pathIn(env)))
    say(json === true ? JSON.stringify({ name, createdAt }) : `${name}  ${createdAt}`);
  return EXIT.done;
}

/**
 * Revokes a token. What its bearer has recorded stays.
 * @returns the exit code
 */
export async function tokenRevokeCommand(
  name: string,
  { json }: TokenOptions,
  { env, say }: Environment,
): Promise<number> {
  const path = pathIn(env);
  await changeTokens(path, (tokens) => {
    const left = tokens.filter((token) => token.name !== name);
    if (left.length < tokens.length) return left;
    throw new CouldNotRun(
      name === RECORDER
        ? 'The token recorder is the text of the file recorder-token: change that file and start the server again.'
        : `There is no token ${name}. ledger token list shows those that there are.`,
    );
  });
  say(
    json === true
      ? JSON.stringify({ ok: true, name, revoked: true })
      : `The token ${name} is revoked: a server in this data folder refuses it from now on.`,
  );
  return EXIT.done;
}

/**
 * The file of tokens in an existing data folder. A mistyped folder is refused: otherwise it would be created, or look
 * like one without tokens.
 */
function pathIn(env: Environment['env']): string {
  const { dataDir } = readConfig(env);
  if (existsSync(dataDir)) return tokensPath(dataDir);
  throw new CouldNotRun(`There is no data folder ${dataDir}. LEDGER_DATA_DIR says where it is.`);
}
