/** The commands of `ledger`, their options and their help. */
import { Command, CommanderError, Option } from 'commander';
import type { BackupOptions } from './backup/backup.command.js';
import type { RestoreOptions } from './backup/restore.command.js';
import { EXIT, wordsOf } from './could-not-run.js';
import type { Environment } from './environment.js';
import type { ExportOptions } from './export/export.command.js';
import type { ImportOptions } from './import/import-options.js';
import type { KeyOptions } from './key/key.command.js';
import type { RebuildOptions } from './rebuild/rebuild.command.js';
import type { ReplayOptions } from './replay/replay.command.js';
import type { TokenOptions } from './token/token.command.js';
import type { VerifyOptions } from './verify/verify.command.js';

const AFTER_HELP = `
Settings are those of the server (LEDGER_DATA_DIR, LEDGER_STORE, …; see docs/configuration.md). Over a network a command
reaches only the store, and the ledger that import --url names.
Exit code: 0 it holds, or is done; 1 it does not hold, or a line of an import was refused; 2 the command could not run.
With --json a command that could not run ends its output with {"ok":false,"problem":"could-not-run",…,"detail":"why"}.`;

/** How the help describes `--json` for a command with one result. */
const RESULT = 'the last line of standard output is a JSON object, {ok: false, problem, first, detail} or';

/**
 * Runs one command line.
 * @returns the exit code
 */
export async function run(args: readonly string[], environment: Environment): Promise<number> {
  let code: number = EXIT.done;
  const program = programOf(environment, (exit) => (code = exit));
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done; // --help
    const words = wordsOf(error);
    if (args.includes('--json') || args.includes('--ndjson')) environment.say(failure(args[0], words ?? String(error)));
    if (error instanceof CommanderError) return EXIT.couldNotRun; // commander has printed the reason
    if (words === null) throw error;
    console.error(`ledger: ${words}`);
    return EXIT.couldNotRun;
  }
}

/** The last line of JSON of a command that could not run. For verify it has the members of a verdict. */
function failure(command: string | undefined, detail: string): string {
  const [none, first] = command === 'verify' ? [{ size: 0, root: null, signer: null }, { first: null }] : [{}, {}];
  return JSON.stringify({ ok: false, ...none, problem: 'could-not-run', ...first, detail });
}

