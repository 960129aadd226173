/**
 * How a command on the whole log ends: with what it did, or because the log does not hold. It prints words, or with
 * `--json` an object on the last line.
 */
import type { Difference } from '#transparency';
import { CouldNotRun, EXIT, isOfSqlite, wordsOf } from './could-not-run.js';
import type { Environment } from './environment.js';
import type { Verdict } from './verify/verification.js';

/** The log, or a backup of it, is not what was signed or recorded. The message is a sentence without its full stop. */
export class DoesNotHold extends Error {
  /** @param problem as in `ledger verify`; `spoilt` when the files of a backup are not what was backed up */
  constructor(
    readonly problem: Verdict['problem'] | 'spoilt',
    message: string,
    readonly first: Difference['first'] | null = null,
  ) {
    super(message);
  }
}

/** Written as JSON, after `ok`. */
export type Result = Readonly<Record<string, string | number | null>>;

/**
 * Does the work and reports how it ended.
 * @param nothing how the message begins when the log does not hold: "Nothing was exported"
 * @param remedy a sentence for a person, which follows the message
 * @param work prints what it did in words, and returns the same as a result
 * @returns the exit code
 * @throws {CouldNotRun} also when a disk is full or cannot be written
 */
export async function resultOf(
  nothing: string,
  remedy: string,
  json: boolean,
  { say, tell }: Environment,
  work: () => Promise<Result>,
): Promise<number> {
  try {
    const result = await work();
    if (json) say(JSON.stringify({ ok: true, ...result }));
    return EXIT.done;
  } catch (error) {
    const words = isOfDisk(error) ? wordsOf(error) : null;
    if (words !== null) throw new CouldNotRun(`${nothing}. ${words}`);
    if (!(error instanceof DoesNotHold)) throw error;
    if (json)
      say(JSON.stringify({ ok: false, problem: error.problem, first: error.first, detail: `${error.message}.` }));
    tell(`${nothing}: ${error.message}. ${remedy}`);
    return EXIT.doesNotHold;
  }
}

const isOfDisk = (error: unknown): boolean =>
  isOfSqlite(error) || (error as NodeJS.ErrnoException).syscall !== undefined;
