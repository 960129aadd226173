/**
 * Repairs of what was recorded wrongly: the wrong record stays, and what counts in its place is worked out here
 * (docs/domain.md).
 */
import type { Decision } from './decision.js';

/** A decision's body without decisionId and mandateId; what it leaves out stays as it was. */
export type Replacement = Partial<Omit<Decision, 'decisionId' | 'mandateId'>>;

/** What a repair says of itself. It has an id like a decision, so that it can be repaired as well. */
interface RepairHead {
  readonly decisionId: string;
  readonly mandateId: string;
  /** Why, in the recorder's words. */
  readonly reason: string;
}
export interface Correction extends RepairHead {
  /** The decisionId of the decision, or of the correction, that was recorded wrongly. */
  readonly corrects: string;
  readonly replacement: Replacement;
}
export interface Annulment extends RepairHead {
  /** The decisionId of the decision, correction or annulment that does not count any more. */
  readonly annuls: string;
}
export type Repair = Correction | Annulment;

/** Whatever the ledger records on a mandate. */
export type Recorded = Decision | Repair;

export const isCorrection = (recorded: Recorded): recorded is Correction => 'corrects' in recorded;
export const isAnnulment = (recorded: Recorded): recorded is Annulment => 'annuls' in recorded;
export const isRepair = (recorded: Recorded): recorded is Repair => isCorrection(recorded) || isAnnulment(recorded);
export const targetOf = (repair: Repair): string => (isCorrection(repair) ? repair.corrects : repair.annuls);

/** How what was recorded on a mandate has been repaired since. */
export class Repairs {
  private readonly byId = new Map<string, Recorded>();
  private readonly ofTarget = new Map<string, Repair[]>();

  /** @param recorded in recorded order; a repair of what does not come before it counts for nothing */
  constructor(recorded: readonly Recorded[]) {
    for (const each of recorded) {
      this.byId.set(each.decisionId, each);
      if (!isRepair(each) || !this.byId.has(targetOf(each)) || targetOf(each) === each.decisionId) continue;
      const repairs = this.ofTarget.get(targetOf(each));
      if (repairs === undefined) this.ofTarget.set(targetOf(each), [each]);
      else repairs.push(each);
    }
  }

  find(decisionId: string): Recorded | undefined {
    return this.byId.get(decisionId);
  }

  /**
   * The annulment by which it does not count any more; undefined while it counts. One that was annulled itself takes
   * nothing away.
   */
  annulmentOf(decisionId: string): Annulment | undefined {
    return this.countingRepairsOf(decisionId).filter(isAnnulment).at(-1);
  }

  /** The last correction of it that counts. */
  correctionOf(decisionId: string): Correction | undefined {
    return this.countingRepairsOf(decisionId).filter(isCorrection).at(-1);
  }

  /** The decision that a chain of repairs is about in the end. */
  rootOf(recorded: Recorded): Decision | undefined {
    let each: Recorded | undefined = recorded;
    while (each !== undefined && isRepair(each)) each = this.byId.get(targetOf(each));
    return each;
  }

  /** The decision with every correction that counts, in recorded order. */
  corrected(decision: Decision): Decision {
    const replacement = this.replacementBy(decision.decisionId);
    return replacement === null ? decision : { ...decision, ...replacement };
  }

  private countingRepairsOf(decisionId: string): Repair[] {
    return (this.ofTarget.get(decisionId) ?? []).filter((repair) => this.annulmentOf(repair.decisionId) === undefined);
  }

  private replacementBy(decisionId: string): Replacement | null {
    let replacement: Replacement | null = null;
    for (const repair of this.countingRepairsOf(decisionId))
      if (isCorrection(repair))
        replacement = {
          ...(replacement ?? {}),
          ...repair.replacement,
          ...(this.replacementBy(repair.decisionId) ?? {}),
        };
    return replacement;
  }
}

/** The decisions that count, each as it was corrected, in recorded order of the decisions themselves. */
export function countingDecisions(recorded: readonly Recorded[]): Decision[] {
  const repairs = new Repairs(recorded);
  const decisions: Decision[] = [];
  for (const each of recorded)
    if (!isRepair(each) && repairs.annulmentOf(each.decisionId) === undefined) decisions.push(repairs.corrected(each));
  return decisions;
}
