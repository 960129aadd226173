import { Command } from '@nestjs/cqrs';
import type { Annulment, Correction, Decision, Standing } from '#mandate';

type WithoutId<T> = Omit<T, 'decisionId'> & { readonly decisionId?: string };
/** A decision's body as posted and validated; without an id the recorder draws one. */
export type DecisionBody = WithoutId<Decision>;
export type RepairBody = WithoutId<Correction> | WithoutId<Annulment>;

/** 201, or 200 when the same decision was recorded before. */
export interface RecordedDecision {
  /** Of a repair, its own. */
  readonly decisionId: string;
  readonly mandateId: string;
  /** Of the mandate's stream, after the decision. */
  readonly revision: number;
  readonly position: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly recordedAt: string;
  readonly events: readonly { readonly eventId: string; readonly type: string; readonly revision: number }[];
}

/** What a dry run answers: what would be recorded, and the mandate after it. */
export interface CheckedDecision {
  readonly dryRun: true;
  readonly decisionId: string | null;
  readonly mandateId: string;
  readonly events: readonly { readonly type: string; readonly revision: number; readonly data: object }[];
  /** As it would stand on the day of the decision; null if no decision on it would count any more. */
  readonly mandate:
    | (Standing & {
        readonly revision: number;
        readonly asOf: string;
        readonly decidedBy: string | null;
        readonly knownAt: string | null;
      })
    | null;
}

export type RecordDecisionOutcome =
  | { readonly kind: 'recorded' | 'repeated'; readonly answer: RecordedDecision }
  | { readonly kind: 'checked'; readonly answer: CheckedDecision };

export interface RecordOptions {
  /** Who recorded it: the name of the token. */
  readonly recordedBy: string;
  /** One id for all that a request causes. */
  readonly correlationId: string;
  /** The revision that the clerk has seen (If-Match); null where none was sent. */
  readonly ifMatch: number | null;
  readonly dryRun: boolean;
}

/** Records one decision, or says why not; refusals are thrown as Problem. */
export class RecordDecision extends Command<RecordDecisionOutcome> {
  constructor(
    readonly body: DecisionBody,
    readonly options: RecordOptions,
  ) {
    super();
  }
}

/** Records a correction or an annulment, or says why not; refusals are thrown as Problem. */
export class RepairDecision extends Command<RecordDecisionOutcome> {
  constructor(
    /** The mandate is that of what is repaired. */
    readonly body: Omit<WithoutId<Correction>, 'mandateId'> | Omit<WithoutId<Annulment>, 'mandateId'>,
    readonly options: RecordOptions,
  ) {
    super();
  }
}
