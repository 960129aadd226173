/** Why a decision cannot be recorded: a stable code for programs and a sentence for the clerk (docs/domain.md). */

export const RULES = [
  'mandate-exists',
  'mandate-ended',
  'strength-mismatch',
  'not-an-increase',
  'not-a-reduction',
  'term-not-extended',
  'term-lapsed',
  'until-before-from',
  'contribution-unknown',
  'study-unknown',
  'study-concluded',
  'intention-unknown',
  'intention-concluded',
  'end-date-set',
  'review-unknown',
  'breaks-later-decision',
  'already-annulled',
  'id-in-use',
] as const;
export type Rule = (typeof RULES)[number];

export class Refusal {
  constructor(
    readonly rule: Rule,
    /** What contradicts, and what to do. */
    readonly sentence: string,
    /** Where in the decision's body, as a path such as `effects[0].until`; the effect is filled in by the fold. */
    readonly field: string | null = null,
    /** The recorded decision that would no longer hold, for breaks-later-decision. */
    readonly breaks: string | null = null,
  ) {}
}
