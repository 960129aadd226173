/** The direction of dependencies, and a fixture for each rule that must fail it. */
import type { ICruiseOptions, ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const { cruise } = await import('dependency-cruiser');
const config = createRequire(import.meta.url)(resolve('.dependency-cruiser.cjs')) as {
  forbidden: IForbiddenRuleType[];
  options: ICruiseOptions;
};

async function violations(baseDir: string, folders: string[]): Promise<string[]> {
  const options: ICruiseOptions = {
    ...config.options,
    baseDir,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
  };
  const { output } = await cruise(folders, options);
  const { summary } = output as ICruiseResult;
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

describe('the fences', () => {
  it('hold in the project', async () => {
    expect(await violations(resolve('.'), ['apps', 'libs'])).toEqual([]);
  });

  it('see the imports that there are', async () => {
    const { output } = await cruise(['apps', 'libs'], { ...config.options, baseDir: resolve('.') });
    const { modules } = output as ICruiseResult;
    const handler = modules.find(({ source }) => source === 'apps/api/src/decisions/recorder.ts')!;
    expect(handler.dependencies.map(({ resolved }) => resolved)).toEqual(
      expect.arrayContaining([
        'dist/libs/mandate/src/history.js',
        'dist/libs/event-log/src/event-log.js',
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
    const base = resolve(fixtures, name);
    const found = await violations(base, readdirSync(base));
    expect(found.filter((violation) => violation.startsWith(`${name}: `))).not.toEqual([]);
  });
});
