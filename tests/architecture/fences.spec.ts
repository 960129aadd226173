/** The direction of dependencies, and a fixture for each rule that must fail it. */
import type { ICruiseOptions, ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const { cruise } = await import('dependency-cruiser');
const { default: extractTsConfig } = await import('dependency-cruiser/config-utl/extract-ts-config');
const config = createRequire(import.meta.url)(resolve('.dependency-cruiser.cjs')) as {
  forbidden: IForbiddenRuleType[];
  options: ICruiseOptions;
};

/** `paths` lead from `#mandate` to its sources. */
const tsConfig = extractTsConfig(resolve('tsconfig.json'));
const SOURCES = ['apps', 'libs', 'tests'];
const ours = { ...config.options, baseDir: resolve('.'), exclude: { path: '^tests/architecture/fixtures/' } };

async function violations(options: ICruiseOptions, folders: string[]): Promise<string[]> {
  const ruleSet = { forbidden: config.forbidden };
  const { output } = await cruise(folders, { ...options, validate: true, ruleSet }, undefined, { tsConfig });
  const { summary } = output as ICruiseResult;
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

describe('the fences', () => {
  it('hold in the project', async () => {
    expect(await violations(ours, SOURCES)).toEqual([]);
  });

  it('see every import, from app to lib too', async () => {
    const { output } = await cruise(SOURCES, ours, undefined, { tsConfig });
    const { modules } = output as ICruiseResult;
    const recorder = modules.find(({ source }) => source === 'apps/api/src/decisions/recorder.ts')!;
    expect(recorder.dependencies.map(({ resolved }) => resolved)).toEqual(
      expect.arrayContaining([
        'libs/mandate/src/index.ts',
        'libs/event-log/src/index.ts',
        'apps/api/src/views/views.ts',
      ]),
    );
    expect(
      modules.flatMap(({ source, dependencies }) =>
        dependencies.filter(({ couldNotResolve }) => couldNotResolve).map(({ module }) => `${source} ${module}`),
      ),
    ).toEqual([]);
  });

  const fixtures = join('tests', 'architecture', 'fixtures');
  it('have a fixture for every rule', () => {
    expect(readdirSync(fixtures).sort()).toEqual(config.forbidden.map(({ name }) => name!).sort());
  });

  it.each(config.forbidden.map(({ name }) => [name!]))('%s stops its fixture', async (name) => {
    const baseDir = resolve(fixtures, name);
    const found = await violations({ ...config.options, baseDir }, readdirSync(baseDir));
    expect(found.filter((violation) => violation.startsWith(`${name}: `))).not.toEqual([]);
  });
});
