/**
 * Faults that were found at the edges: of an address, a connection, a first start, a stop, and of the files in the data
 * folder.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';
import type { Ledger } from './ledger.js';
import { listenLedger, openLedger } from './hosted.js';
import { eventually, launch, startLedger } from './ledger.js';

const source = { documentId: 'kst-29521-446', locator: 'test' };
const reserve = (decisionId: string) => ({
  decisionId,
  mandateId: 'untso',
  decidedOn: '2023-03-01',
  source,
  effects: [{ type: 'reserve', right: 'r' }],
});
const MISSION = { name: 'X', organisation: 'EU', region: 'sahel', kind: 'civilian' };

/** Writes bytes on a connection of its own and gives everything that comes back until it is closed. */
function raw(url: string, ...pieces: readonly (string | (() => Promise<unknown>))[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let said = '';
    socket.on('data', (chunk) => (said += chunk.toString()));
    socket.on('close', () => resolve(said));
    socket.on('error', reject);
    socket.on('connect', () => {
      void (async () => {
        for (const piece of pieces) {
          if (typeof piece === 'string') socket.write(piece);
          else await piece();
        }
      })();
    });
  });
}

const request = (method: string, target: string, body: unknown, headers: readonly string[] = []): string => {
  const text = body === undefined ? '' : JSON.stringify(body);
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: x',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return [...lines, ...headers, '', text].join('\r\n');
};

