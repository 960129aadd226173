/** nest-cli.json names every application and library that there is, where it is. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface Project {
  readonly type: string;
  readonly root: string;
  readonly sourceRoot: string;
  readonly entryFile: string;
}
interface Settings extends Project {
  readonly monorepo: boolean;
  readonly compilerOptions: { readonly builder: string; readonly tsConfigPath: string };
  readonly projects: Readonly<Record<string, Project>>;
}
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

describe('nest-cli.json', () => {
  const { projects, compilerOptions, ...main } = read('nest-cli.json') as Settings;

  it.each([
    ['apps', 'application'],
    ['libs', 'library'],
  ])('has a project for each folder of %s, as %s', (folder, type) => {
    const expected = readdirSync(folder).map((name) => [name, `${folder}/${name}`]);
    const declared = Object.entries(projects).filter(([, project]) => project.type === type);
    expect(declared.map(([name, { root }]) => [name, root]).sort()).toEqual(expected.sort());
  });
  it.each(Object.entries(projects))(
    'names the sources and the first file of %s',
    (_, { root, sourceRoot, entryFile }) => {
      expect(sourceRoot).toBe(`${root}/src`);
      expect(existsSync(join(sourceRoot, `${entryFile}.ts`))).toBe(true);
    },
  );
  it('has the API as the application that is meant when none is named', () => {
    const { root, sourceRoot, entryFile } = projects['api']!;
    expect(main).toMatchObject({ monorepo: true, root, sourceRoot, entryFile });
  });
  // The CLI of Nest rewrites imports that match `paths`; Node resolves ours by `imports` in package.json.
  it('compiles with tsc and without paths, so that imports stay as they are written', () => {
    expect(compilerOptions).toEqual({ builder: 'tsc', tsConfigPath: 'tsconfig.build.json' });
    expect(read('tsconfig.build.json')).toMatchObject({ extends: './tsconfig.json', compilerOptions: { paths: {} } });
  });
});
