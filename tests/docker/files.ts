/** The files under docker/, read for the tests. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  networks?: string[] | Record<string, unknown>;
  network_mode?: string;
  depends_on?: Record<string, { condition: string }>;
  secrets?: { source: string; target: string }[];
  healthcheck?: { test?: string[]; disable?: boolean };
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  stop_grace_period?: string;
  restart?: string;
}
export interface Compose {
  services: Record<string, Service>;
  volumes?: Record<string, unknown>;
  networks?: Record<string, unknown>;
  secrets?: Record<string, { file: string }>;
}

export const COMPOSE_FILES = ['docker/compose.yaml', 'docker/compose.cluster.yaml'] as const;
export const CLUSTER = 'docker/compose.cluster.yaml';

export const read = (path: string): Compose => parse(readFileSync(path, 'utf8'), { merge: true }) as Compose;

export const services = COMPOSE_FILES.flatMap((file) =>
  Object.entries(read(file).services).map(([name, service]) => ({ at: `${file}: ${name}`, file, name, service })),
);
export const ledgers = services.filter(({ service }) => service.image.startsWith('mandate-ledger:'));
/** Those that run the server; the others run one command. */
export const servers = ledgers.filter(({ service }) => service.command === undefined);
export const stores = services.filter(({ service }) => service.image.startsWith('eventstore/eventstore:'));

const VARIABLE = /\$\{(\w+):\?[^}]*\}/g;

/** The names of the variables that a compose file takes from its .env file. */
export const variablesOf = (file: string): string[] => [
  ...new Set([...readFileSync(file, 'utf8').matchAll(VARIABLE)].map(([, name]) => name!)),
];

/** The environment of a service, with the text "secret" for each variable. */
export const environmentOf = ({ environment = {} }: Service): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replace(VARIABLE, 'secret')]));

/** Whether a folder of a volume holds the path, inside the container. */
export const isMounted = ({ volumes = [] }: Service, path: string): boolean =>
  volumes.map((volume) => volume.split(':')[1]!).some((folder) => path === folder || path.startsWith(`${folder}/`));

const DOCKERFILE = readFileSync('docker/Dockerfile', 'utf8');
/** One instruction a line. */
export const instructions = DOCKERFILE.replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line));
export const stages = DOCKERFILE.split(/^(?=FROM )/m).slice(1);
export const lastStage = stages.at(-1)!;

/** What the image sets for every container. */
export const imageEnvironment = Object.fromEntries(
  [.../^ENV (.*)$/m.exec(lastStage)![1]!.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!] as const),
);

/** The one argument of an instruction of the last stage. */
export const argumentOf = (instruction: string): string =>
  new RegExp(`^${instruction} (.+)$`, 'm').exec(lastStage)![1]!;