describe('at the edge of HTTP', () => {
  let ledger: Ledger;
  const recorder = () => `Authorization: Bearer ${ledger.token}`;
  beforeAll(async () => {
    ledger = await openLedger();
  });
  afterAll(() => ledger.stop());

  it.each([
    ['escaped-v', '/%761/missions/escaped-v'],
    ['escaped-one', '/v%31/missions/escaped-one'],
    ['absolute', 'http://elsewhere/v1/missions/absolute'],
    ['slash', '/v1/missions/slash/'],
  ])('a write needs the token however its address is spelt: %s', async (id, target) => {
    expect(await raw(ledger.url, request('PUT', target, MISSION, ['Connection: close']))).toMatch(/^HTTP\/1\.1 401 /);
    expect((await ledger.get(`/v1/missions/${id}`)).status).toBe(404);
    expect(await raw(ledger.url, request('PUT', target, MISSION, [recorder(), 'Connection: close']))).toMatch(
      /^HTTP\/1\.1 201 /,
    );
  });

  it('what follows a request and is no HTTP does not change its answer', async () => {
    const said = await raw(ledger.url, `${request('POST', '/v1/decisions', reserve('followed'), [recorder()])}}`);
    expect(said).toMatch(/^HTTP\/1\.1 201 /);
    expect(said).not.toContain('HTTP/1.1 400');
  });

  it('takes a request without a Host header', async () => {
    expect(await raw(ledger.url, 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('lets many amend one mission at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => ledger.send('PUT', '/v1/missions/race', { ...MISSION, name: `name ${n}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 39 }, () => 200), 201]);
  });

  it.each([
    ['/v1/decisions?cursor=MDA3', 'cursor'],
    ['/v1/mandates/unifil/history?cursor=MDA3', 'cursor'],
    ['/health/live?x=1', 'x'],
    ['/health/ready?x=1', 'x'],
  ])('refuses %s', async (path, field) => {
    const answer = await ledger.get(path);
    expect([answer.status, (answer.body as { errors: { field: string }[] }).errors[0]!.field]).toEqual([400, field]);
  });

  it.each([
    [
      'a list that is far too long',
      { ...reserve('long'), effects: Array.from({ length: 300_000 }, () => ({})) },
      /effects must have 1 to 50 items; it has 300000/,
    ],
    ['a key said twice with blanks before its colon', `{"a":1,"a"${' '.repeat(100)}:2}`, /has the key "a" twice/],
  ])('refuses %s in one sentence', async (_what, body, sentence) => {
    const answer = await ledger.send('POST', '/v1/decisions', body);
    expect(answer.status).toBe(400);
    expect((answer.body as { detail: string }).detail).toMatch(sentence);
    expect((answer.body as { errors: object[] }).errors).toHaveLength(1);
  });

  it.each(['\\u0001', '\\u0085', '\\ud800'])(
    'refuses an address of the web with %s in it, and names it',
    async (character) => {
      const body = JSON.stringify({ ...MISSION, url: 'https://x/Y' }).replace('Y', character);
      const answer = await ledger.send('PUT', '/v1/missions/web', body);
      expect([answer.status, (answer.body as { errors: { field: string }[] }).errors[0]!.field]).toEqual([400, 'url']);
    },
  );

  it('promises nothing in a dry run that the store would refuse', async () => {
    const effects = Array.from({ length: 50 }, (_, n) => ({ type: 'reserve', right: `${n} ${'x'.repeat(900)}` }));
    const big = {
      ...reserve('big'),
      rationale: 'r'.repeat(4000),
      financing: { fund: 'f', note: 'é'.repeat(1000) },
      effects,
    };
    const bigger = {
      ...reserve('bigger'),
      source: { ...source, locator: '€'.repeat(500) },
      rationale: '€'.repeat(4000),
      financing: { fund: '€'.repeat(300), note: '€'.repeat(1000) },
      effects: Array.from({ length: 50 }, () => ({
        type: 'decline',
        subject: '€'.repeat(1000),
        requestedBy: '€'.repeat(300),
      })),
    };
    for (const body of [big, bigger]) {
      const [dry, wet] = [
        await ledger.send('POST', '/v1/decisions?dryRun=true', body),
        await ledger.send('POST', '/v1/decisions', body),
      ];
      expect([dry.status, wet.status]).toEqual(body === big ? [200, 201] : [413, 413]);
    }
  });
});

describe('while the first start records', () => {
  it('nothing else is recorded, and who posts is told to wait', async () => {
    const first = await listenLedger();
    const early = await first.send('POST', '/v1/decisions', reserve('early'));
    expect([early.status, (early.body as { type: string }).type]).toEqual([503, 'urn:ledger:problem:not-caught-up']);
    await first.ready;
    expect((await first.send('POST', '/v1/decisions', reserve('early'))).status).toBe(201);
    expect(await first.stop()).toBe(0);
  });
});

describe('the stop', () => {
  it('does not wait for connections that say nothing or stop in the middle, and answers what comes in full', async () => {
    const ledger = await startLedger();
    const half = 'GET /health/live HTTP/1.1\r\nHost: x\r\n';
    const silent = raw(ledger.url).catch(() => 'reset');
    const halfBody = raw(
      ledger.url,
      'POST /v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n',
    ).catch(() => 'reset');
    const late = raw(
      ledger.url,
      half,
      () =>
        eventually(
          () => Promise.resolve(ledger.output()),
          (said) => said.includes('Stopping'),
        ),
      '\r\n',
    ).catch(() => 'reset');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await ledger.stop('SIGTERM')).toBe(0);
    await Promise.all([silent, halfBody]);
    expect(await late).toMatch(/^HTTP\/1\.1 200 |^reset$/);
  });
});

describe('the files in the data folder', () => {
  let recorded: string;
  beforeAll(async () => {
    const ledger = await openLedger();
    await ledger.stop();
    recorded = ledger.dataDir;
  });
  const started = (): string => {
    const { path } = temporaryFolder();
    cpSync(recorded, path, { recursive: true });
    return path;
  };
  const refused = async (dataDir: string): Promise<string> => {
    const { exited, output } = launch({ LEDGER_DATA_DIR: dataDir });
    expect(await exited).toBe(1);
    expect(output()).toMatch(/^The ledger did not start\. [^\n]*\n$/);
    return output();
  };

  it('a log that was emptied or replaced under its views is not served', async () => {
    const dataDir = started();
    rmSync(join(dataDir, 'events.db'));
    expect(await refused(dataDir)).toMatch(/views were made from another log.*remove the views' file/);
    // What was signed of the log before is moved away as well: a replaced log is never signed beside it
    // (checkpoints.spec).
    for (const name of ['views.db', 'checkpoints.db', 'checkpoints.db-wal', 'checkpoints.db-shm'])
      rmSync(join(dataDir, name), { force: true });
    const ledger = await openLedger({ LEDGER_DATA_DIR: dataDir });
    expect(await ledger.stop()).toBe(0);
  });

  it('views that turn out to be damaged say so, and are built anew by the next start', async () => {
    const dataDir = started();
    const path = join(dataDir, 'views.db');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 2 * 8192)); // the first two pages say whose file it is
    const ledger = await openLedger({ LEDGER_DATA_DIR: dataDir }).catch(() => null);
    if (ledger !== null) {
      const answer = await ledger.get('/v1/decisions?limit=1000');
      expect([answer.status, (answer.body as { detail: string }).detail]).toEqual([
        503,
        expect.stringMatching(/damaged\. Restart the ledger/),
      ]);
      await ledger.stop();
    }
    const again = await openLedger({ LEDGER_DATA_DIR: dataDir });
    expect((await again.get('/v1/decisions?limit=1000')).body).toMatchObject({ items: { length: 63 } });
    expect(await again.stop()).toBe(0);
  });

  it.each([
    ['first-start.json', '', /first-start\.json is damaged/],
    ['first-start.json', '{"outstanding":"x"}', /first-start\.json is damaged/],
    ['first-start.json', '{"outstanding":["nothing"]}', /names nothing, which is not under datasets/],
    ['views.db.lock', 'this is no lock', /views\.db\.lock cannot be opened .* Remove it/],
    ['recorder-token', null, /recorder-token cannot be read or made \(EISDIR\)/],
  ])('%s with %p is refused in one line', async (name, content, sentence) => {
    const dataDir = started();
    const path = join(dataDir, name);
    rmSync(path, { recursive: true });
    if (content === null) mkdirSync(path);
    else writeFileSync(path, content);
    expect(await refused(dataDir)).toMatch(sentence);
  });
});
