/**
 * A ledger that runs as users run it: its own process, its own folder, real HTTP. Where the process is not what is
 * tested, `openLedger` of hosted.ts starts one in a fraction of the time.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../temporary-folder.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed where the answer is JSON. */
  readonly body: unknown;
}

interface Client {
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  /** With the recorder token, unless headers say otherwise. */
  readonly send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
}

export interface Ledger extends Client {
  readonly url: string;
  readonly dataDir: string;
  readonly token: string;
  /** What it has said so far, its log included. */
  readonly output: () => string;
  /** Of the process that it runs in. */
  readonly pid: number;
  /** Resolves once it is stopped; with 0 where it was stopped in order. */
  readonly stop: () => Promise<number | null>;
}

export interface LedgerProcess extends Ledger {
  /** Resolves with the exit code once the process is gone. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

const PROGRAM = fileURLToPath(new URL('../../apps/api/src/run.js', import.meta.url));

/** Runs the program until it exits or says that it is ready. */
export function launch(
  env: Record<string, string>,
  program = PROGRAM,
): {
  process: ChildProcess;
  output: () => string;
  ready: Promise<string>;
  exited: Promise<number | null>;
} {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [program], {
    env: { PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const ready = new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const url = /Swagger UI +(http:\/\/[^/]+)\/docs\//.exec(said)?.[1];
      if (url !== undefined && said.includes('Ctrl-C')) resolve(url);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    void exited.then((code) => reject(new Error(`exited with ${code}: ${said}`)));
  });
  ready.catch(() => undefined); // who does not wait for it looks at the exit
  return { process: child, output: () => said, ready, exited };
}

export async function startLedger(env: Record<string, string> = {}, program = PROGRAM): Promise<LedgerProcess> {
  const dataDir = env['LEDGER_DATA_DIR'] ?? temporaryFolder().path;
  const { process: child, output, ready, exited } = launch({ ...env, LEDGER_DATA_DIR: dataDir }, program);
  const url = await ready;
  const token = tokenIn(dataDir);
  return {
    url,
    dataDir,
    token,
    output,
    pid: child.pid!,
    ...clientOf(url, token),
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return exited;
    },
  };
}

/** The token that a ledger drew for its data folder. */
export const tokenIn = (dataDir: string): string => readFileSync(join(dataDir, 'recorder-token'), 'utf8').trim();

export function clientOf(url: string, token: string): Client {
  const ask = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Answer> => {
    const sent =
      body === undefined
        ? {}
        : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, { method, headers, redirect: 'manual', ...sent });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? (JSON.parse(text) as unknown) : undefined,
    };
  };
  return {
    get: (path, headers = {}) => ask('GET', path, headers),
    send: (method, path, body, headers = {}) =>
      ask(
        method,
        path,
        {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body,
      ),
  };
}

/** For a ledger whose address is needed before it is ready. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

/** Asks again until the answer satisfies; the views follow a write after a moment. */
export async function eventually<T>(
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
  patienceMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still not: ${JSON.stringify(answer).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
