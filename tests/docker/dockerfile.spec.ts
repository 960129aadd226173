/** docker/Dockerfile, as far as it can be judged without an engine; image.spec.ts builds it. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { startLedger } from '../e2e/ledger.js';
import { temporaryFolder } from '../temporary-folder.js';
import { argumentOf, imageEnvironment, instructions, lastStage, servers, stages } from './files.js';
import { readConfig, unknownTo } from './settings.js';

const copies = instructions.filter((line) => line.startsWith('COPY '));
const everythingIn = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

/** What .dockerignore lets into the build. */
const letIn = readFileSync('.dockerignore', 'utf8')
  .split('\n')
  .filter((entry) => entry.startsWith('!'))
  .map((entry) => new RegExp(`^${entry.slice(1).replaceAll('.', '\\.').replaceAll('*', '[^/]*')}(/|$)`));

describe('the Dockerfile', () => {
  it('starts every stage from one base: an exact version of Node, with glibc, that can be replaced', () => {
    expect(instructions[0]).toMatch(/^ARG BASE=node:24\.\d+\.\d+-bookworm-slim$/);
    expect(stages.length).toBeGreaterThan(1);
    for (const stage of stages) expect(stage).toMatch(/^FROM \$\{BASE\}( AS \w+)?\n/);
  });

  it.each(copies.filter((line) => !line.includes('--from=') && line !== 'COPY . .'))(
    '%s: is there, and let in',
    (line) => {
      for (const source of line.split(/\s+/).slice(1, -1)) {
        expect(existsSync(source)).toBe(true);
        expect(letIn.some((entry) => entry.test(source))).toBe(true);
      }
    },
  );

  it('lets in what the build needs, and no data, key or password', () => {
    const build = ['package.json', 'package-lock.json', 'tsconfig.json', 'apps', 'libs', 'scripts'];
    for (const path of build) expect(letIn.some((entry) => entry.test(path))).toBe(true);
    const secrets = ['data', 'data/log-key', 'docker/.env', 'docker/recorder-token', 'docker/log-key', '.git', '.env'];
    for (const path of [...secrets, 'node_modules', 'dist', 'tests'])
      expect(letIn.some((entry) => entry.test(path))).toBe(false);
  });

  it.each(copies.filter((line) => line.includes('--from=')))('%s: names a stage, and what the build makes', (line) => {
    const [, stage, source] = /--from=(\S+) \/app\/(\S+)/.exec(line)!;
    expect(stages.some((each) => each.startsWith(`FROM \${BASE} AS ${stage}\n`))).toBe(true);
    expect(existsSync(source!)).toBe(true);
  });

  it('builds with the commands of npm alone, and keeps only what production needs', () => {
    const steps = instructions.filter((line) => line.startsWith('RUN ')).join('\n');
    expect(steps).toMatch(/npm ci$/m);
    expect(steps).toMatch(/npm run build && npm prune --omit=dev\b/);
    expect(copies).toContain('COPY --from=build /app/node_modules node_modules');
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
    for (const needed of ['@eventstore/db-client', 'libsql']) expect(Object.keys(dependencies)).toContain(needed);
  });

  it('runs what the build makes, without a shell, and not as root', () => {
    const [program, script] = JSON.parse(argumentOf('CMD')) as [string, string];
    expect(program).toBe('node');
    expect(existsSync(script)).toBe(true);
    expect(argumentOf('USER')).toBe('1000:1000');
    expect(argumentOf('STOPSIGNAL')).toBe('SIGTERM');
    expect(lastStage.indexOf('\nUSER ')).toBeLessThan(lastStage.indexOf('\nCMD '));
  });

  it('has the command in the path of its user, and the command needs nothing that is not in the image', () => {
    const { path: image, remove } = temporaryFolder();
    try {
      for (const [, from, sources, to] of lastStage.matchAll(/^COPY (--from=\S+ )?(.+) (\S+)$/gm))
        for (const source of sources!.split(' ')) {
          const path = from === undefined ? source : source.replace('/app/', '');
          const target = join(image, to!.endsWith('/') ? join(to!, basename(path)) : to!);
          mkdirSync(dirname(target), { recursive: true });
          if (path === 'node_modules') symlinkSync(resolve(path), target);
          else cpSync(path, target, { recursive: true });
        }
      const [, program, link] = /^RUN ln -s \/app\/(\S+) \/usr\/local\/bin\/(\S+)$/m.exec(lastStage)!;
      mkdirSync(join(image, 'bin'));
      symlinkSync(join(image, program!), join(image, 'bin', link!));
      const before = everythingIn(image);
      const ran = spawnSync('ledger', ['verify', '--help'], {
        env: { PATH: `${join(image, 'bin')}:${dirname(process.execPath)}:${process.env['PATH']}` },
        cwd: tmpdir(),
        encoding: 'utf8',
      });
      expect([ran.status, ran.stderr, ran.stdout]).toEqual([0, '', expect.stringContaining('Usage: ledger verify')]);
      expect(everythingIn(image)).toEqual(before); // its root is read-only
    } finally {
      remove();
    }
  });

  it('sets what the ledger reads, listens to other machines, and keeps all that is written in the volume', () => {
    expect(unknownTo('ledger', Object.keys(imageEnvironment))).toEqual([]);
    const { host, port, dataDir, logKey, readModel, store } = readConfig(imageEnvironment);
    expect(host).toBe('0.0.0.0');
    expect(argumentOf('EXPOSE')).toBe(String(port));
    expect(argumentOf('VOLUME')).toBe(dataDir);
    expect(dirname(logKey)).toBe(dataDir);
    expect(dirname(readModel)).toBe(dataDir);
    expect(store).toMatchObject({ kind: 'sqlite', path: expect.stringContaining(`${dataDir}/`) as string });
    expect(lastStage).toContain(`RUN install -d -o 1000 -g 1000 -m 0750 ${dataDir}\n`);
  });
});

describe('a ledger that runs', () => {
  it('has the addresses and the files that the image, the proxy and the compose files name', async () => {
    const health = instructions.find((line) => line.startsWith('HEALTHCHECK'))!;
    const [program, ...args] = JSON.parse(/ CMD (\[.*\])$/.exec(health)![1]!) as [string, ...string[]];
    const proxy = readFileSync('docker/proxy/haproxy.cfg', 'utf8');
    const paths = [...`${health}\n${proxy}`.matchAll(/\/health\/\w+/g)].map(([path]) => path);
    expect(new Set(paths)).toEqual(new Set(['/health/live', '/health/ready']));

    const ledger = await startLedger({ LEDGER_DATASETS: 'none' });
    const isWell = (): number | null =>
      spawnSync(process.execPath, args, { env: { PORT: new URL(ledger.url).port } }).status;
    try {
      expect(program).toBe('node');
      expect(isWell()).toBe(0);
      for (const path of paths) expect((await ledger.get(path)).status).toBe(200);
      for (const { service } of servers)
        for (const { target } of service.secrets ?? [])
          expect(existsSync(join(ledger.dataDir, basename(target)))).toBe(true);
    } finally {
      await ledger.stop();
    }
    expect(isWell()).toBe(1);
  });
});
