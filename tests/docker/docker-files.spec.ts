/** Checks the files under docker/ as far as possible without an engine: nothing is pulled, built or run. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { parse } from 'yaml';
import { temporaryFolder } from '../temporary-folder.js';

interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  networks?: string[] | Record<string, unknown>;
  network_mode?: string;
  depends_on?: Record<string, { condition: string }>;
  secrets?: (string | { source: string })[];
  healthcheck?: { test?: string[]; disable?: boolean };
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  restart?: string;
}
interface Compose {
  services: Record<string, Service>;
  volumes?: Record<string, unknown>;
  networks?: Record<string, unknown>;
  secrets?: Record<string, { file: string }>;
}

const COMPOSE_FILES = ['docker/compose.yaml', 'docker/compose.cluster.yaml'];
const DOCKERFILE = readFileSync('docker/Dockerfile', 'utf8');
/** One instruction per line. */
const instructions = DOCKERFILE.replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line));
const stages = DOCKERFILE.split(/^(?=FROM )/m).slice(1);

const read = (path: string): Compose => parse(readFileSync(path, 'utf8'), { merge: true }) as Compose;
const services = COMPOSE_FILES.flatMap((file) =>
  Object.entries(read(file).services).map(([name, service]) => ({ at: `${file}: ${name}`, file, service })),
);
const ledgers = services.filter(({ service }) => service.image.startsWith('mandate-ledger:'));
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** The image of a registry with a version of three numbers, or our own. */
const PINNED = /^[a-z0-9./-]+:\d+\.\d+\.\d+(-[a-z0-9.-]+)?$/;

