/** Dependencies point one way (docs/adr, design): each rule has a fixture under tests/architecture/fixtures that must fail it. */

/** Sources of the product; specs and their helpers may reach further. */
const PRODUCT = { pathNot: '\\.spec\\.ts$|/testing/|^tests/' };
const from = (path, more = {}) => ({ path, ...PRODUCT, ...more });
/** `#mandate/*` resolves to what is built of libs/mandate. */
const lib = (name) => `^(dist/)?libs/${name}/`;

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'mandate-is-pure',
      comment: 'The domain knows itself and EDTF: no I/O, no framework, no other lib.',
      severity: 'error',
      from: from('^libs/mandate/'),
      to: { pathNot: `${lib('mandate')}|(^|/)node_modules/edtf/` },
    },
    {
      name: 'event-log-stands-alone',
      severity: 'error',
      from: from('^libs/event-log/'),
      to: { path: '^(dist/)?(apps|libs)/', pathNot: lib('event-log') },
    },
    {
      name: 'transparency-stands-alone',
      severity: 'error',
      from: from('^libs/transparency/'),
      to: { path: '^(dist/)?(apps|libs)/', pathNot: lib('transparency') },
    },
    {
      name: 'transparency-is-pure',
      comment: 'Bytes in, bytes out: node:crypto and RFC 8785, and no other I/O, framework or driver.',
      severity: 'error',
      from: from('^libs/transparency/'),
      to: { pathNot: '^(dist/)?(apps|libs)/|(^|/)node_modules/canonicalize/|^(node:)?crypto$' },
    },
    {
      name: 'read-models-know-libs-alone',
      severity: 'error',
      from: from('^libs/read-models/'),
      to: { path: '^(dist/)?apps/' },
    },
    { name: 'api-knows-no-cli', severity: 'error', from: from('^apps/api/'), to: { path: '^apps/cli/' } },
    {
      name: 'cli-takes-little-of-the-api',
      comment: 'Settings, store, secrets and the start of a server, so that there is one version of each (ADR 0014).',
      severity: 'error',
      from: from('^apps/cli/'),
      to: {
        path: '^apps/api/',
        pathNot: '^apps/api/src/((config|store|secret-file|sync-to-disk|main)|log/log-key|auth/named-tokens)\\.ts$',
      },
    },
    {
      name: 'framework-in-apps-alone',
      severity: 'error',
      from: from('^libs/'),
      to: {
        path: '(^|/)node_modules/(@nestjs|fastify|express|class-validator|class-transformer|swagger-ui-express|pino|rxjs)/',
      },
    },
    {
      name: 'sqlite-driver-in-one-file-a-lib',
      severity: 'error',
      from: from('.', {
        pathNot: `${PRODUCT.pathNot}|^libs/event-log/src/sqlite/database\\.ts$|^libs/read-models/src/database\\.ts$`,
      }),
      to: { path: '(^|/)node_modules/(libsql|better-sqlite3)/' },
    },
    {
      name: 'eventstoredb-client-in-its-adapter',
      severity: 'error',
      from: from('.', { pathNot: `${PRODUCT.pathNot}|^libs/event-log/src/eventstoredb/` }),
      to: { path: '(^node_modules/)?@eventstore/' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: from('^(apps|libs)/'),
      to: {
        path: '^(dist/)?tests/|\\.spec\\.(ts|js)$|/testing/|(^|/)node_modules/(fast-check|supertest|jest|@nestjs/testing)/',
      },
    },
  ],
  options: {
    doNotFollow: { path: '^(node_modules|dist)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.json'],
    },
  },
};
