/** Records the datasets of an empty ledger at its first start, through the same commands as HTTP. */
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogUnavailable } from '#event-log';
import { WrongSetting } from '#setup';
import { DecisionDto } from '../decisions/decision.dto.js';
import { RecordDecision } from '../decisions/record-decision.command.js';
import { EventLog } from '../event-log/event-log.provider.js';
import { Problem } from '../http/problem.js';
import { validateBody } from '../http/validate-body.js';
import { DocumentDto } from '../registry/document.dto.js';
import { MissionDto } from '../registry/mission.dto.js';
import { Register } from '../registry/register.command.js';
import { Settings } from '../settings/settings.provider.js';
import type { Dataset } from './dataset.js';
import { DATASETS, readDataset, refuseUnknownDatasets } from './dataset.js';

/** Called after each step with how much of the dataset is recorded. */
export type Progress = (dataset: string, done: number, total: number) => void;

/**
 * Name of the file that lists the datasets of a first start, so that the next start finishes one that was interrupted.
 */
const MARK = 'first-start.json';

/**
 * The first start of a ledger: what it still has to record, and the recording. It may be interrupted anywhere, and
 * begun again.
 */
@Injectable()
export class FirstStart {
  /** Null until the log could be asked. */
  private names: readonly string[] | null = null;

  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(EventLog) private readonly log: EventLog,
    private readonly commands: CommandBus,
  ) {}

  /**
   * What is still to be recorded, in words; null when nothing is, or nothing was asked for.
   * @throws {WrongSetting} the mark of the first start cannot be read, or names an unknown dataset
   */
  async outstanding(): Promise<string | null> {
    try {
      this.names = await outstandingDatasets(this.settings, this.log);
      refuseUnknownDatasets(DATASETS, this.names);
      return this.names.length === 0 ? null : `dataset ${this.names.join(', ')}`;
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      return `dataset ${this.settings.datasets.join(', ')}`;
    }
  }

  /**
   * Records the datasets in order. What is recorded already is recognised, and not recorded again.
   * @throws {WrongSetting} one cannot be recorded
   */
  async record(progress: Progress): Promise<void> {
    this.names ??= await outstandingDatasets(this.settings, this.log);
    for (const dataset of this.names.map((name) => readDataset(DATASETS, name)))
      await recordDataset(dataset, this.commands, progress);
    writeMark(this.settings.dataDir, []);
  }
}

/** All that are wanted in an empty ledger, those left by an interrupted first start, or none. */
async function outstandingDatasets(
  { dataDir, datasets, store }: Pick<Settings, 'dataDir' | 'datasets' | 'store'>,
  log: EventLog,
): Promise<readonly string[]> {
  if (existsSync(join(dataDir, MARK))) return readMark(join(dataDir, MARK));
  if (datasets.length === 0 && store.kind !== 'sqlite') return []; // no mark, so that datasets may be asked for later
  const outstanding = datasets.length === 0 || (await log.lastPosition()) !== null ? [] : datasets;
  writeMark(dataDir, outstanding);
  return outstanding;
}

function readMark(path: string): readonly string[] {
  try {
    const { outstanding } = JSON.parse(readFileSync(path, 'utf8')) as { outstanding: unknown };
    if (Array.isArray(outstanding) && outstanding.every((name) => typeof name === 'string')) return outstanding;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new WrongSetting(
    `${path} is damaged; it says which datasets the first start still has to record. Remove it if the ledger is ` +
      'empty; else write {"outstanding":[]} into it.',
  );
}

/** Writes the whole file, or nothing. */
function writeMark(dataDir: string, outstanding: readonly string[]): void {
  const path = join(dataDir, MARK);
  writeFileSync(`${path}.new`, `${JSON.stringify({ outstanding })}\n`);
  renameSync(`${path}.new`, path);
}

async function recordDataset(dataset: Dataset, commands: CommandBus, progress: Progress): Promise<void> {
  const { name, document, missions, decisions } = dataset;
  const recorder = { recordedBy: `dataset ${name}`, correlationId: `first-start-${name}`, ifMatch: null };
  const steps = [
    () =>
      commands.execute(
        new Register('document', document.documentId, validateBody(DocumentDto, document.body), recorder),
      ),
    ...missions.map(
      ({ missionId, body }) =>
        () =>
          commands.execute(new Register('mission', missionId, validateBody(MissionDto, body), recorder)),
    ),
    ...decisions.map(
      (body) => () =>
        commands.execute(new RecordDecision(validateBody(DecisionDto, body), { ...recorder, dryRun: false })),
    ),
  ];
  for (const [done, step] of steps.entries()) {
    try {
      await step();
    } catch (error) {
      throw error instanceof Problem ? new WrongSetting(refusalOf(name, done, dataset, error)) : error;
    }
    progress(name, done + 1, steps.length);
  }
}

function refusalOf(name: string, step: number, { missions, decisions }: Dataset, { message, extra }: Problem): string {
  const decision = decisions[step - 1 - missions.length] as { decisionId?: string } | undefined;
  const what =
    step === 0
      ? 'its document'
      : decision === undefined || step <= missions.length
        ? missions[step - 1]!.missionId
        : decision.decisionId;
  const fields = (extra.errors ?? []).map(({ field, message: said }) => `${field}: ${said}`).join('; ');
  return `LEDGER_DATASETS: ${what} of dataset ${name} cannot be recorded: ${message} ${fields}`;
}
