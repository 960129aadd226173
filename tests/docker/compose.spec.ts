/** The compose files against the Compose specification, the image, the ledger's settings and EventStoreDB's. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import * as eventstoredb from './eventstoredb.js';
import type { Service } from './files.js';
import {
  CLUSTER,
  COMPOSE_FILES,
  argumentOf,
  environmentOf,
  imageEnvironment,
  isMounted,
  ledgers,
  read,
  servers,
  services,
  stores,
  variablesOf,
} from './files.js';
import { readConfig, unknownTo } from './settings.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
/** A registry's image with a version of three numbers, or our own. */
const PINNED = /^[a-z0-9./-]+:\d+\.\d+\.\d+(-[a-z0-9.-]+)?$/;
const compose = (file: string): string => readFileSync(file, 'utf8');

/**
 * The schema of the Compose specification, as the package dclint brings it: schema/compose-spec.json of the repository
 * compose-spec/compose-spec at commit 58a2548c, under Apache-2.0.
 */
const SCHEMA = 'node_modules/dclint/schemas/compose.schema.json';

/** @returns what the specification does not allow in the text of a compose file */
function violations(text: string): string[] {
  const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as object;
  // It names its draft by an address that Ajv does not know, and formats of its own that describe texts.
  const known = Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema'));
  const check = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(known);
  if (check(parse(text, { merge: true }))) return [];
  return check.errors!.map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

describe.each(COMPOSE_FILES)('%s', (file) => {
  const all = Object.entries(read(file).services);

  it('is as the Compose specification says', () => {
    expect(violations(compose(file))).toEqual([]);
  });
  it.each([
    ['mem_limit:', 'memory_limit:', 'memory_limit'],
    ['condition: service_healthy', 'condition: healthy', 'allowed values'],
    ['cap_drop: [ALL]', 'cap_drop: ALL', 'must be array'],
  ])('would be refused with %s written as %s', (right, wrong, reason) => {
    expect(compose(file)).toContain(right);
    expect(violations(compose(file).replace(right, wrong)).join('\n')).toContain(reason);
  });

  it('names nothing that it does not define', () => {
    const defined = read(file);
    const volumes = new Set<string>();
    const networks = new Set<string>();
    const secrets = new Set<string>();
    for (const [, service] of all) {
      for (const other of Object.keys(service.depends_on ?? {})) expect(Object.keys(defined.services)).toContain(other);
      for (const volume of service.volumes ?? []) {
        const [source] = volume.split(':') as [string];
        if (source.startsWith('.')) expect(existsSync(join(dirname(file), source))).toBe(true);
        else volumes.add(source);
      }
      const joined = service.networks ?? [];
      for (const network of Array.isArray(joined) ? joined : Object.keys(joined)) networks.add(network);
      for (const { source } of service.secrets ?? []) secrets.add(source);
    }
    expect([...volumes].sort()).toEqual(Object.keys(defined.volumes ?? {}).sort());
    expect([...networks].sort()).toEqual(Object.keys(defined.networks ?? {}).sort());
    expect([...secrets].sort()).toEqual(Object.keys(defined.secrets ?? {}).sort());
  });

  it('waits for the health only of what has one, and for the end only of what ends', () => {
    for (const [, { depends_on = {} }] of all)
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const { image, healthcheck, restart } = read(file).services[other]!;
        if (condition === 'service_completed_successfully') expect(restart).toBeUndefined();
        else {
          expect(condition).toBe('service_healthy');
          expect(healthcheck?.disable).toBeUndefined();
          if (!image.startsWith('mandate-ledger:')) expect(healthcheck?.test).toBeDefined();
        }
      }
  });

  it('names its programs and images as they are', () => {
    for (const [path] of compose(file).matchAll(/\bdist\/[\w./-]+\.js\b/g)) expect(existsSync(path)).toBe(true);
    for (const [, tag] of compose(file).matchAll(/mandate-ledger:([\w.]+)/g)) expect(tag).toBe(version);
  });

  const programs = [['docker', 'compose'], ['docker-compose']];
  const client = programs.find(([program, ...args]) => spawnSync(program!, [...args, 'version']).status === 0);
  (client === undefined ? it.skip : it)('is accepted by the client of Compose', () => {
    const [program, ...args] = client!;
    const variables = Object.fromEntries(variablesOf(file).map((name) => [name, 'secret']));
    const { status, stderr } = spawnSync(program!, [...args, '-f', file, 'config', '--quiet'], {
      env: { PATH: process.env['PATH'], ...variables },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('every container', () => {
  it.each(services)('$at has an exact image, no rights to gain, a limit, and no door but to this machine', (each) => {
    const { service } = each;
    expect(service.image).toMatch(PINNED);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('sets only variables that its program reads', () => {
    const setIn = (each: { service: Service }): string[] => Object.keys(each.service.environment ?? {});
    for (const each of servers) expect(unknownTo('ledger', setIn(each))).toEqual([]);
    for (const each of ledgers.filter((one) => !servers.includes(one)))
      expect(unknownTo('account', setIn(each))).toEqual([]);
    for (const each of stores) expect(unknownTo('eventstoredb', setIn(each))).toEqual([]);
    for (const each of services.filter((one) => !ledgers.includes(one) && !stores.includes(one)))
      expect(setIn(each)).toEqual([]);
  });

  it.each(['nginx', 'nginx:latest', 'node:24', 'node:24.21', 'eventstore/eventstore:latest'])(
    'would be found with %s',
    (image) => {
      expect(image).not.toMatch(PINNED);
    },
  );
  it('would be found with a variable that nobody reads', () => {
    expect(unknownTo('ledger', ['LEDGER_STORES', 'PORT', 'EVENTSTORE_INSECURE'])).toEqual([
      'LEDGER_STORES',
      'EVENTSTORE_INSECURE',
    ]);
    expect(unknownTo('eventstoredb', ['EVENTSTORE_INSECURE', 'EVENTSTORE_HTTP_PORT', 'LEDGER_STORE'])).toEqual([
      'EVENTSTORE_HTTP_PORT',
      'LEDGER_STORE',
    ]);
  });
});

describe('every container of the ledger', () => {
  it('is there, one for one node and two replicas for the cluster', () => {
    expect(servers.map(({ at }) => at)).toEqual([
      'docker/compose.yaml: api',
      'docker/compose.cluster.yaml: api1',
      'docker/compose.cluster.yaml: api2',
    ]);
    const data = servers.map(
      ({ file, service }) => file + service.volumes!.find((volume) => volume.endsWith(':/data')),
    );
    expect(new Set(data).size).toBe(servers.length); // each has views of its own
  });

  it.each(ledgers)('$at is ours, of this version, read-only and not root, and runs what is there', (each) => {
    const { file, service } = each;
    expect(service.image).toBe(`mandate-ledger:${version}`);
    expect(service.read_only).toBe(true);
    expect(service.user).toBeUndefined(); // that of the image
    const context = normalize(join(dirname(file), service.build!.context));
    expect(existsSync(join(context, service.build!.dockerfile))).toBe(true);
    for (const part of service.command ?? []) if (part.endsWith('.js')) expect(existsSync(part)).toBe(true);
  });

  it.each(servers)('$at has settings that the ledger takes, and mounts what it writes and reads', (each) => {
    const { service } = each;
    const config = readConfig({ ...imageEnvironment, ...environmentOf(service) });
    expect(config.store.kind).toBe('eventstoredb');
    for (const name of config.datasets) expect(existsSync(join('datasets', name))).toBe(true);
    expect(service.volumes!.map((volume) => volume.split(':')[1])).toContain(config.dataDir);
    for (const { target } of service.secrets ?? [])
      expect([config.logKey, join(config.dataDir, 'recorder-token')]).toContain(target);
    for (const port of service.ports ?? []) expect(port.split(':').at(-1)).toBe(String(config.port));
  });

  it.each(ledgers)('$at asks nodes that are in its file, at their port, by an authority that it can read', (each) => {
    const { file, service } = each;
    const [, hosts, settings] = /^esdb:\/\/(?:ledger:secret@)?([^?]+)\?(.+)$/.exec(
      environmentOf(service)['LEDGER_STORE']!,
    )!;
    const nodes = stores.filter((store) => store.file === file);
    const secure = file === CLUSTER;
    expect(hosts!.split(',')).toEqual(
      nodes.map(({ name }) => `${name}${secure ? '.eventstore' : ''}:${eventstoredb.PORT}`),
    );
    const given = new URLSearchParams(settings);
    expect(given.get('tls')).toBe(String(secure));
    const authority = given.get('tlsCAFile');
    if (!secure) return expect(authority).toBeNull();
    expect(isMounted(service, authority!)).toBe(true);
    expect(read(file).services['certificates']!.command!.join('\n')).toContain(` ${authority}\n`);
  });
});

describe('every EventStoreDB', () => {
  it.each(stores)('$at is of the version whose options are known, keeps its data, and is asked at its port', (each) => {
    const { service } = each;
    const environment = environmentOf(service);
    expect(service.image).toMatch(new RegExp(`^eventstore/eventstore:${eventstoredb.VERSION}\\.\\d+-`));
    expect(environment['EVENTSTORE_DB']).toBeUndefined();
    expect(environment['EVENTSTORE_NODE_PORT']).toBeUndefined();
    expect(service.volumes!.map((volume) => volume.split(':')[1])).toContain(eventstoredb.DATA_FOLDER);
    expect(new URL(service.healthcheck!.test!.at(-1)!).port).toBe(String(eventstoredb.PORT));
    for (const port of service.ports ?? []) expect(port.split(':').at(-1)).toBe(String(eventstoredb.PORT));
    for (const [name, value] of Object.entries(environment))
      if (value.startsWith('/')) expect([name, isMounted(service, value)]).toEqual([name, true]);
  });
});

describe('the cluster', () => {
  const { services: all, secrets = {} } = read(CLUSTER);
  const nodes = stores.filter(({ file }) => file === CLUSTER);

  it('finds the nodes under the names that their certificates and gossip have', () => {
    const hosts = nodes.map(({ name }) => `${name}.eventstore:${eventstoredb.PORT}`);
    expect(hosts).toHaveLength(3);
    const made = all['certificates']!.command!.join('\n');
    expect(made).toContain(`chown ${eventstoredb.USER} `);
    expect(made).toContain(`for node in ${nodes.map(({ name }) => name).join(' ')}; do`);
    for (const { name, service } of nodes) {
      const environment = environmentOf(service);
      expect(environment['EVENTSTORE_CLUSTER_SIZE']).toBe(String(nodes.length));
      expect(environment['EVENTSTORE_GOSSIP_SEED']!.split(',')).toEqual(hosts.filter((host) => !host.startsWith(name)));
      expect(environment['EVENTSTORE_NODE_HOST_ADVERTISE_AS']).toBe(`${name}.eventstore`);
      expect(environment['EVENTSTORE_REPLICATION_HOST_ADVERTISE_AS']).toBe(`${name}.eventstore`);
      expect(environment['EVENTSTORE_CERTIFICATE_FILE']).toBe(`/certificates/${name}/node.crt`);
      expect(environment['EVENTSTORE_CERTIFICATE_PRIVATE_KEY_FILE']).toBe(`/certificates/${name}/node.key`);
      expect(environment['EVENTSTORE_INSECURE']).toBeUndefined();
      expect(service.networks).toEqual({ store: { aliases: [`${name}.eventstore`] } });
      expect(service.healthcheck!.test!.at(-1)).toBe(`https://${name}.eventstore:${eventstoredb.PORT}/health/live`);
    }
  });

  it('takes no secret from a file that would be committed', () => {
    const ignored = readFileSync('docker/.gitignore', 'utf8').split('\n');
    for (const { file } of Object.values(secrets)) expect(ignored).toContain(normalize(file));
    expect(ignored).toContain('.env');
    for (const { service } of services)
      for (const [name, value] of Object.entries(service.environment ?? {}))
        if (name.endsWith('PASSWORD')) expect(value).toMatch(/^\$\{\w+_PASSWORD:\?/);
  });

  it('is told how to make every variable and secret that it needs, for the user of the image', () => {
    const [head] = compose(CLUSTER).split('\nname:') as [string];
    const [, names] = /for name in ([A-Z ]+); do echo "\$\{name\}_PASSWORD=/.exec(head)!;
    expect(names!.split(' ').map((name) => `${name}_PASSWORD`)).toEqual(variablesOf(CLUSTER));
    const files = Object.values(secrets).map(({ file }) => normalize(file));
    for (const file of files) expect(head).toContain(` > ${file})\n`);
    expect(head).toContain(`chown ${argumentOf('USER').split(':')[0]} ${files.join(' ')}\n`);
  });

  it('has a proxy that balances over every replica and listens where its port is published', () => {
    const config = readFileSync('docker/proxy/haproxy.cfg', 'utf8');
    const replicas = servers.filter(({ file }) => file === CLUSTER).map(({ name }) => name);
    const backends = config.split(/^backend /m).slice(1);
    expect(backends.length).toBeGreaterThan(0);
    for (const backend of backends)
      expect([...backend.matchAll(/^ *server (\S+) (\S+)/gm)].map(([, , address]) => address)).toEqual(
        replicas.map((name) => `${name}:${argumentOf('EXPOSE')}`),
      );
    const inside = all['proxy']!.ports![0]!.split(':').at(-1);
    expect(config).toContain(`bind :${inside}\n`);
    expect(all['proxy']!.healthcheck!.test!.at(-1)).toBe(`http://127.0.0.1:${inside}/health/live`);
    // So that nothing is ever sent twice.
    expect([...config.matchAll(/retry-on (.*)/g)].map(([, on]) => on)).toEqual(['conn-failure']);
  });
});
