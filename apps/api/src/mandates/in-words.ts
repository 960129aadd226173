/** The parts of a mandate in words, for the cells of a table. */
import type { Review, StandingContribution } from '#mandate';
import { describeStrength } from '#mandate';

export const subjectWithOutcome = ({ subject, outcome }: { subject: string; outcome: string | null }): string =>
  `${subject} (${outcome ?? 'open'})`;

/** `Election (due by 2023)`. */
export function reviewInWords({ trigger, dueBy, heldOn }: Review): string {
  if (heldOn !== null) return `${trigger} (held on ${heldOn})`;
  return `${trigger} (${dueBy === null ? 'not dated' : `due by ${dueBy}`})`;
}

const OPEN_END_WORDS: Readonly<Record<string, string>> = {
  open: 'open-ended',
  'to-be-determined': 'end to be determined',
  'not-stated': 'end not stated',
};

/** `Staff officers: at most 15 military, with 2 × vehicle, for unifil, until 2023-06-30, out of its term`. */
export function contributionInWords(contribution: StandingContribution): string {
  const { contributionId, description, missionId, categories, strength, term, assets, inTerm } = contribution;
  const parts = [`${describeStrength(strength)} ${categories.join(' or ')}`];
  for (const { kind, count } of assets) parts.push(`with ${count === undefined ? kind : `${count} × ${kind}`}`);
  if (missionId !== null) parts.push(`for ${missionId}`);
  if (term?.from != null) parts.push(`from ${term.from}`);
  if (term?.until != null) parts.push(OPEN_END_WORDS[term.until] ?? `until ${term.until}`);
  if (!inTerm) parts.push('out of its term');
  return `${description ?? contributionId}: ${parts.join(', ')}`;
}