describe('the Dockerfile', () => {
  it('starts every stage from an exact version, of one Node and with glibc', () => {
    const bases = stages.map((stage) => /^FROM (\S+)/.exec(stage)![1]!);
    expect(bases.length).toBeGreaterThan(1);
    for (const base of bases) expect(base).toMatch(/^node:24\.\d+\.\d+-bookworm-slim$/);
    expect(new Set(bases).size).toBe(1);
  });

  it.each(instructions.filter((line) => line.startsWith('COPY ') && !line.includes('--from=')))(
    '%s: is there, and let in',
    (line) => {
      const letIn = readFileSync('.dockerignore', 'utf8')
        .split('\n')
        .filter((entry) => entry.startsWith('!'))
        .map((entry) => entry.slice(1));
      for (const source of line.split(/\s+/).slice(1, -1)) {
        expect(existsSync(source)).toBe(true);
        expect(letIn).toContain(source);
      }
    },
  );

  it.each(instructions.filter((line) => line.includes('COPY --from=')))(
    '%s: names a stage, and what the build makes',
    (line) => {
      const [, stage, source] = /--from=(\S+) \/app\/(\S+)/.exec(line)!;
      expect(
        instructions.filter((each) => each.startsWith('FROM ')).some((each) => each.endsWith(` AS ${stage}`)),
      ).toBe(true);
      expect(existsSync(source!)).toBe(true);
    },
  );

  it('runs what the build makes, without a shell, and not as root', () => {
    const last = stages.at(-1)!;
    const command = JSON.parse(/^CMD (\[.*\])$/m.exec(last)![1]!) as string[];
    expect(command[0]).toBe('node');
    expect(existsSync(command[1]!)).toBe(true);
    expect(last).toMatch(/^USER 1000:1000$/m);
    expect(last).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(last.indexOf('\nUSER ')).toBeLessThan(last.indexOf('\nCMD '));
  });

  it('installs everything to build and only what production needs to run', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(instructions).toContain('RUN npm ci');
    expect(instructions.some((line) => line.startsWith('RUN npm ci --omit=dev'))).toBe(true);
    expect(instructions).toContain('COPY --from=dependencies /app/node_modules node_modules');
    for (const needed of ['@eventstore/db-client', 'libsql']) expect(Object.keys(dependencies)).toContain(needed);
  });

  it('has the command in the path of its user, and the command needs nothing that is not in the image', () => {
    const last = stages.at(-1)!;
    const { path: image, remove } = temporaryFolder();
    try {
      for (const [, from, sources, to] of last.matchAll(/^COPY (--from=\S+ )?(.+) (\S+)$/gm))
        for (const source of sources!.split(' ')) {
          const path = from === undefined ? source : source.replace('/app/', '');
          const target = join(image, to!.endsWith('/') || to === './' ? join(to!, basename(path)) : to!);
          mkdirSync(dirname(target), { recursive: true });
          if (path === 'node_modules') symlinkSync(resolve(path), target);
          else cpSync(path, target, { recursive: true });
        }
      const [, program, link] = /^RUN ln -s \/app\/(\S+) \/usr\/local\/bin\/(\S+)$/m.exec(last)!;
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

  it('sets what the ledger reads, and keeps all that is written in the volume', () => {
    const last = stages.at(-1)!;
    const env = Object.fromEntries(
      [.../^ENV (.*)$/m.exec(last)![1]!.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!] as const),
    );
    expect(env).toMatchObject({ HOST: '0.0.0.0', PORT: '3000', LEDGER_DATA_DIR: '/data' });
    expect(unknownSettings({ ...env, NODE_ENV: undefined })).toEqual([]);
    expect(last).toMatch(/^VOLUME \/data$/m);
    expect(last).toMatch(/^EXPOSE 3000$/m);
  });

  it('asks an address that there is whether it is well, in a program that says yes and no', async () => {
    const health = /^HEALTHCHECK .*CMD (\[.*\])$/.exec(instructions.find((line) => line.startsWith('HEALTHCHECK'))!)!;
    const [program, ...args] = JSON.parse(health[1]!) as string[];
    expect(program).toBe('node');
    expect(args[1]).toContain("'/health/live'");
    const { startLedger } = await import('../e2e/ledger.js');
    const ledger = await startLedger({ LEDGER_DATASETS: 'none' });
    const ask = (): number | null =>
      spawnSync(process.execPath, args, { env: { PORT: new URL(ledger.url).port } }).status;
    expect(ask()).toBe(0);
    await ledger.stop();
    expect(ask()).toBe(1);
  });
});

const everythingIn = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

/** Names of settings that neither the ledger nor EventStoreDB reads. */
function unknownSettings(env: Record<string, string | undefined>): string[] {
  const config = readFileSync('apps/api/src/config.ts', 'utf8');
  const known = [...config.matchAll(/env\['(\w+)'\]/g)].map(([, name]) => name!);
  return Object.keys(env).filter(
    (name) => env[name] !== undefined && !known.includes(name) && !name.startsWith('EVENTSTORE_'),
  );
}

describe.each(COMPOSE_FILES)('%s', (file) => {
  const compose = read(file);
  const all = Object.entries(compose.services);

  it('names nothing that it does not define', () => {
    const volumes = new Set<string>();
    const networks = new Set<string>();
    const secrets = new Set<string>();
    for (const [, service] of all) {
      for (const other of Object.keys(service.depends_on ?? {})) expect(Object.keys(compose.services)).toContain(other);
      for (const volume of service.volumes ?? []) {
        const [source] = volume.split(':') as [string];
        if (source.startsWith('.')) expect(existsSync(join(dirname(file), source))).toBe(true);
        else volumes.add(source);
      }
      const joined = service.networks ?? [];
      for (const network of Array.isArray(joined) ? joined : Object.keys(joined)) networks.add(network);
      for (const secret of service.secrets ?? []) secrets.add(typeof secret === 'string' ? secret : secret.source);
    }
    expect([...volumes].sort()).toEqual(Object.keys(compose.volumes ?? {}).sort());
    expect([...networks].sort()).toEqual(Object.keys(compose.networks ?? {}).sort());
    expect([...secrets].sort()).toEqual(Object.keys(compose.secrets ?? {}).sort());
  });

  it('waits for the health only of what has one, and for the end only of what ends', () => {
    for (const [, { depends_on = {} }] of all)
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const { image, healthcheck, restart } = compose.services[other]!;
        if (condition === 'service_completed_successfully') expect(restart).toBeUndefined();
        else {
          expect(condition).toBe('service_healthy');
          expect(healthcheck?.disable).toBeUndefined();
          if (!image.startsWith('mandate-ledger:')) expect(healthcheck?.test).toBeDefined();
        }
      }
  });

  const compose2 = ['docker', 'docker-compose'].map((program) =>
    program === 'docker' ? [program, 'compose'] : [program],
  );
  const client = compose2.find(([program, ...args]) => spawnSync(program!, [...args, 'version']).status === 0);
  (client === undefined ? it.skip : it)('is accepted by the client of Compose', () => {
    const [program, ...args] = client!;
    const env = { PATH: process.env['PATH'], ADMIN_PASSWORD: 'a', OPS_PASSWORD: 'b', LEDGER_PASSWORD: 'c' };
    const { status, stderr } = spawnSync(program!, [...args, '-f', file, 'config', '--quiet'], {
      env,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('every container', () => {
  it.each(services)(
    '$at has an exact image, no rights to gain, a limit, and no door but to this machine',
    ({ service }) => {
      expect(service.image).toMatch(PINNED);
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
      expect(service.mem_limit).toMatch(/^\d+[mg]$/);
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      expect(unknownSettings(service.environment ?? {})).toEqual([]);
    },
  );

  it.each(['nginx', 'nginx:latest', 'node:24', 'node:24.21', 'eventstore/eventstore:latest'])(
    'would be found with %s',
    (image) => {
      expect(image).not.toMatch(PINNED);
    },
  );
  it('would be found with a setting that nobody reads', () => {
    expect(unknownSettings({ LEDGER_STORES: 'sqlite', PORT: '1', EVENTSTORE_INSECURE: 'true' })).toEqual([
      'LEDGER_STORES',
    ]);
  });
});

/** The connection string with a password in it. */
const storeOf = ({ environment }: Service): string =>
  environment!['LEDGER_STORE']!.replace(/\$\{LEDGER_PASSWORD:[^}]*\}/, 'password');

describe('every container of the ledger', () => {
  it('is there, one for one node and two replicas for the cluster', () => {
    const running = ledgers.filter(({ service }) => service.command === undefined);
    expect(running.map(({ at }) => at)).toEqual([
      'docker/compose.yaml: api',
      'docker/compose.cluster.yaml: api1',
      'docker/compose.cluster.yaml: api2',
    ]);
    const data = running.map(
      ({ file, service }) => file + service.volumes!.find((volume) => volume.endsWith(':/data')),
    );
    expect(new Set(data).size).toBe(running.length); // each has its own views
  });

  it.each(ledgers)(
    '$at is ours, of this version, read-only and not root, and runs what is there',
    ({ file, service }) => {
      expect(service.image).toBe(`mandate-ledger:${version}`);
      expect(service.read_only).toBe(true);
      expect(service.user).toBeUndefined(); // the user of the image
      const context = normalize(join(dirname(file), service.build!.context));
      expect(existsSync(join(context, service.build!.dockerfile))).toBe(true);
      for (const part of service.command ?? []) if (part.endsWith('.js')) expect(DOCKERFILE).toContain(part);
      expect(storeOf(service)).toMatch(/^esdb:\/\/[^?]+:2113\?tls=(true|false)/);
    },
  );

  it('finds the nodes under the names that their certificates and gossip have', () => {
    const compose = read('docker/compose.cluster.yaml');
    const nodes = Object.entries(compose.services).filter(([, { image }]) =>
      image.startsWith('eventstore/eventstore:'),
    );
    const hosts = nodes.map(([name]) => `${name}.eventstore:2113`);
    expect(hosts).toHaveLength(3);
    for (const { file, service } of ledgers)
      if (file.includes('cluster')) expect(/@([^?]+)\?/.exec(storeOf(service))![1]!.split(',')).toEqual(hosts);
    const made = compose.services['certificates']!.command!.join('\n');
    for (const [name, { environment = {}, networks, healthcheck }] of nodes) {
      expect(environment['EVENTSTORE_GOSSIP_SEED']!.split(',')).toEqual(hosts.filter((host) => !host.startsWith(name)));
      expect(environment['EVENTSTORE_NODE_HOST_ADVERTISE_AS']).toBe(`${name}.eventstore`);
      expect(environment['EVENTSTORE_REPLICATION_HOST_ADVERTISE_AS']).toBe(`${name}.eventstore`);
      expect(environment['EVENTSTORE_CERTIFICATE_FILE']).toBe(`/certificates/${name}/node.crt`);
      expect(environment['EVENTSTORE_CERTIFICATE_PRIVATE_KEY_FILE']).toBe(`/certificates/${name}/node.key`);
      expect(environment['EVENTSTORE_INSECURE']).toBeUndefined();
      expect(networks).toEqual({ store: { aliases: [`${name}.eventstore`] } });
      expect(healthcheck!.test!.at(-1)).toBe(`https://${name}.eventstore:2113/health/live`);
      expect(made).toContain(name);
    }
  });

  it('takes no secret from a file that would be committed', () => {
    const ignored = readFileSync('docker/.gitignore', 'utf8').split('\n');
    const { secrets = {} } = read('docker/compose.cluster.yaml');
    for (const { file } of Object.values(secrets)) expect(ignored).toContain(normalize(file));
    expect(ignored).toContain('.env');
    for (const { service } of services)
      for (const [name, value] of Object.entries(service.environment ?? {}))
        if (name.endsWith('PASSWORD')) expect(value).toMatch(/^\$\{\w+_PASSWORD:\?/);
  });
});

describe('the proxy', () => {
  const config = readFileSync('docker/proxy/haproxy.cfg', 'utf8');
  const compose = read('docker/compose.cluster.yaml');

  it('balances over every replica, at an address of its health that there is', () => {
    const controller = readFileSync('apps/api/src/health/health.controller.ts', 'utf8');
    const paths = [...config.matchAll(/uri (\S+)/g)].map(([, path]) => path!);
    expect(paths).toEqual(['/health/ready', '/health/live']);
    for (const path of paths) expect(controller).toContain(`@Get('${path.replace('/health/', '')}')`);
    const replicas = Object.keys(compose.services).filter((name) => name.startsWith('api'));
    for (const backend of config.split(/^backend /m).slice(1))
      expect([...backend.matchAll(/^ *server (\S+) (\S+)/gm)].map(([, , address]) => address)).toEqual(
        replicas.map((name) => `${name}:3000`),
      );
  });

  it('listens where the port is published, and sends nothing twice', () => {
    const [, inside] = /:(\d+)$/.exec(compose.services['proxy']!.ports![0]!)!;
    expect(config).toContain(`bind :${inside}\n`);
    expect([...config.matchAll(/retry-on (.*)/g)].map(([, on]) => on)).toEqual(['conn-failure']);
  });
});

describe('the operations guide', () => {
  const guide = readFileSync('docs/operations.md', 'utf8');

  it('names files that there are, and every setting', () => {
    const named = [...guide.matchAll(/\b(?:docker|docs|apps|libs|tests|scripts)\/[\w./-]*\w/g)].map(([path]) => path);
    expect(named.length).toBeGreaterThan(3);
    const missing = named.filter(
      (path) => !existsSync(path) && !['docker/.env', 'docker/recorder-token'].includes(path),
    );
    expect(missing).toEqual([]);
    for (const [, link] of guide.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(existsSync(join('docs', link!))).toBe(true);
    const names = [...guide.matchAll(/\bLEDGER_[A-Z_]+\b/g)]
      .map(([name]) => [name, ''] as const)
      .filter(([name]) => name !== 'LEDGER_PASSWORD');
    expect(unknownSettings(Object.fromEntries(names))).toEqual([]);
  });

  it('names services and volumes that there are', () => {
    const compose = read('docker/compose.cluster.yaml');
    for (const [, rest] of guide.matchAll(/docker compose -f docker\/compose\.cluster\.yaml (.*)$/gm)) {
      const words = rest!.split(/[^\w-]+/);
      const named = words.filter((word) => /^(node|api)\d$|^(account|proxy|certificates)$/.test(word));
      for (const name of named) expect(Object.keys(compose.services)).toContain(name);
    }
    expect(readdirSync('docker').sort()).toEqual(
      expect.arrayContaining([
        'Dockerfile',
        'compose.cluster.yaml',
        'compose.yaml',
        'eventstoredb-account.js',
        'proxy',
      ]),
    );
  });
});
