/**
 * One import: many lines under way at once, those on one stream in order, and one outcome each in the order of the
 * lines.
 */
import type { CommandBus } from '@nestjs/cqrs';
import { LRUCache } from 'lru-cache';
import { Turns } from '#event-log';
import { parseJson } from '../http/json-body.js';
import { Problem } from '../http/problem.js';
import { detailsOf } from '../http/problem.filter.js';
import type { Recorder } from './import-line.js';
import { readLine } from './import-line.js';
import type { ImportOutcome, LineOutcome } from './import.answers.js';
import type { Line } from './lines.js';
import { LONGEST_LINE_BYTES, LineSplitter } from './lines.js';

/** So many lines, and so much of them, are under way at once. */
const MOST_LINES = 128;
const MOST_BYTES = 4 * 1024 * 1024;
/** So many lines in a row without a store, and the rest is not tried. */
const MOST_UNAVAILABLE = 100;
/** Parsing and checking take a while, and others want to be answered. */
const LINES_A_TURN = 32;
const KEPT_STREAMS = 10_000;

/** What an import needs of the process that it runs in. */
export interface ImportSurroundings {
  readonly commands: CommandBus;
  readonly recorder: Recorder;
  /** Takes an outcome at once. */
  readonly answer: (outcome: string) => void;
  /** Why nothing is recorded at the moment; null where it is. */
  readonly refusal: () => Problem | null;
  /** As what an error is answered. */
  readonly problemOf: (error: unknown) => Problem;
}

export class Import {
  private readonly lines = new LineSplitter();
  private readonly turns = new Turns();
  /** By stream: after which revision the next line on it is looked for. */
  private readonly seen = new LRUCache<string, number>({ max: KEPT_STREAMS });
  private registered: Promise<unknown> = Promise.resolve();
  private answered: Promise<unknown> = Promise.resolve();
  private underWay = { lines: 0, bytes: 0 };
  private wake: () => void = () => undefined;
  private unavailable = 0;
  private begun = 0;
  private cut = false;
  private failure: { readonly error: unknown } | null = null;

  constructor(private readonly surroundings: ImportSurroundings) {}

  /**
   * Whether a line was left out, and with it all that follow: the signal was aborted, or too many in a row found the
   * store away.
   */
  get wasCut(): boolean {
    return this.cut;
  }

  /** Takes the lines of a piece; resolves when the next piece may come. @throws whatever `answer` has thrown */
  take(piece: Buffer, signal: AbortSignal): Promise<void> {
    return this.begin(this.lines.push(piece), signal);
  }

  /** Takes a last line without an end. */
  takeRest(signal: AbortSignal): Promise<void> {
    return this.begin(this.lines.end(), signal);
  }

  /** Resolves when every line that was begun has its outcome. @throws whatever `answer` has thrown */
  async settled(): Promise<void> {
    await this.answered;
    this.throwFailure();
  }

  /** A last outcome, of the line that was not begun. */
  stopped(problem: Problem): void {
    this.answer(this.begun + 1, { status: problem.status, problem: detailsOf(problem) });
  }

  private async begin(lines: Iterable<Line>, signal: AbortSignal): Promise<void> {
    for (const line of lines) {
      await this.room();
      this.throwFailure();
      this.cut ||= signal.aborted || this.unavailable >= MOST_UNAVAILABLE;
      if (this.cut) return;
      this.begun = line.number;
      this.follow(line, this.outcomeOf(line));
      if (line.number % LINES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private async room(): Promise<void> {
    while (this.underWay.lines >= MOST_LINES || this.underWay.bytes >= MOST_BYTES)
      await new Promise<void>((resolve) => (this.wake = resolve));
  }

  private follow({ number, bytes }: Line, outcome: Promise<LineOutcome>): void {
    const weight = bytes?.length ?? 0;
    this.underWay.lines++;
    this.underWay.bytes += weight;
    this.answered = this.answered
      .then(() => outcome)
      .then((become) => {
        this.underWay.lines--;
        this.underWay.bytes -= weight;
        this.unavailable = become.status === 503 ? this.unavailable + 1 : 0;
        if (this.failure === null) this.answer(number, become);
      })
      .catch((error: unknown) => (this.failure ??= { error })) // thrown where the next line is taken, or at the end
      .finally(() => this.wake());
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure.error;
  }

  private answer(line: number, outcome: LineOutcome): void {
    this.surroundings.answer(`${JSON.stringify({ line, ...outcome } satisfies ImportOutcome)}\n`);
  }

  /** Never rejects: what is wrong with a line is its outcome. */
  private async outcomeOf(line: Line): Promise<LineOutcome> {
    try {
      return await this.record(line);
    } catch (error) {
      const problem = this.surroundings.problemOf(error);
      return { status: problem.status, problem: detailsOf(problem) };
    }
  }

  /** Up to the turn it takes no time, so that lines take their turns in order. */
  private record({ bytes }: Line): Promise<LineOutcome> {
    if (bytes === null)
      throw new Problem(
        'too-large',
        `The line is longer than ${LONGEST_LINE_BYTES} bytes. Split the decision, or shorten its texts.`,
      );
    const refusal = this.surroundings.refusal();
    if (refusal !== null) throw refusal;
    const { stream, kind, record } = readLine(parseJson(bytes));
    const needed = { registration: null, decision: this.registered, repair: this.answered }[kind];
    const recorded = this.turns.inTurn(stream, async () => {
      await needed;
      const { commands, recorder } = this.surroundings;
      const outcome = await record(commands, recorder, this.seen.get(stream) ?? 0);
      if (kind === 'registration' && outcome.revision !== undefined) this.seen.set(stream, outcome.revision + 1);
      return outcome;
    });
    if (kind !== 'decision') {
      const before = this.registered;
      this.registered = recorded.then(
        () => before,
        () => before,
      );
    }
    return recorded;
  }
}
