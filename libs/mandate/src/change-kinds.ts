/** The words by which differences between two standings of a mandate are told. */

/**
 * - began: a term began, or the ledger learnt of the mandate, of a term, or that it is in force
 * - ended: an end was decided, or a term came to an end that was decided; expired: a term ran out; both also where the
 * status came to be that
 * - extended, shortened: a last day was moved, that of a term or of one contribution's own term; or a term was taken
 * back altogether
 * - increased, reduced: the strength, see strengthChange
 * - reshaped: title, missions, organisations, region or make-up, and whatever of strength and term no other word tells,
 * such as a strength of
 *   which nobody can say which way it went
 * - study-opened, study-concluded, intended: on the day of the decision
 * - declined: a request was declined or an intention dropped, or the status came to be that
 */
export const CHANGE_KINDS = [
  'began',
  'ended',
  'expired',
  'extended',
  'shortened',
  'increased',
  'reduced',
  'reshaped',
  'study-opened',
  'study-concluded',
  'intended',
  'declined',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];
