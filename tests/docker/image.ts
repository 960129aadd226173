/** Builds and runs the image with buildah, where no engine runs. Linux and root are needed. */
import type { SpawnSyncReturns } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';

/** What the engine reads from the image, in the names of the image format "docker". */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly StopSignal: NodeJS.Signals;
  readonly Volumes: Readonly<Record<string, unknown>>;
  readonly ExposedPorts: Readonly<Record<string, unknown>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

export interface Container {
  /**
   * Runs a command in the container as "docker exec" does: same user, folder and environment.
   * @throws when the container has ended
   */
  readonly exec: (...command: readonly string[]) => Ended;
  readonly stop: (signal: NodeJS.Signals) => Promise<Ended>;
  readonly ended: Promise<Ended>;
}

export interface Workshop {
  /** Runs a program whose mounts end with it. @throws when it fails */
  readonly run: (program: string, ...args: readonly string[]) => string;
  readonly inspect: (image: string) => ImageConfig;
  /** An empty folder that belongs to root. */
  readonly newVolume: () => string;
  readonly start: (image: string, volume: string) => Container;
  /** Ends what still runs, and removes images and volumes. */
  readonly close: () => Promise<void>;
}

const OWN_MACHINE = ['--mount', '--mount-proc', '--net', '--pid', '--fork', '--kill-child'];

/** All that buildah writes goes to a temporary folder. */
export function openWorkshop(): Workshop {
  const { path: folder, remove } = temporaryFolder();
  const env = { ...process.env, CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'), TMPDIR: folder };
  chooseStorage(folder, env);
  const running = new Set<Container>();

  const run: Workshop['run'] = (program, ...args) => {
    const { status, error, stdout, stderr } = withOwnMounts(env, program, ...args);
    if (error) throw error;
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  };
  const inspect: Workshop['inspect'] = (image) => {
    const { Docker } = JSON.parse(run('buildah', 'inspect', '--type', 'image', image)) as Inspected;
    return Docker.config;
  };

  return {
    run,
    inspect,
    newVolume: () => mkdtempSync(join(folder, 'volume-')),
    start: (image, volume) => {
      const container = start(image, volume, inspect(image), env);
      running.add(container);
      void container.ended.then(() => running.delete(container));
      return container;
    },
    close: async () => {
      await Promise.all([...running].map(({ stop }) => stop('SIGKILL')));
      remove();
    },
  };
}

interface Inspected {
  readonly Docker: { readonly config: ImageConfig };
}

/** The driver "overlay" is fast. It does not work everywhere, for example not on another overlay; "vfs" does. */
function chooseStorage(folder: string, env: NodeJS.ProcessEnv & { readonly CONTAINERS_STORAGE_CONF: string }): void {
  const works = (driver: string): boolean => {
    const places = [`graphroot = "${join(folder, 'images')}"`, `runroot = "${join(folder, 'state')}"`];
    writeFileSync(env.CONTAINERS_STORAGE_CONF, ['[storage]', `driver = "${driver}"`, ...places, ''].join('\n'));
    return withOwnMounts(env, 'buildah', 'info').status === 0;
  };
  if (!works('overlay') && !works('vfs')) throw new Error('buildah works neither with overlay nor with vfs');
}

const withOwnMounts = (env: NodeJS.ProcessEnv, ...command: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync('unshare', ['--mount', ...command], { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

function start(image: string, volume: string, config: ImageConfig, env: NodeJS.ProcessEnv): Container {
  const [path] = Object.keys(config.Volumes) as [string];
  const [uid, gid] = config.User.split(':') as [string, string];
  const inside = ['/usr/bin/env', '-i', `--chdir=${config.WorkingDir}`, ...config.Env];
  const script = ['sh', 'tests/docker/container.sh', image, volume, path, config.User];
  const machine = spawn('unshare', [...OWN_MACHINE, ...script, ...inside, ...config.Cmd], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [machine.stdout, machine.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    machine.on('error', reject);
    machine.on('close', (status) => resolve({ status, output }));
  });
  /** The first process of the container, by the number that it has outside; 0 while there is none. */
  const first = (): number => {
    if (machine.exitCode !== null) throw new Error(`the container ended with ${machine.exitCode}:\n${output}`);
    return Number(readFileSync(`/proc/${machine.pid}/task/${machine.pid}/children`, 'utf8'));
  };

  return {
    ended,
    exec: (...command) => {
      const into = ['--target', String(first()), '--mount', '--net', '--pid', '--root'];
      const as = ['--setuid', uid, '--setgid', gid];
      const { status, stdout, stderr } = spawnSync('nsenter', [...into, ...as, ...inside, ...command], {
        encoding: 'utf8',
      });
      return { status, output: stdout + stderr };
    },
    stop: (signal) => {
      const pid = signal === 'SIGKILL' ? machine.pid! : first();
      if (pid === 0) throw new Error('the container has no process yet'); // the signal would go to this process
      process.kill(pid, signal);
      return ended;
    },
  };
}
