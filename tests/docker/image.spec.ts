/**
 * Builds the image with `npm run image` and runs it. This takes minutes, root and buildah, so it happens only where
 * TEST_IMAGE=1 says so, as .ci/run does; elsewhere these tests are counted as skipped.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../e2e/ledger.js';
import { servers } from './files.js';
import type { Container, Workshop } from './image.js';
import { openWorkshop } from './image.js';

const BASE = 'localhost/stand-in-for-node';
const IMAGE = 'localhost/mandate-ledger:test';
const BUILD_MS = 600_000;
const START_MS = 60_000;
/** How long compose waits before it kills. */
const [, grace] = /^(\d+)s$/.exec(servers[0]!.service.stop_grace_period!)!;
const GRACE_MS = Number(grace) * 1000;

/** Prints the answer's status and text. HOST and PORT are those of the image. */
const ASK =
  "fetch('http://127.0.0.1:' + process.env.PORT + process.argv[1])" +
  '.then(async (answer) => console.log(JSON.stringify([answer.status, await answer.text()])))';

const ask = (container: Container, path: string): { status: number; body: unknown } => {
  const { status: code, output } = container.exec('node', '-e', ASK, path);
  if (code !== 0) throw new Error(output);
  const [status, text] = JSON.parse(output) as [number, string];
  return { status, body: JSON.parse(text) };
};

(process.env['TEST_IMAGE'] === '1' ? describe : describe.skip)('the image', () => {
  let workshop: Workshop;
  let container: Container;

  beforeAll(() => {
    const [, node, suite] = /^ARG BASE=node:([\d.]+)-(\w+)-slim$/m.exec(readFileSync('docker/Dockerfile', 'utf8'))!;
    workshop = openWorkshop();
    workshop.run('sh', 'tests/docker/stand-in-base.sh', BASE, suite!, node!);
    workshop.run('npm', 'run', 'image', '--', '--engine', 'buildah', '--base', BASE, '--tag', IMAGE);
    container = workshop.start(IMAGE, workshop.newVolume());
  }, BUILD_MS);

  afterAll(() => workshop.close());

  it('says what an engine needs to know', () => {
    expect(workshop.inspect(IMAGE)).toMatchObject({
      User: '1000:1000',
      StopSignal: 'SIGTERM',
      Volumes: { '/data': {} },
      ExposedPorts: { '3000/tcp': {} },
    });
  });

  it('becomes well and ready on an empty volume', async () => {
    const [kind, ...healthCheck] = workshop.inspect(IMAGE).Healthcheck.Test;
    expect(kind).toBe('CMD');
    await eventually(
      () => Promise.resolve(container.exec(...healthCheck)),
      ({ status }) => status === 0,
      START_MS,
    );
    const ready = await eventually(
      () => Promise.resolve(ask(container, '/health/ready')),
      ({ status }) => status === 200,
      START_MS,
    );
    expect(ready.body).toMatchObject({ status: 'ready' });
  });

  it('answers a mandate of the letter', () => {
    const { status, body } = ask(container, '/v1/mandates/eumm-georgia?asOf=2022-07-01');
    expect(status).toBe(200);
    expect(body).toMatchObject({ mandateId: 'eumm-georgia', status: 'in-force', strength: { maximum: 15 } });
  });

  it('verifies its log with the command ledger', () => {
    const shown = container.exec('ledger', 'key', 'show');
    expect(shown.status).toBe(0);
    const write = "fs.writeFileSync('/data/ledger.key', process.argv[1])";
    expect(container.exec('node', '-e', write, shown.output)).toEqual({ status: 0, output: '' });
    const verified = container.exec('ledger', 'verify', '--key', '/data/ledger.key', '--json');
    expect(verified.status).toBe(0);
    expect(JSON.parse(verified.output.trim().split('\n').at(-1)!)).toMatchObject({ ok: true });
  });

  it.each(['/', '/app', '/app/dist', '/tmp', '/var/tmp', '/home', '/dev', '/run'])('cannot write to %s', (folder) => {
    const write = "fs.writeFileSync(process.argv[1] + '/new', '')";
    expect(container.exec('node', '-e', write, folder).output).toMatch(/EROFS|EACCES/);
  });

  it('has no right that it could use or gain', () => {
    const read = container.exec('node', '-p', "fs.readFileSync('/proc/1/status', 'utf8')").output;
    expect(read).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
    expect(read).toMatch(/^CapEff:\t0+$/m);
    expect(read).toMatch(/^NoNewPrivs:\t1$/m);
  });

  it(
    'ends with 0 on SIGTERM, before it would be killed',
    async () => {
      const { status } = await container.stop(workshop.inspect(IMAGE).StopSignal);
      expect(status).toBe(0);
    },
    GRACE_MS,
  );

  it('ends with a reason on a volume that it cannot write', async () => {
    const volume = workshop.newVolume();
    writeFileSync(join(volume, 'of-root'), ''); // with a file in it, the folder stays that of root
    const { status, output } = await workshop.start(IMAGE, volume).ended;
    expect(output).toContain('/data');
    expect(status).not.toBe(0);
  });
});
