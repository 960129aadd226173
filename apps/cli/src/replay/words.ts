/** What a decision did, and what it left, as a reader of a timeline wants it told. */
import type { Day, Effect, Mandate, Recorded, Standing, Strength } from '#mandate';
import { describeStrength, isAnnulment, isCorrection, standingOn } from '#mandate';

/** One phrase an effect, in the order of the decision. */
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

function wordsOfEffect(effect: Effect): string {
  switch (effect.type) {
    case 'carry-forward':
      return `carried forward "${effect.title}"${from(effect.from)}, ${until(effect.until)}`;
    case 'establish':
      return `established "${effect.title}"${from(effect.from)}, ${until(effect.until)}`;
    case 'extend': {
      const how = [
        ...(effect.provisional === true ? ['provisionally'] : []),
        ...(effect.retroactive === true ? ['retroactively'] : []),
      ];
      return `extended${part(effect.contributionId)} ${until(effect.until)}${how.map((word) => `, ${word}`).join('')}`;
    }
    case 'increase':
      return (
        `raised${part(effect.contributionId)}${strengthFrom(effect.from)} to ` +
        `${describeStrength(effect.to)}${since(effect.effectiveFrom)}`
      );
    case 'reduce':
      return (
        `reduced${part(effect.contributionId)}${strengthFrom(effect.from)} to ` +
        `${describeStrength(effect.to)}${since(effect.effectiveFrom)}`
      );
    case 'add-contribution': {
      const { contributionId, strength } = effect.contribution;
      return `added ${contributionId}, ${describeStrength(strength)}`;
    }
    case 'reshape': {
      const parts = effect.contributions.map(
        ({ contributionId, strength }) => `${contributionId} ${describeStrength(strength)}`,
      );
      return `reshaped into ${parts.length === 0 ? 'no contributions' : parts.join(', ')}`;
    }
    case 'end':
      return (
        `ended${part(effect.contributionId)} by ${effect.endedBy}, ` +
        `${effect.on === 'to-be-determined' ? 'on a day to be determined' : `last day ${effect.on}`}`
      );
    case 'set-end-date':
      return `set the last day${part(effect.contributionId, 'of')} to ${effect.on}`;
    case 'study':
      return `opened the study ${effect.studyId}: ${effect.subject}`;
    case 'conclude-study':
      return `concluded the study ${effect.studyId}: ${effect.outcome}`;
    case 'intend':
      return `declared the intention ${effect.intentionId}: ${effect.subject}`;
    case 'conclude-intention':
      return `concluded the intention ${effect.intentionId}: ${effect.outcome}`;
    case 'decline':
      return `declined: ${effect.subject}${effect.requestedBy === undefined ? '' : `, requested by ${effect.requestedBy}`}`;
    case 'schedule-review':
      return (
        'scheduled the review ' +
        `${effect.reviewId}${effect.dueBy === undefined ? '' : `, due by ${effect.dueBy}`}: ${effect.trigger}`
      );
    case 'hold-review':
      return `held the review ${effect.reviewId}: ${effect.outcome}`;
    case 'reserve':
      return `reserved the right: ${effect.right}`;
    default:
      return effect satisfies never;
  }
}

/** Organisations and regions are those of missions, which a timeline does not tell. */
export type State = Pick<Standing, 'status' | 'ending' | 'term' | 'strength' | 'contributions' | 'provisional'>;

export function stateOn(mandate: Mandate, day: Day): State {
  const { status, ending, term, strength, contributions, provisional } = standingOn(mandate, day, () => undefined);
  return { status, ending, term, strength, contributions, provisional };
}

/** `in-force until 2025-07-31, strength 15`. */
export function wordsOfState({ status, ending, term, strength, provisional }: State): string {
  const runs = status === 'in-force' || status === 'planned';
  const parts: string[] = [term === null ? status : `${status}${runs ? '' : ', its term'} ${until(term.until)}`];
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

const UNTIL: Readonly<Record<string, string>> = {
  open: 'without an end',
  'to-be-determined': 'until a day to be determined',
  'not-stated': 'until a day that is not stated',
};
const until = (end: string): string => UNTIL[end] ?? `until ${end}`;
const from = (begin: string | undefined): string => (begin === undefined ? '' : ` from ${begin}`);
const since = (begin: string | undefined): string => (begin === undefined ? '' : ` from ${begin} on`);
const strengthFrom = (strength: Strength | undefined): string =>
  strength === undefined ? '' : ` from ${describeStrength(strength)}`;
const part = (contributionId: string | undefined, of = ''): string =>
  contributionId === undefined ? '' : `${of === '' ? '' : ` ${of}`} ${contributionId}`;

/** Texts of sources may have line breaks. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
