/** Views over a made-up log, and the oracle that they are compared with. */
import type { RecordedEvent } from '#event-log';
import type { Mandate, Recorded } from '#mandate';
import { decidedBy, emptyHistory, endsDecision, eventsOf, fold, mandateStream, recordedOf } from '#mandate';
import type { Projecting, ReadModels } from '#read-models';
import { openForProjecting, openReadModels } from '#read-models';

const mission = (
  missionId: string,
  region: string,
  revision: number,
): Omit<RecordedEvent, 'position' | 'dataText' | 'metadataText'> => ({
  id: `00000000-0000-4000-8000-00000000${missionId.length}${revision}00`,
  stream: `mission-${missionId}`,
  revision,
  type: revision === 0 ? 'MissionRegistered' : 'MissionAmended',
  data: { missionId, name: missionId, organisation: 'UN', region, kind: 'military' },
  metadata: {},
});

/** Times by the clocks of several replicas: some go back. */
const recordedAt = (leafIndex: number): string =>
  new Date(Date.UTC(2022, 5, 17) + (leafIndex - (leafIndex % 3) * 2) * 60_000).toISOString();

/** The log that these decisions and repairs leave, in recorded order, with an amended mission in the middle. */
export function logOf(all: readonly Recorded[]): RecordedEvent[] {
  const revisions = new Map<string, number>();
  const events: Omit<RecordedEvent, 'position' | 'dataText' | 'metadataText'>[] = [
    mission('untso', 'middle-east', 0),
    mission('undof', 'middle-east', 0),
  ];
  for (const [n, recorded] of all.entries()) {
    if (n === Math.floor(all.length / 2)) events.push(mission('undof', 'worldwide', 1));
    for (const [i, { type, data, metadata }] of eventsOf(recorded).entries()) {
      const stream = mandateStream(recorded.mandateId);
      const revision = (revisions.get(stream) ?? -1) + 1;
      revisions.set(stream, revision);
      events.push({
        id: `${recorded.decisionId}-${i}`,
        stream,
        revision,
        type,
        data: data as never,
        metadata: metadata as never,
      });
    }
  }
  return events.map((event, i) => {
    const metadata = { ...event.metadata, recordedAt: recordedAt(i), recordedBy: 'test' };
    return {
      ...event,
      metadata,
      position: String(i + 1),
      dataText: JSON.stringify(event.data),
      metadataText: JSON.stringify(metadata),
    };
  });
}

/**
 * The oracle: folds everything from the first event on, with the first `size` events of the log and the decisions up to
 * a day.
 */
export function heldIn(
  log: readonly RecordedEvent[],
  mandateId: string,
  size: number,
  day: string | null,
): Mandate | null {
  let history = emptyHistory(mandateId);
  let open: RecordedEvent[] = [];
  for (const event of log.slice(0, size).filter(({ stream }) => stream === mandateStream(mandateId))) {
    open.push(event);
    if (!endsDecision(event)) continue;
    history = fold(history, recordedOf(open));
    open = [];
  }
  const mandate = day === null ? history.mandate : decidedBy(history, day);
  return mandate === null || mandate.lastDecision === null ? null : mandate;
}

/** Both sides of the views: that of the projecting thread, and that of the thread that answers. */
export function openViews(path: string): Projecting & ReadModels {
  const projecting = openForProjecting(path);
  const models = openReadModels(path);
  return {
    ...projecting,
    ...models,
    close() {
      models.close();
      projecting.close();
    },
  };
}
