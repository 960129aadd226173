/**
 * `ledger verify`: shows offline that a store, a backup or an export is what was signed, or names the first event that
 * is not.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TrustedLeaves } from '#read-models';
import { leafHash, leafOfLine, Malformed, NotProven, verifyTlogProof } from '#transparency';
import { readConfig } from '#setup';
import { FILES } from '../backup/files.js';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { openExport } from '../export/export-file.js';
import { progressOf } from '../progress.js';
import type { GivenCheckpoint } from './evidence.js';
import { leafRows, readKeys, readText, SignedCheckpoints } from './evidence.js';
import type { LogSource } from './source.js';
import { exportSource, storeSource } from './source.js';
import { exportLeaves } from './trusted.js';
import type { Outcome, Verdict } from './verification.js';
import { otherKeys, verify } from './verification.js';

export interface VerifyOptions {
  readonly key: string;
  readonly file?: string;
  readonly dir?: string;
  readonly checkpoint: readonly string[];
  readonly against?: string;
  readonly proof?: string;
  readonly event?: string;
  readonly json?: boolean;
}

/**
 * @returns the exit code
 * @throws {CouldNotRun} nothing could be verified
 * @throws {LogNotOpened} the store cannot be opened
 */
export async function verifyCommand(options: VerifyOptions, { env, say }: Environment): Promise<number> {
  if (options.proof !== undefined) return verifyProof(options, say);
  if (options.event !== undefined) throw new CouldNotRun('--event is the event of a proof: give that with --proof.');
  const keys = readKeys(options.key);
  const signed = new SignedCheckpoints(keys, options.key);
  const given = options.checkpoint
    .map((path) => signed.add(readText(path, 'a checkpoint'), path, 'person'))
    .filter((checkpoint) => checkpoint !== null);
  const closing: (() => unknown)[] = [() => signed.close()];
  try {
    const { source, views, total, end } = await opened(options, env, signed);
    closing.push(() => source.close());
    const against = options.against === undefined ? null : openExport(options.against);
    if (against !== null) {
      closing.push(() => against.close());
      signed.add(against.header.checkpoint, `the checkpoint of ${against.path}`, 'person');
    }
    const notes: string[] = [];
    const rowsIn = (path: string): TrustedLeaves | string => {
      const rows = leafRows(path);
      if (typeof rows !== 'string') closing.push(() => rows.close());
      return rows;
    };
    const beside = views === null ? null : rowsIn(views);
    if (typeof beside === 'string') notes.push(beside);
    const rows = typeof beside === 'string' ? null : beside;
    // The rows from before the views were built anew. Only they show tampering from before that.
    const previousRows = (): TrustedLeaves | null => {
      const previous = views === null ? '' : rowsIn(`${views}.previous`);
      return typeof previous === 'string' ? null : previous;
    };

    const progress = progressOf('Verifying');
    const outcome = await verify(
      source,
      {
        signed,
        asked: given,
        end,
        beside: rows,
        leaves: [() => rows, previousRows, () => (against === null ? null : exportLeaves(against))],
      },
      (events) => progress.at(events, total),
    );
    progress.end();
    const damage = rows?.damage() ?? null;
    if (damage !== null) notes.push(`the views' file cannot be compared with: ${damage}`);
    if (outcome.verdict.problem !== 'signature' && signed.passedOver.count > 0)
      notes.push(`${otherKeys(signed)}; GET /v1/log/key and ledger key show have the older ones`);
    const kept = signed.keptCount + (options.file === undefined ? 0 : 1);
    const report = { source: source.name, given, kept, outcome, notes };
    if (options.json === true) sayJson(report, say);
    else sayWords(report, say);
    return outcome.verdict.ok ? EXIT.done : EXIT.doesNotHold;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

interface Opened {
  readonly source: LogSource;
  /** Path of the views' file; null when there are none. */
  readonly views: string | null;
  /** Number of events to expect; 0 when it is not known. */
  readonly total: number;
  /** Size at which the log has to end; null when it may have grown, or nothing signed tells. */
  readonly end: number | null;
}

async function opened(
  { file, dir }: VerifyOptions,
  env: Environment['env'],
  signed: SignedCheckpoints,
): Promise<Opened> {
  if (file !== undefined) {
    const exported = openExport(file);
    const { size, checkpoint: note } = exported.header;
    const checkpoint = signed.add(note, `the checkpoint of ${file}`, 'ledger');
    if (checkpoint !== null && checkpoint.size !== size)
      signed.forged ??= `the first line of ${file} says ${size} events, and its checkpoint ${checkpoint.size}`;
    return { source: exportSource(exported), views: null, total: size, end: checkpoint?.size ?? null };
  }
  const config = readConfig(
    dir === undefined ? env : { ...env, LEDGER_DATA_DIR: dir, LEDGER_STORE: 'sqlite', LEDGER_READ_MODEL: '' },
  );
  signed.addKept(join(config.dataDir, FILES.checkpoints));
  const ofBackup = join(config.dataDir, FILES.checkpoint);
  if (dir !== undefined && existsSync(ofBackup))
    signed.add(readText(ofBackup, 'the checkpoint of a backup'), ofBackup, 'ledger');
  return { source: await storeSource(config.store), views: config.readModel, total: 0, end: null };
}

interface Report {
  readonly source: string;
  readonly given: readonly GivenCheckpoint[];
  readonly kept: number;
  readonly outcome: Outcome;
  readonly notes: readonly string[];
}

function sayJson({ given, kept, outcome: { verdict, fits }, notes }: Report, say: (line: string) => void): void {
  for (const checkpoint of given)
    say(
      JSON.stringify({
        checkpoint: checkpoint.from,
        size: checkpoint.size,
        signer: nameOf(checkpoint),
        fits: fits.get(checkpoint) ?? null,
      }),
    );
  say(JSON.stringify({ keptCheckpoints: kept }));
  for (const note of notes) say(JSON.stringify({ note }));
  say(JSON.stringify(verdict));
}

function sayWords(
  { source, given, kept, outcome: { verdict, fits }, notes }: Report,
  say: (line: string) => void,
): void {
  const { ok, size, root, signer, problem, first, detail } = verdict;
  say(`log         ${source}`);
  say(`events      ${size}`);
  say(`root        ${root ?? 'none: an event cannot be read'}`);
  say(`signed by   ${signer ?? 'nobody'}`);
  for (const checkpoint of given) {
    const words = { true: 'fits', false: 'DOES NOT FIT', null: 'is not reached' }[`${fits.get(checkpoint) ?? null}`];
    say(`checkpoint  ${checkpoint.from}, size ${checkpoint.size}: ${words}`);
  }
  if (kept > 0) say(`checkpoint  ${kept} more, kept beside the log or in the file`);
  for (const note of notes) say(`note        ${note}`);
  if (problem !== null) say(`problem     ${problem}`);
  if (first !== null)
    say(
      `first       event ${first.leafIndex}: ${first.stream ?? 'unknown'}, revision ${first.revision ?? 'unknown'}, ` +
        `id ${first.id ?? 'unknown'}`,
    );
  say(`${ok ? 'HOLDS' : 'DOES NOT HOLD'}. ${detail}`);
}

const nameOf = ({ signer }: GivenCheckpoint): string => `${signer.name}+${signer.id}`;

/** Verifies a proof of `?proof=true`: one event is in the log that was signed. */
function verifyProof({ key, proof, event, json }: VerifyOptions, say: (line: string) => void): number {
  if (event === undefined)
    throw new CouldNotRun(
      '--proof shows that one event is in the log: give that event with --event, a file with its line of GET ' +
        '/v1/events.',
    );
  const keys = readKeys(key);
  const line = readText(event, 'an event').trim();
  const leaf = leafOfLine(line);
  if (leaf.wrong !== undefined)
    throw new CouldNotRun(`${event} is no event (${leaf.wrong}). It is one line of GET /v1/events, or of an export.`);
  const { id, stream, revision } = leaf.event;
  const answer = (verdict: Verdict, leafIndex: number | null): number => {
    if (json === true) say(JSON.stringify(verdict));
    else
      say(
        verdict.ok
          ? `HOLDS. Event ${leafIndex} (${stream}, revision ${revision}, id ${id}) is in the log. ${verdict.detail}`
          : `DOES NOT HOLD. ${verdict.detail}`,
      );
    return verdict.ok ? EXIT.done : EXIT.doesNotHold;
  };
  try {
    const { index, checkpoint } = verifyTlogProof(readText(proof!, 'a proof'), leafHash(leaf.leaf), keys);
    const root = Buffer.from(checkpoint.root).toString('base64');
    const signer = `${checkpoint.signer.name}+${checkpoint.signer.id}`;
    const detail = `The checkpoint of size ${checkpoint.size} is signed by ${signer}.`;
    return answer({ ok: true, size: checkpoint.size, root, signer, problem: null, first: null, detail }, index);
  } catch (error) {
    if (error instanceof Malformed)
      throw new CouldNotRun(
        `${proof} is no proof (${error.message}). It is a text as GET /v1/decisions/{id}?proof=true gives it.`,
      );
    if (!(error instanceof NotProven)) throw error;
    const detail = `${error.message}.`;
    return answer({ ok: false, size: 0, root: null, signer: null, problem: 'signature', first: null, detail }, null);
  }
}
