/** Words for the timeline: what a decision did, and the state after it. */
import type { Day, Mandate, Recorded, Standing } from '#mandate';
import {
  describeStrength,
  isAnnulment,
  isCorrection,
  standingOn,
  statusFacts,
  untilWords,
  wordsOfEffect,
} from '#mandate';

/** One phrase per effect, in the order of the decision. */
export function wordsOf(recorded: Recorded): string {
  if (isCorrection(recorded)) {
    const { effects, decidedOn } = recorded.replacement;
    const becomes = effects === undefined ? [] : [`to: ${effects.map(wordsOfEffect).join('; ')}`];
    const day = decidedOn === undefined ? [] : [`decided on ${decidedOn}`];
    return oneLine([`corrected ${recorded.corrects}`, ...day, ...becomes, `because: ${recorded.reason}`].join(', '));
  }
  if (isAnnulment(recorded)) return oneLine(`annulled ${recorded.annuls}, because: ${recorded.reason}`);
  return oneLine(recorded.effects.map(wordsOfEffect).join('; '));
}

/** Without organisations and regions: those belong to missions, which a timeline does not show. */
export type State = Pick<Standing, 'status' | 'ending' | 'term' | 'strength' | 'contributions' | 'provisional'>;

export function stateOn(mandate: Mandate, day: Day): State {
  const { status, ending, term, strength, contributions, provisional } = standingOn(mandate, day, () => undefined);
  return { status, ending, term, strength, contributions, provisional };
}

/** For example: `in-force until 2025-07-31, strength 15`. */
export function wordsOfState({ status, ending, term, strength, provisional }: State): string {
  const { runs } = statusFacts(status);
  const parts: string[] = [term === null ? status : `${status}${runs ? '' : ', its term'} ${untilWords(term.until)}`];
  if (ending) parts.push('ending');
  if (provisional) parts.push('provisional');
  const { stated, minimum, maximum, approximate } = strength;
  if (stated !== null)
    parts.push('undisclosed' in stated ? 'strength undisclosed' : `strength ${describeStrength(stated)}`);
  else if (minimum !== null || maximum !== null) parts.push(`strength ${range(minimum, maximum, approximate)}`);
  return parts.join(', ');
}

function range(minimum: number | null, maximum: number | null, approximate: boolean): string {
  const about = approximate ? 'about ' : '';
  if (minimum === maximum) return `${about}${minimum}`;
  if (maximum === null) return `${about}at least ${minimum}`;
  return minimum === null || minimum === 0 ? `${about}at most ${maximum}` : `${about}${minimum} to ${maximum}`;
}

/** Removes line breaks, which texts of sources may have. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
