/** Every row that is made from the folded mandate: what lists select by, on which days it changes, and its agenda. */
import type { Mandate } from '#mandate';
import { mandateOfStream, REGISTRATIONS } from '#mandate';
import type { Database } from '#sqlite';
import { AGENDA_DDL, agendaRows } from './agenda-rows.js';
import { EVENTFUL_DAYS_DDL, eventfulDayRows } from './eventful-days.js';
import type { EventsView } from './events.view.js';
import { ProjectedMandates } from './folded-mandates.js';
import { SPANS_DDL, spanRows } from './mandate-spans.js';
import type { RegistryProjection } from './registry.view.js';
import type { Projection } from './view.js';

export const MANDATES_DDL = SPANS_DDL + EVENTFUL_DAYS_DDL + AGENDA_DDL;

export function projectMandates(db: Database, events: EventsView, { missionFacts }: RegistryProjection): Projection {
  const projected = new ProjectedMandates(events);
  const [spans, days, agenda] = [spanRows(db, missionFacts), eventfulDayRows(db), agendaRows(db)];
  const naming = db.prepare("SELECT DISTINCT mandate_id FROM mandate_span WHERE instr(missions, ' ' || ? || ' ')");
  /** Those of the batch that is being projected. */
  const latest = new Map<string, Mandate>();
  return {
    project(event, leafIndex) {
      const mandateId = mandateOfStream(event.stream);
      if (mandateId !== null) {
        const { mandate, open, changed } = projected.take(mandateId, event);
        if (open.length > 0) return;
        spans.write(mandate, leafIndex + 1);
        days.take(mandate, changed);
        latest.set(mandateId, mandate);
      } else if (event.type === REGISTRATIONS.mission.amended) {
        // What selects a mandate has changed with its missions. (One that is new is named by no mandate yet.)
        spans.forget();
        for (const [id] of naming.all(event.data['missionId'] as string))
          spans.write(projected.get(id as string).mandate, leafIndex + 1);
      }
    },
    flush() {
      days.write();
      for (const mandate of latest.values()) agenda.write(mandate);
      latest.clear();
    },
    rollback() {
      latest.clear();
      projected.clear();
      for (const rows of [spans, days, agenda]) rows.forget();
    },
  };
}
