import { Query } from '@nestjs/cqrs';
import type { Watched } from '../views/standing-watch.js';

/** The signed note: the newest, or the one of exactly that size; null where there is none. */
export class GetCheckpoint extends Query<string | null> {
  constructor(readonly size: number | null) {
    super();
  }
}

/** Every key that checkpoints are verified with, one a line. */
export class GetLogKeys extends Query<string> {}

/** Hashes are padded standard base64. */
export interface Inclusion {
  readonly leafIndex: number;
  readonly size: number;
  readonly leafHash: string;
  readonly rootHash: string;
  readonly hashes: readonly string[];
}

/** That an event is in the log of a size; of the newest checkpoint's where it is null. */
export class GetInclusion extends Query<Inclusion> {
  constructor(
    readonly leafIndex: number,
    readonly size: number | null,
  ) {
    super();
  }
}

export interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: string;
  readonly toRoot: string;
  readonly hashes: readonly string[];
}

/**
 * That the log of one size begins with the log of an earlier one; `to` is the newest checkpoint's size where it is
 * null.
 */
export class GetConsistency extends Query<Consistency> {
  constructor(
    readonly from: number,
    readonly to: number | null,
  ) {
    super();
  }
}

export interface EventProof {
  readonly eventId: string;
  /** C2SP tlog-proof, with the newest checkpoint. */
  readonly proof: string;
}

/** Proofs of the events of a decision or repair that is in the views. */
export class ProveDecision extends Query<readonly EventProof[]> {
  constructor(readonly decisionId: string) {
    super();
  }
}

export interface LogStatus {
  readonly size: number;
  readonly origin: string;
  /** Key IDs, the newest first. */
  readonly keys: readonly string[];
  readonly checkpoint: { readonly size: number; readonly signedAt: string | null } | null;
  /** Why nothing is signed. */
  readonly trouble: string | null;
  /** With its rate, in events a second. */
  readonly watch: { readonly rate: number } & Watched;
}

export class GetLogStatus extends Query<LogStatus> {}
