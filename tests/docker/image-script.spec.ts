/** `npm run image` with programs in place of the engines, which write down what they are called with. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const [, DEFAULT_BASE] = /^ARG BASE=(\S+)$/m.exec(readFileSync('docker/Dockerfile', 'utf8'))!;

describe('npm run image', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ path: folder, remove } = temporaryFolder());
    program('npm', 'case $3 in registry) echo https://npm.example/ ;; *) echo null ;; esac');
  });
  afterEach(() => remove());

  /** Puts a program into the path: a script for /bin/sh. */
  const program = (name: string, script: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  /** An engine that works, and that writes down how it builds, with the npm settings that it is given. */
  const engine = (name: string, more = ''): void =>
    program(
      name,
      `${more}
      [ "$1" = build ] || exit 0
      echo "$DOCKER_BUILDKIT$STORAGE_DRIVER" >'${folder}/switches'
      for word; do
        echo "$word"
        case $word in id=*,src=*) while read -r line; do echo "  $line"; done <"\${word#*,src=}" ;; esac
      done >'${folder}/build'`,
    );
  const image = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['scripts/image.js', ...args], {
      env: { PATH: [folder, join(folder, 'none')].join(delimiter), TMPDIR: folder },
      encoding: 'utf8',
    });
  const written = (file: string): string[] => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');

  it('teaches with --help, and refuses an option that it does not know', () => {
    const help = image('--help');
    expect([help.status, help.stderr]).toEqual([0, '']);
    for (const part of ['--engine', '--tag', '--base', '--npmrc', DEFAULT_BASE!, `mandate-ledger:${version}`])
      expect(help.stdout).toContain(part);
    expect(image('--bass', 'x')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('--bass') as string,
    });
    engine('docker');
    expect(image('--npmrc', 'none').stderr).toBe('--npmrc is "none"; there is no such file.\n');
    expect(image('--engine', 'kaniko').stderr).toBe(
      '--engine is "kaniko"; it must be one of docker, podman, buildah.\n',
    );
  });

  it('says what to install where there is no engine that works', () => {
    program('docker', 'echo Client; echo "Cannot connect to the Docker daemon" >&2; exit 1');
    const { status, stderr } = image();
    expect(status).toBe(1);
    expect(stderr).toContain('docker: Cannot connect to the Docker daemon\n');
    expect(stderr).toContain('podman: not installed\n');
    expect(stderr).toContain('buildah: not installed\n');
    expect(stderr).toContain('Install Docker');
  });

  it('says how to give a base where the default cannot be pulled', () => {
    engine('podman', 'case $1 in image) exit 125 ;; pull) echo "no such host" >&2; exit 125 ;; esac');
    const { status, stderr } = image();
    expect(status).toBe(1);
    expect(stderr).toContain(`podman cannot pull the base image ${DEFAULT_BASE}:\n  no such host\n`);
    expect(stderr).toContain('npm run image -- --base NAME');
    expect(existsSync(join(folder, 'build'))).toBe(false);
  });

  it.each([
    ['docker', [], '1'],
    ['podman', ['--format', 'docker'], ''],
    ['buildah', ['--isolation', 'chroot', '--format', 'docker'], ''],
  ])('builds with %s, and gives it the npm settings as a secret that is removed', (name, options, switches) => {
    engine(name);
    expect(image()).toMatchObject({ status: 0, stderr: '' });
    const call = written('build');
    const secret = /^id=npmrc,src=(.+)$/.exec(call.at(-3)!)![1]!;
    expect(call).toEqual([
      ...['build', ...options, '--file', 'docker/Dockerfile', '--tag', `mandate-ledger:${version}`],
      ...['--build-arg', `BASE=${DEFAULT_BASE}`],
      ...['--secret', `id=npmrc,src=${secret}`, '  registry=https://npm.example/', '.'],
    ]);
    expect(existsSync(secret)).toBe(false);
    expect(written('switches')).toEqual([switches]);
  });

  it('takes the first engine that works, and the engine, tag, base and npm settings that are named', () => {
    for (const name of ['podman', 'buildah']) engine(name, `echo ${name} >>'${folder}/asked'`);
    writeFileSync(join(folder, 'own'), '//npm.example/:_authToken=secret\n');
    expect(image().status).toBe(0);
    expect(new Set(written('asked'))).toEqual(new Set(['podman']));
    expect(image('--engine', 'buildah', '--tag', 'a:1', '--base', 'b:2', '--npmrc', join(folder, 'own')).status).toBe(
      0,
    );
    expect(written('asked')).toContain('buildah');
    for (const word of ['a:1', 'BASE=b:2', '  //npm.example/:_authToken=secret'])
      expect(written('build')).toContain(word);
  });

  it('gives the authority that npm trusts, as a second secret', () => {
    writeFileSync(join(folder, 'authority.pem'), 'a certificate\n');
    program('npm', `case $3 in registry) echo https://npm.example/ ;; cafile) echo '${folder}/authority.pem' ;; esac`);
    engine('docker');
    expect(image().status).toBe(0);
    const call = written('build').join('\n');
    expect(call).toMatch(/^id=npm-ca,src=\S+\n {2}a certificate$/m);
    expect(call).toContain('\n  registry=https://npm.example/\n  cafile=/run/secrets/npm-ca\n');
    const dockerfile = readFileSync('docker/Dockerfile', 'utf8');
    for (const id of ['npmrc', 'npm-ca']) expect(dockerfile).toContain(`--mount=type=secret,id=${id} `);
  });

  it('builds with buildah and the storage driver vfs where the usual one does not work', () => {
    engine('buildah', '[ "$1$STORAGE_DRIVER" != info ] || exit 1');
    expect(image().status).toBe(0);
    expect(written('switches')).toEqual(['vfs']);
  });

  it('fails when the engine fails, and removes the secrets', () => {
    engine('docker', `[ "$1" != build ] || { for word; do echo "$word"; done >'${folder}/build'; exit 7; }`);
    expect(image()).toMatchObject({ status: 1, stderr: 'docker could not build the image (it ended with 7).\n' });
    const secret = written('build').find((word) => word.startsWith('id=npmrc,src='))!;
    expect(existsSync(secret.replace('id=npmrc,src=', ''))).toBe(false);
  });
});