function programOf(environment: Environment, exitWith: (code: number) => void): Command {
  const program = new Command('ledger')
    .description('The mandate ledger on the command line: for auditors who verify it, and operators who keep it.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => environment.write(Buffer.from(text)),
      writeErr: (text) => environment.tell(text.trimEnd()),
    })
    .showHelpAfterError('(ledger --help, or --help after a command, shows what there is)')
    .addHelpText('after', AFTER_HELP);
  const examples = (command: Command, text: string): Command =>
    command.addHelpText('after', `\nExamples:\n${text}\n${AFTER_HELP}`);
  const collect = (value: string, before: readonly string[]): string[] => [...before, value];

  examples(
    program
      .command('verify')
      .description('Show that a store, a backup or an export is what was signed, or name the first event that is not.')
      .requiredOption('--key <file>', 'verifier keys, one a line, as GET /v1/log/key or ledger key show gives them')
      .option('--file <export>', 'verify this export instead of the store')
      .addOption(
        new Option('--dir <folder>', 'verify the embedded store in this folder, a backup for one').conflicts('file'),
      )
      .option(
        '--checkpoint <file>',
        'a checkpoint kept from earlier, as GET /v1/log/checkpoint gave it; may be said more than once',
        collect,
        [],
      )
      .option('--against <export>', 'an export that is trusted, by which the first wrong event is named')
      .addOption(
        new Option(
          '--proof <file>',
          'verify this proof of one event instead, as GET /v1/decisions/{id}?proof=true gives it',
        ).conflicts(['file', 'dir', 'checkpoint', 'against']),
      )
      .option('--event <file>', 'with --proof: the event, one line of GET /v1/events')
      .option('--json', 'a JSON object a line; the last is {ok, size, root, signer, problem, first, detail}')
      .action(async (options: VerifyOptions) => {
        const { verifyCommand } = await import('./verify/verify.command.js');
        exitWith(await verifyCommand(options, environment));
      }),
    `  ledger verify --key ledger.key                                the store in ./data
  ledger verify --key ledger.key --checkpoint last-year.txt     and that nothing before that checkpoint was touched
  ledger verify --key ledger.key --file ledger.ndjson           an export, on any machine
  ledger verify --key ledger.key --against ledger.ndjson        name the first event that differs from the export
  ledger verify --key ledger.key --proof proof.txt --event event.json`,
  );

  examples(
    program
      .command('export')
      .description('Write the whole log as a file that proves itself.')
      .requiredOption('--out <file>', 'where to; - is standard output')
      .option('--json', `${RESULT} {ok, size, root, out}`)
      .action(async (options: ExportOptions) => {
        const { exportCommand } = await import('./export/export.command.js');
        exitWith(await exportCommand(options, environment));
      }),
    `  ledger export --out ledger.ndjson
  ledger export --out - | gzip > ledger.ndjson.gz`,
  );

  examples(
    program
      .command('import')
      .description(
        'Restore an export into an empty store, event for event; or record other lines, as POST /v1/import does.',
      )
      .argument('<file>', 'what ledger export wrote, or decisions, missions and documents, one a line')
      .option('--key <file>', 'for an export: verifier keys that its checkpoint has to be signed with')
      .option(
        '--url <address>',
        'for other lines: the ledger that runs; without it, one runs in this process meanwhile',
      )
      .option(
        '--token-file <file>',
        'for other lines: the recorder token, by default recorder-token in the data folder',
      )
      .option(
        '--json',
        'JSON; of an export {ok, size, root, export, problem, detail}, of other lines last {ok, recorded, refused, …}',
      )
      .action(async (file: string, options: ImportOptions) => {
        const { importCommand } = await import('./import/import.command.js');
        exitWith(await importCommand(file, options, environment));
      }),
    `  LEDGER_DATA_DIR=moved ledger import ledger.ndjson --key ledger.key
  LEDGER_STORE=esdb://… ledger import ledger.ndjson             the same log in EventStoreDB, with the same root
  ledger import decisions.ndjson --url http://127.0.0.1:3000`,
  );

  examples(
    program
      .command('replay')
      .description(
        'Show the history of a mandate, or of all, as a timeline from the log alone: a decision or repair a line.',
      )
      .argument('[mandate]', 'its id; without one, all mandates in the order of the log')
      .option('--until <date>', 'decisions up to this day alone')
      .option('--revision <n>', 'up to this revision of the mandate')
      .option('--position <p>', 'up to this position of the log')
      .option('--json, --ndjson', 'a JSON object a line')
      .action(async (mandateId: string | undefined, options: ReplayOptions) => {
        const { replayCommand } = await import('./replay/replay.command.js');
        exitWith(await replayCommand(mandateId, options, environment));
      }),
    `  ledger replay eumm-georgia
  ledger replay eumm-georgia --revision 0                       what it was after its first event alone
  ledger replay --until 2022-12-31 --ndjson`,
  );

  examples(
    program
      .command('backup')
      .description('Copy the log, its checkpoints and its key, while the server writes, and verify the copy.')
      .requiredOption('--out <folder>', 'a folder that is new or empty')
      .option('--json', `${RESULT} {ok, size, root, folder}`)
      .action(async (options: BackupOptions) => {
        const { backupCommand } = await import('./backup/backup.command.js');
        exitWith(await backupCommand(options, environment));
      }),
    '  ledger backup --out /backups/ledger-2026-11-24',
  );

  examples(
    program
      .command('restore')
      .description('Verify a backup, and put it into a data folder that has no log.')
      .argument('<folder>', 'what ledger backup wrote')
      .requiredOption('--key <file>', 'verifier keys, as for ledger verify, kept apart from the backup')
      .option('--force', 'move the log that is there aside, with its checkpoints, its key and its views')
      .option('--json', `${RESULT} {ok, size, root, dataDir, aside, warning}`)
      .action(async (folder: string, options: RestoreOptions) => {
        const { restoreCommand } = await import('./backup/restore.command.js');
        exitWith(await restoreCommand(folder, options, environment));
      }),
    '  LEDGER_DATA_DIR=data ledger restore /backups/ledger-2026-11-24 --key ledger.key',
  );

  examples(
    program
      .command('rebuild')
      .description(
        'Hold the log against its checkpoints and its views, then build those anew from it. Stop the ledger that ' +
          'has them first.',
      )
      .option('--json', `${RESULT} {ok, size}`)
      .action(async (options: RebuildOptions) => {
        const { rebuildCommand } = await import('./rebuild/rebuild.command.js');
        exitWith(await rebuildCommand(options, environment));
      }),
    '  ledger rebuild',
  );

  const key = program.command('key').description('The key that signs the log.');
  examples(
    key
      .command('show')
      .description('Print the verifier keys, the newest first: what auditors need, and no secret.')
      .option('--json', 'a JSON object a line: {name, id, key}')
      .action(async (options: KeyOptions) => {
        const { keyShowCommand } = await import('./key/key.command.js');
        exitWith(await keyShowCommand(options, environment));
      }),
    '  ledger key show > ledger.key',
  );
  examples(
    key
      .command('rotate')
      .description(
        'Sign with another key from now on, of the same name; the change is recorded in the log. Stop an embedded ' +
          'ledger first.',
      )
      .option('--json', 'a JSON object: {ok, from, to}')
      .action(async (options: KeyOptions) => {
        const { keyRotateCommand } = await import('./key/key.command.js');
        exitWith(await keyRotateCommand(options, environment));
      }),
    '  ledger key rotate && ledger key show > ledger.key',
  );

  const token = program.command('token').description('Who may record, each by a token of their own name.');
  examples(
    token
      .command('create')
      .description('Make a token and print it, once. What its bearer records is kept under its name.')
      .argument('<name>', 'small letters, digits and hyphens: clerk-de-vries')
      .option('--json', 'a JSON object: {ok, name, createdAt, token}')
      .action(async (name: string, options: TokenOptions) => {
        const { tokenCreateCommand } = await import('./token/token.command.js');
        exitWith(await tokenCreateCommand(name, options, environment));
      }),
    '  ledger token create clerk-de-vries',
  );
  examples(
    token
      .command('list')
      .description('Show the names, and when each was made.')
      .option('--json', 'a JSON object a line')
      .action(async (options: TokenOptions) => {
        const { tokenListCommand } = await import('./token/token.command.js');
        exitWith(tokenListCommand(options, environment));
      }),
    '  ledger token list',
  );
  examples(
    token
      .command('revoke')
      .description('Refuse a token from now on; what was recorded with it stays.')
      .argument('<name>')
      .option('--json', 'a JSON object: {ok, name, revoked}')
      .action(async (name: string, options: TokenOptions) => {
        const { tokenRevokeCommand } = await import('./token/token.command.js');
        exitWith(await tokenRevokeCommand(name, options, environment));
      }),
    '  ledger token revoke clerk-de-vries',
  );
  return program;
}
