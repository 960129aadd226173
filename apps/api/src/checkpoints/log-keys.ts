/**
 * Which key signs the log, and which ones have: the key in the file, held against what the log itself says of its keys.
 */
import type { KeyRotation, SignerKey, VerifierKey } from '#transparency';
import { rotationsOf, verifierKeysOf } from '#transparency';
import { readLogKey, WrongSetting } from '#setup';

export class LogKeys {
  /** What the log is called, for as long as this process runs. */
  readonly origin: string;
  private wrong: string | null = null;
  /** How often in a row the file was found to hold another key: it is written a moment after the log names it. */
  private misses = 0;

  /**
   * @param held the key that was found in the file at the start
   * @param rotations those in the log, in its order
   */
  constructor(
    private readonly path: string,
    private held: SignerKey,
    private readonly rotations: () => readonly KeyRotation[],
  ) {
    this.origin = held.verifier.name;
  }

  /** Every key that a checkpoint of the log may be signed with, the newest first. */
  verifiers(): VerifierKey[] {
    return verifierKeysOf(this.newest(), this.rotations());
  }

  /**
   * The key to sign with, read again where the log was given another one; null where the file does not hold the log's
   * newest.
   */
  signer(): SignerKey | null {
    const { text, name, id } = this.newest();
    const unread = this.held.verifier.text === text ? null : this.reread();
    if (this.held.verifier.text === text) {
      this.misses = 0;
      return this.held;
    }
    this.misses++;
    this.wrong =
      unread ??
      `the log's key was changed to ${name}+${id}, and ${this.path} holds ${this.held.verifier.id}: put the new key ` +
        'there';
    return null;
  }

  /** Why nothing can be signed, once `signer` has found it again. */
  get trouble(): string | null {
    return this.misses > 1 ? this.wrong : null;
  }

  /** Takes the key that the file holds now. Answers why that cannot be; null where it was taken. */
  reread(): string | null {
    try {
      this.held = readLogKey(this.path, this.origin);
      return null;
    } catch (error) {
      if (!(error instanceof WrongSetting)) throw error;
      return error.message;
    }
  }

  private newest(): VerifierKey {
    return rotationsOf(this.origin, this.rotations()).at(-1)?.to ?? this.held.verifier;
  }
}
