/**
 * Who may import what. Each rule has a fixture under tests/architecture/fixtures that must fail it. The sources are
 * read; `paths` of tsconfig.json lead from `#mandate` to the face of libs/mandate.
 */

/** Sources of the product; specs and their helpers may reach further. */
const PRODUCT = { pathNot: '\\.spec\\.ts$|/testing/|^tests/' };
const from = (path, more = {}) => ({ path, ...PRODUCT, ...more });
const lib = (...names) => `^libs/(${names.join('|')})/`;
const FACE = '^libs/[^/]+/src/(testing/)?index\\.ts$';
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})/`;

/** What each lib may import of the others; all of them may be imported by apps. */
const BELOW = {
  mandate: [],
  transparency: [],
  sqlite: [],
  'event-log': ['sqlite'],
  'read-models': ['sqlite', 'mandate', 'event-log', 'transparency'],
  setup: ['mandate', 'event-log', 'transparency'],
};

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Imports of types count: two files that need each other are one file, or share a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'libs-by-their-face',
      comment: 'From outside a lib only its index.ts, as #mandate; a test may also take #mandate/testing.',
      severity: 'error',
      from: { path: '^(libs/[^/]+|apps|tests)/' },
      to: { path: '^libs/', pathNot: `^$1/|${FACE}` },
    },
    ...Object.entries(BELOW).map(([name, below]) => ({
      name: `${name}-on-those-below`,
      severity: 'error',
      from: from(lib(name)),
      to: { path: '^(apps|libs)/', pathNot: lib(name, ...below) },
    })),
    {
      name: 'mandate-is-pure',
      comment: 'The domain knows itself and EDTF: no input, no output, no framework.',
      severity: 'error',
      from: from(lib('mandate')),
      to: { pathNot: `^(apps|libs)/|${npm('edtf')}` },
    },
    {
      name: 'transparency-is-pure',
      comment: 'Bytes in, bytes out: node:crypto and RFC 8785, and no other input, output, framework or driver.',
      severity: 'error',
      from: from(lib('transparency')),
      to: { pathNot: `^(apps|libs)/|${npm('canonicalize')}|^(node:)?crypto$` },
    },
    {
      name: 'http-knows-no-feature',
      comment: 'The toolkit of controllers. What knows features, such as the hooks of the server, lies in server/.',
      severity: 'error',
      from: from('^apps/api/src/http/'),
      to: { path: '^apps/', pathNot: '^apps/api/src/http/' },
    },
    { name: 'api-knows-no-cli', severity: 'error', from: from('^apps/api/'), to: { path: '^apps/cli/' } },
    {
      name: 'cli-only-starts-the-api',
      comment: 'What both need lies in libs/setup.',
      severity: 'error',
      from: from('^apps/cli/'),
      to: { path: '^apps/api/', pathNot: '^apps/api/src/main\\.ts$' },
    },
    {
      name: 'framework-in-apps-alone',
      severity: 'error',
      from: from('^libs/'),
      to: {
        path: npm(
          '@nestjs',
          'fastify',
          'express',
          'class-validator',
          'class-transformer',
          'swagger-ui-express',
          'pino',
          'rxjs',
        ),
      },
    },
    {
      name: 'sqlite-driver-in-one-file',
      severity: 'error',
      from: from('.', { pathNot: `${PRODUCT.pathNot}|^libs/sqlite/src/sqlite\\.ts$` }),
      to: { path: npm('libsql', 'better-sqlite3') },
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
        path: `^tests/|\\.spec\\.ts$|/testing/|${npm('fast-check', 'supertest', 'jest', '@nestjs/testing')}`,
      },
    },
  ],
  options: {
    doNotFollow: { path: '^(node_modules|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.json'],
    },
  },
};
