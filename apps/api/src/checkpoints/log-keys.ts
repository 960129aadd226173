/**
 * The key that signs the log, and the keys that did before. The key in the file is compared with the rotations in the
 * log.
 */
import type { KeyRotation, SignerKey, VerifierKey } from '#transparency';
import { rotationsOf, verifierKeysOf } from '#transparency';
import { readLogKey, WrongSetting } from '#setup';

export class LogKeys {
  /** The name of the log. It stays the same while this process runs. */
  readonly origin: string;
  private wrong: string | null = null;
  /**
   * How often in a row the file held another key than the log names. Once is normal: the file is written after the log.
   */
  private misses = 0;

  /**
   * @param held the key that the file held at the start
   * @param rotations the rotations in the log, in its order
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
   * The key to sign with. Reads the file again when the log names another key; null when the file does not hold the
   * log's newest key.
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

  /** Why nothing can be signed, once `signer` has found the same twice in a row. */
  get trouble(): string | null {
    return this.misses > 1 ? this.wrong : null;
  }

  /**
   * Takes the key that the file holds now.
   * @returns why it cannot be taken; null when it was
   */
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
