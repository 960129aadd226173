import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { CommandHandler } from '@nestjs/cqrs';
import { EventLog } from '../event-log/event-log.provider.js';
import { Problem } from '../http/problem.js';
import { Views } from '../views/views.js';
import type { RecordDecisionOutcome } from './record-decision.command.js';
import { RecordDecision, RepairDecision } from './record-decision.command.js';
import { Recorder, unknownDecision } from './recorder.js';

@CommandHandler(RecordDecision)
export class RecordDecisionHandler implements ICommandHandler<RecordDecision> {
  constructor(private readonly recorder: Recorder) {}

  execute({ body, options }: RecordDecision): Promise<RecordDecisionOutcome> {
    return this.recorder.record(body, options);
  }
}

/** The views may not have yet what was recorded a moment ago, perhaps on another replica. */
const LONGEST_WAIT_MS = 5000;

@CommandHandler(RepairDecision)
export class RepairDecisionHandler implements ICommandHandler<RepairDecision> {
  constructor(
    private readonly recorder: Recorder,
    @Inject(EventLog) private readonly log: EventLog,
    private readonly views: Views,
  ) {}

  async execute({ body, options }: RepairDecision): Promise<RecordDecisionOutcome> {
    const mandateId = await this.mandateOf('corrects' in body ? body.corrects : body.annuls);
    return this.recorder.record({ ...body, mandateId }, options);
  }

  private async mandateOf(decisionId: string): Promise<string> {
    const found = this.views.decisions.mandateOf(decisionId);
    if (found !== null) return found;
    const last = await this.log.lastPosition();
    if (last !== null && !(await this.views.reached(last, LONGEST_WAIT_MS)))
      throw new Problem(
        'not-caught-up',
        `The views have not caught up, so decision ${decisionId} is not found yet. Send it again in a moment.`,
      );
    const later = this.views.decisions.mandateOf(decisionId);
    if (later === null) throw unknownDecision(decisionId);
    return later;
  }
}
