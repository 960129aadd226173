/** Compiles to dist when the sources are not those of the last build, wherever it is called from. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = ['apps', 'libs', 'tests'];
/** What the compiler reads beside them: its settings, and which packages have types. */
const FILES = ['package.json', 'package-lock.json', 'tsconfig.json'];
const COMPILER = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
/** Another compiler in the same folder (`nest build`, an editor) writes it too: then this build is not the last one. */
const BUILD_INFO = 'dist/.tsbuildinfo';
/** Holds digests of the sources that dist was built from, and of the build info. */
const STAMP = join(root, 'dist', '.built');

/**
 * Builds where that is needed, and shows what the compiler finds wrong.
 * @param {NodeJS.WriteStream} out where it is told what is done
 * @returns {Promise<number>} the exit code of the compiler, 0 where there is nothing to build
 */
export async function build(out) {
  const sources = digest([...FILES, ...FOLDERS.flatMap((folder) => filesUnder(folder, '.ts')).sort()]);
  const stamp = () => `${sources} ${digest([BUILD_INFO])}\n`;
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp()) return 0;
  if (!existsSync(COMPILER)) return withoutCompiler();
  rmSync(STAMP, { force: true });
  const status = await compile(out);
  if (status !== 0) return status;
  removeOrphans();
  writeFileSync(STAMP, stamp());
  return 0;
}

const filesUnder = (folder, ending) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true })
        .filter((name) => name.endsWith(ending))
        .map((name) => join(folder, name))
    : [];

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths.filter((path) => existsSync(join(root, path))))
    hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

/** An installation without development dependencies runs what was built before. */
function withoutCompiler() {
  const isThere = existsSync(join(root, 'dist', 'apps'));
  console.error(
    isThere
      ? 'The sources are not those that dist was built from, and the compiler is not installed. What is in dist runs. ' +
          `To build it anew, run npm ci in ${root}.`
      : `There is no build in dist, and the compiler is not installed. Run npm ci in ${root}.`,
  );
  return isThere ? 0 : 1;
}

/** On a terminal the seconds move while it compiles. */
async function compile(out) {
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const show = () => out.write(`\rBuilding … ${seconds()}`);
  const moving = out.isTTY ? setInterval(show, 100) : undefined;
  if (!out.isTTY) out.write('Building …\n');
  const compiler = spawn(process.execPath, [COMPILER, '-p', 'tsconfig.json', '--pretty', String(out.isTTY === true)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  compiler.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  const [status] = await once(compiler, 'close');
  clearInterval(moving);
  if (out.isTTY) out.write('\r\x1b[K');
  out.write(said);
  out.write(status === 0 ? `Built in ${seconds()}.\n` : 'The build failed; nothing was started.\n');
  return status ?? 1;
}

/** What was compiled from a source that is gone must not run on: a deleted spec, for one. */
function removeOrphans() {
  for (const path of FOLDERS.flatMap((folder) => filesUnder(join('dist', folder), '.js'))) {
    const source = path.replace(/^dist[/\\]/, '').replace(/\.js$/, '.ts');
    if (!existsSync(join(root, source)))
      for (const file of [path, `${path}.map`]) rmSync(join(root, file), { force: true });
  }
}
