/** The scripts of a checkout: what is not built is built first, and it is told what is done and what is wrong. */
import { cpSync, existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { makeCheckout } from './checkout.js';

const PATIENCE_MS = 60_000;
const BUILT = /^Building …\nBuilt in \d+\.\d s\.\n$/;
const RUN = 'apps/cli/src/run.ts';

describe('the launcher of a checkout', () => {
  const checkout = makeCheckout();
  afterAll(() => checkout.discard());
  const ledger = () => checkout.run('ledger.js', 'x');

  it(
    'builds once, and again after a source has changed',
    () => {
      checkout.put(RUN, 'console.log("old", process.cwd());');
      expect(ledger()).toEqual([0, 'old /\n', expect.stringMatching(BUILT)]);
      expect(ledger()).toEqual([0, 'old /\n', '']);
      checkout.put(RUN, 'console.log("new");');
      expect(ledger()).toEqual([0, 'new\n', expect.stringMatching(BUILT)]);
    },
    PATIENCE_MS,
  );

  it.each([
    ['does not compile', 'const a: number = "x";', /TS2322[^]*The build failed; nothing was started\.\n$/],
    [
      'cannot be loaded',
      'await import("no-such-" + "package");',
      /^Building …\nBuilt in .* s\.\nledger: .*no-such-package.*Run npm ci.*\n$/,
    ],
  ])(
    'ends with 2 where it %s',
    (_, text, words) => {
      checkout.put(RUN, text);
      expect(ledger()).toEqual([2, '', expect.stringMatching(words)]);
    },
    PATIENCE_MS,
  );
});

describe('the build of a checkout', () => {
  const checkout = makeCheckout();
  const SPEC = 'tests/some.spec.ts';
  beforeAll(() => {
    checkout.put('apps/api/src/run.ts', 'console.log("It runs.");');
    checkout.put(SPEC, 'it("holds", () => expect(1).toBe(1));');
  });
  afterAll(() => checkout.discard());

  it(
    'is followed by the start',
    () => {
      const [status, out] = checkout.run('start.js');
      expect([status, out]).toEqual([
        0,
        expect.stringMatching(/^Building …\nBuilt in .*\nStarting the ledger …\nIt runs\.\n$/),
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'is followed by the tests, which end with their figures',
    () => {
      const [status, out] = checkout.run('test.js');
      expect([status, out.trimEnd().split('\n').at(-1)]).toEqual([0, '1 passed, 0 failed']);
    },
    PATIENCE_MS,
  );

  it(
    'runs the specs that are named, and fails where none is',
    () => {
      expect(checkout.run('test.js', 'some')[0]).toBe(0);
      const [status, out] = checkout.run('test.js', 'other');
      expect(status).toBe(1);
      expect(out).toContain('Nothing was tested: no spec matches other.\n');
    },
    PATIENCE_MS,
  );

  it(
    'is done anew where another compiler wrote into the same folder',
    () => {
      checkout.put('dist/.tsbuildinfo', '{}');
      expect(checkout.run('start.js', '--build-only')[1]).toMatch(BUILT);
      expect(checkout.run('start.js', '--build-only')[1]).toBe('');
    },
    PATIENCE_MS,
  );

  it(
    'leaves nothing of a source that is gone',
    () => {
      const compiled = checkout.at(SPEC.replace('tests/', 'dist/tests/').replace('.ts', '.js'));
      expect(existsSync(compiled)).toBe(true);
      checkout.remove(SPEC);
      expect(checkout.run('start.js', '--build-only')[0]).toBe(0);
      expect([existsSync(compiled), existsSync(`${compiled}.map`)]).toEqual([false, false]);
    },
    PATIENCE_MS,
  );

  it(
    'shows on a terminal that it goes on',
    async () => {
      checkout.put(SPEC, 'export {};');
      const { build } = (await import(pathToFileURL(checkout.at('scripts/build.js')).href)) as {
        build: (out: { isTTY: boolean; write: (text: string) => unknown }) => Promise<number>;
      };
      const said: string[] = [];
      expect(await build({ isTTY: true, write: (text) => said.push(text) })).toBe(0);
      expect(said[0]).toMatch(/^\rBuilding … \d+\.\d s$/);
      expect(said.at(-1)).toMatch(/^Built in \d+\.\d s\.\n$/);
    },
    PATIENCE_MS,
  );
});

describe('a checkout without the packages for development', () => {
  const checkout = makeCheckout({ packages: false });
  const start = () => checkout.run('start.js');
  beforeAll(() => checkout.put('apps/api/src/run.ts', 'console.log("It runs.");'));
  afterAll(() => checkout.discard());

  it('says what to do where there is no build', () => {
    expect(start()).toEqual([1, '', expect.stringMatching(/^There is no build in dist, and .* Run npm ci in .*\.\n$/)]);
  });

  it(
    'starts from a build that is there, and tells when the sources are others',
    () => {
      const built = makeCheckout();
      built.put('apps/api/src/run.ts', 'console.log("It runs.");');
      expect(built.run('start.js', '--build-only')[0]).toBe(0);
      cpSync(built.at('dist'), checkout.at('dist'), { recursive: true });
      built.discard();
      expect(start()).toEqual([0, 'Starting the ledger …\nIt runs.\n', '']);
      checkout.put('apps/api/src/run.ts', 'console.log("It runs on.");');
      expect(start()).toEqual([
        0,
        'Starting the ledger …\nIt runs.\n',
        expect.stringMatching(/^The sources are not those that dist was built from, .* run npm ci in .*\.\n$/),
      ]);
    },
    PATIENCE_MS,
  );
});
