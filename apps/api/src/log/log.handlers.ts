import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import type { KeptCheckpoint } from '#read-models';
import { formatTlogProof, toBase64 } from '#transparency';
import { refusedQuery } from '../http/page.query.js';
import { Problem } from '../http/problem.js';
import { NOTHING_WATCHED } from '../views/standing-watch.js';
import { Views } from '../views/views.js';
import { Checkpoints } from '../checkpoints/checkpoints.js';
import type { Consistency, EventProof, Inclusion, LogStatus } from './log.queries.js';
import { GetCheckpoint, GetConsistency, GetInclusion, GetLogKeys, GetLogStatus, ProveDecision } from './log.queries.js';

/** A checkpoint comes within a second of what it is of. */
const LONGEST_WAIT_MS = 2000;

const AGAIN = { headers: { 'retry-after': '1' } };

@QueryHandler(GetCheckpoint)
export class GetCheckpointHandler implements IQueryHandler<GetCheckpoint> {
  constructor(private readonly checkpoints: Checkpoints) {}

  execute({ size }: GetCheckpoint): Promise<string | null> {
    return Promise.resolve((size === null ? this.checkpoints.newest() : this.checkpoints.at(size))?.note ?? null);
  }
}

@QueryHandler(GetLogKeys)
export class GetLogKeysHandler implements IQueryHandler<GetLogKeys> {
  constructor(private readonly checkpoints: Checkpoints) {}

  /** @throws {Problem} 503 not-caught-up: older keys are not known yet */
  execute(): Promise<string> {
    if (this.checkpoints.isPending)
      throw new Problem(
        'not-caught-up',
        'The log is still being read, and may name older keys. Ask again in a moment.',
        AGAIN,
      );
    const keys = this.checkpoints.verifiers();
    return Promise.resolve(keys.map(({ text }) => `${text}\n`).join(''));
  }
}

@QueryHandler(GetInclusion)
export class GetInclusionHandler implements IQueryHandler<GetInclusion> {
  constructor(
    private readonly views: Views,
    private readonly checkpoints: Checkpoints,
  ) {}

  async execute({ leafIndex, size: asked }: GetInclusion): Promise<Inclusion> {
    const { tree } = this.views;
    const size = asked ?? (await newestSize(this.checkpoints, tree.size()));
    checkSize('size', size, tree.size(), this.checkpoints);
    if (leafIndex >= size)
      throw refusedQuery(
        'leafIndex',
        `must be below ${size}, the size of the log that is asked about; events are counted from 0`,
      );
    return {
      leafIndex,
      size,
      leafHash: toBase64(tree.leafHashes(leafIndex, 1)[0]!),
      rootHash: toBase64(tree.root(size)),
      hashes: tree.inclusion(leafIndex, size).map(toBase64),
    };
  }
}

@QueryHandler(GetConsistency)
export class GetConsistencyHandler implements IQueryHandler<GetConsistency> {
  constructor(
    private readonly views: Views,
    private readonly checkpoints: Checkpoints,
  ) {}

  async execute({ from, to: asked }: GetConsistency): Promise<Consistency> {
    const { tree } = this.views;
    const to = asked ?? (await newestSize(this.checkpoints, tree.size()));
    checkSize('to', to, tree.size(), this.checkpoints);
    if (from < 1 || from > to) throw refusedQuery('from', `must be a size from 1 to ${to}, the later one`);
    return {
      from,
      to,
      fromRoot: toBase64(tree.root(from)),
      toRoot: toBase64(tree.root(to)),
      hashes: tree.consistency(from, to).map(toBase64),
    };
  }
}

@QueryHandler(ProveDecision)
export class ProveDecisionHandler implements IQueryHandler<ProveDecision> {
  constructor(
    private readonly views: Views,
    private readonly checkpoints: Checkpoints,
  ) {}

  async execute({ decisionId }: ProveDecision): Promise<readonly EventProof[]> {
    const events = this.views.leaves.ofDecision(decisionId);
    const { size, note } = await covering(this.checkpoints, events.at(-1)!.leafIndex + 1);
    return events.map(({ eventId, leafIndex }) => {
      const hashes = this.views.tree.inclusion(leafIndex, size);
      return { eventId, proof: formatTlogProof({ index: leafIndex, hashes, checkpoint: note }) };
    });
  }
}

@QueryHandler(GetLogStatus)
export class GetLogStatusHandler implements IQueryHandler<GetLogStatus> {
  constructor(
    private readonly views: Views,
    private readonly checkpoints: Checkpoints,
  ) {}

  execute(): Promise<LogStatus> {
    const { checkpoints, views } = this;
    const newest = checkpoints.newest();
    return Promise.resolve({
      size: views.tree.size(),
      origin: checkpoints.origin,
      keys: checkpoints.verifiers().map(({ id }) => id),
      checkpoint: newest === null ? null : { size: newest.size, signedAt: checkpoints.signedAt(newest.size) },
      trouble: checkpoints.trouble,
      watch: { rate: views.watchRate, ...(views.watched ?? NOTHING_WATCHED) },
    });
  }
}

/** @throws {Problem} 400; or 503 while the views do not hold as much as was signed */
function checkSize(field: string, size: number, present: number, checkpoints: Checkpoints): void {
  if (size >= 1 && size <= present) return;
  const { isPending, trouble } = checkpoints;
  const signed = checkpoints.newest()?.size ?? 0;
  if ((size > present || present === 0) && (isPending || (signed > present && size <= signed))) {
    const why = trouble ?? 'the log is still being read. Ask again in a moment';
    throw new Problem(
      'not-caught-up',
      `The views hold ${present} events, and more were signed: ${why}.`,
      trouble === null ? AGAIN : {},
    );
  }
  throw refusedQuery(
    field,
    present === 0
      ? 'cannot be answered: the log has no events yet'
      : `must be a size from 1 to ${present}, the present one`,
  );
}

/** Of the newest checkpoint; 0 of a log without events. @throws {Problem} 503 */
const newestSize = async (checkpoints: Checkpoints, present: number): Promise<number> =>
  present === 0 ? 0 : (await covering(checkpoints, 1)).size;

/** @throws {Problem} 503 not-caught-up */
async function covering(checkpoints: Checkpoints, size: number): Promise<KeptCheckpoint> {
  const found = await checkpoints.covering(size, LONGEST_WAIT_MS);
  if (found !== null) return found;
  throw notSigned(checkpoints);
}

/** What is asked for rests on a checkpoint that is not there. */
export function notSigned({ trouble }: Checkpoints): Problem {
  if (trouble !== null)
    return new Problem('not-caught-up', `A checkpoint that holds this cannot be shown: ${trouble}.`);
  return new Problem('not-caught-up', 'A checkpoint that holds this is not there yet. Ask again in a moment.', AGAIN);
}
