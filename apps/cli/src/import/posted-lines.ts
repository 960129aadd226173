/**
 * Sends lines of decisions, missions and documents to POST /v1/import. They go to the server that is named, or to one
 * that runs in this process meanwhile.
 */
import { createReadStream, existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '#setup';
import type { RunningLedger } from '../../../api/src/main.js';
import { startLedger } from '../../../api/src/main.js';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { readText } from '../verify/evidence.js';
import type { ImportOptions } from './import-options.js';

/** A ledger that gives the same reason for so long will not be ready soon. */
const STANDS_STILL_MS = 30_000;
const LOOK_AGAIN_MS = 500;

/**
 * Posts the lines, and prints one outcome per line, as the server answers it.
 * @param patienceMs how long the ledger in this process may get no nearer to being ready
 * @returns the exit code: 1 when a line was refused
 * @throws {CouldNotRun} the lines could not be posted
 */
export async function postLines(
  path: string,
  { url, tokenFile, json }: ImportOptions,
  { env, say, tell }: Environment,
  patienceMs = STANDS_STILL_MS,
): Promise<number> {
  if (!existsSync(path)) throw new CouldNotRun(`There is no file ${path}.`);
  const config = readConfig(env);
  const ledger = url === undefined ? await startLedger({ ...config, host: '127.0.0.1', port: 0 }, tell) : null;
  try {
    if (ledger !== null) await readyOf(ledger, patienceMs);
    const token = readText(
      tokenFile ?? ledger?.tokenPath ?? join(config.dataDir, 'recorder-token'),
      'the recorder token',
    ).trim();
    const { recorded, refused } = await post(new URL('/v1/import', ledger?.url ?? addressOf(url!)), token, path, say);
    const detail = `${recorded} recorded or there already, ${refused} refused.`;
    tell(detail);
    const ok = refused === 0;
    if (json === true) say(JSON.stringify({ ok, recorded, refused, problem: ok ? null : 'refused', detail }));
    return ok ? EXIT.done : EXIT.doesNotHold;
  } finally {
    await ledger?.stop();
  }
}

function addressOf(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new CouldNotRun(`--url is "${url}"; it must be the address of a ledger: http://127.0.0.1:3000.`);
}

/** @throws {CouldNotRun} the ledger gets no nearer to being ready */
async function readyOf(ledger: RunningLedger, patienceMs: number): Promise<void> {
  let said = '';
  for (let since = performance.now(); ;) {
    if (await Promise.race([ledger.ready, sleep(LOOK_AGAIN_MS, false)])) return;
    const answer = await fetch(new URL('/health/ready', ledger.url));
    const { detail = '' } = (await answer.json()) as { detail?: string };
    if (detail !== said) [said, since] = [detail, performance.now()];
    if (performance.now() - since > patienceMs)
      throw new CouldNotRun(`The ledger in this process does not get ready. ${said}`);
  }
}

interface Counts {
  readonly recorded: number;
  readonly refused: number;
}

async function post(url: URL, token: string, path: string, say: (line: string) => void): Promise<Counts> {
  const request = (url.protocol === 'https:' ? requestSecure : requestPlain)(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    request.once('response', resolve).once('error', reject),
  );
  const sent = pipeline(createReadStream(path), request);
  sent.catch(() => undefined); // the answer, or its absence, says why
  let counts: Counts = { recorded: 0, refused: 0 };
  try {
    const answer = await answered;
    if (answer.statusCode !== 200)
      throw new CouldNotRun(`${url.host} answered ${answer.statusCode}: ${await textOf(answer)}`);
    for await (const line of createInterface({ input: answer, crlfDelay: Infinity })) {
      say(line);
      const { status } = JSON.parse(line) as { status: number };
      counts = status < 300 ? { ...counts, recorded: counts.recorded + 1 } : { ...counts, refused: counts.refused + 1 };
    }
    if (!answer.complete) throw new Error('the answer broke off');
  } catch (error) {
    if (error instanceof CouldNotRun) throw error;
    throw new CouldNotRun(
      `${url.host} could not take the lines (${(error as Error).message}). Send them again: nothing is recorded ` +
        'twice.',
    );
  }
  return counts;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += piece as string;
  return text.slice(0, 1000);
}
