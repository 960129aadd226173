/** `npm run image`: builds docker/Dockerfile with docker, podman or buildah. `npm run image -- --help` explains it. */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DOCKERFILE = join('docker', 'Dockerfile');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [, DEFAULT_BASE] = /^ARG BASE=(\S+)$/m.exec(readFileSync(join(root, DOCKERFILE), 'utf8'));
const DEFAULT_TAG = `mandate-ledger:${version}`;

/**
 * The engines, in the order in which they are tried.
 * - `inspect`: succeeds when the engine has an image.
 * - `build`: the options that come before those that all engines share. The format "docker" keeps HEALTHCHECK, which
 *   the format "oci" drops. The isolation "chroot" needs no OCI runtime and works without further rights.
 */
const ENGINES = {
  docker: { inspect: ['image', 'inspect'], build: ['build'], env: { DOCKER_BUILDKIT: '1' } },
  podman: { inspect: ['image', 'inspect'], build: ['build', '--format', 'docker'], env: {} },
  buildah: {
    inspect: ['inspect', '--type', 'image'],
    build: ['build', '--isolation', 'chroot', '--format', 'docker'],
    env: {},
  },
};
const NAMES = Object.keys(ENGINES);

const HELP = `Usage: npm run image -- [options]

Builds the image of the ledger from ${DOCKERFILE}.

Options:
  --engine NAME  ${NAMES.join(', ')}. Default: the first of these that works.
  --tag NAME     name of the new image. Default: ${DEFAULT_TAG}
  --base NAME    image to build on. It needs Node 20.19 or later, npm and glibc. Default: ${DEFAULT_BASE}
  --npmrc FILE   npm settings for the build, for example with a token. Default: npm's registry and cafile of this user
  --help         this text
`;

/** A message for the user, without a stack trace. */
class Failure extends Error {}

const lastLine = (text) => text.trim().split('\n').at(-1);

/** @returns {{ ok: boolean, output: string, printed: string }} all that the program said, and its standard output */
function run(program, args, env = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (error) return { ok: false, output: error.code === 'ENOENT' ? 'not installed' : error.message, printed: '' };
  return { ok: status === 0, output: stdout + stderr, printed: stdout };
}

/**
 * Asks an engine whether it works. Where buildah's storage driver does not work, as on some overlay file systems, the
 * driver "vfs" is used: slower, but it works everywhere.
 * @returns {{ name: string, env: object } | { name: string, problem: string }}
 */
function tryEngine(name) {
  const { env } = ENGINES[name];
  const info = run(name, ['info'], env);
  if (info.ok) return { name, env };
  const vfs = { ...env, STORAGE_DRIVER: 'vfs' };
  if (name === 'buildah' && run(name, ['info'], vfs).ok) return { name, env: vfs };
  return { name, problem: lastLine(info.output) };
}

function chooseEngine(wanted) {
  if (wanted !== undefined && !NAMES.includes(wanted))
    throw new Failure(`--engine is "${wanted}"; it must be one of ${NAMES.join(', ')}.`);
  const problems = [];
  for (const name of wanted === undefined ? NAMES : [wanted]) {
    const engine = tryEngine(name);
    if (engine.problem === undefined) return engine;
    problems.push(`  ${name}: ${engine.problem}`);
  }
  throw new Failure(
    `No engine that can build an image works here:\n${problems.join('\n')}\n` +
      'Install Docker and start it, or install podman or buildah; on Debian: apt-get install buildah.',
  );
}

function provideBase(engine, base) {
  const { inspect } = ENGINES[engine.name];
  if (run(engine.name, [...inspect, base], engine.env).ok) return;
  console.log(`Pulling ${base} …`);
  const pull = run(engine.name, ['pull', base], engine.env);
  if (pull.ok) return;
  throw new Failure(
    `${engine.name} cannot pull the base image ${base}:\n  ${lastLine(pull.output)}\n` +
      'Give another base image, one that is here or can be pulled: npm run image -- --base NAME',
  );
}

/** npm as it runs this script, or the one in the path. */
function npmSetting(name) {
  const [program, ...args] = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const { ok, output, printed } = run(program, [...args, 'config', 'get', name]);
  if (!ok) throw new Failure(`npm config get ${name} failed:\n${output}`);
  const value = printed.trim();
  return value === 'null' || value === 'undefined' ? undefined : value;
}

/**
 * Writes the npm settings that the build gets as secrets, so that no layer of the image keeps them.
 * @param folder where the files are written
 * @returns options of the engine
 */
function npmSecrets(folder, npmrc) {
  const settings = join(folder, 'npmrc');
  const secrets = ['--secret', `id=npmrc,src=${settings}`];
  if (npmrc !== undefined) {
    if (!existsSync(npmrc)) throw new Failure(`--npmrc is "${npmrc}"; there is no such file.`);
    copyFileSync(npmrc, settings);
    return secrets;
  }
  const authority = npmSetting('cafile');
  const lines = [`registry=${npmSetting('registry')}`];
  if (authority !== undefined) {
    copyFileSync(authority, join(folder, 'npm-ca'));
    secrets.push('--secret', `id=npm-ca,src=${join(folder, 'npm-ca')}`);
    lines.push('cafile=/run/secrets/npm-ca');
  }
  writeFileSync(settings, `${lines.join('\n')}\n`);
  return secrets;
}

/** The child ends first on a signal, so that the secrets are removed. */
async function build(engine, args) {
  const child = spawn(engine.name, args, { cwd: root, env: { ...process.env, ...engine.env }, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...ended) => resolve(ended));
  });
  if (code !== 0) throw new Failure(`${engine.name} could not build the image (it ended with ${signal ?? code}).`);
}

function options() {
  try {
    const string = { type: 'string' };
    return parseArgs({
      options: { engine: string, tag: string, base: string, npmrc: string, help: { type: 'boolean' } },
    }).values;
  } catch (error) {
    throw new Failure(`${error.message}\n\n${HELP}`);
  }
}

async function main() {
  const { engine: wanted, tag = DEFAULT_TAG, base = DEFAULT_BASE, npmrc, help } = options();
  if (help) return console.log(HELP);
  const engine = chooseEngine(wanted);
  provideBase(engine, base);
  const folder = mkdtempSync(join(tmpdir(), 'mandate-ledger-image-'));
  try {
    console.log(`Building ${tag} on ${base} with ${engine.name} …`);
    const secrets = npmSecrets(folder, npmrc);
    await build(engine, [
      ...ENGINES[engine.name].build,
      ...['--file', DOCKERFILE, '--tag', tag, '--build-arg', `BASE=${base}`],
      ...secrets,
      '.',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`Built ${tag}.`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
