/** Which key signs the log, and which ones have: the key in the file, held against what the log itself says of its keys. */
import type { KeyRotation } from '#transparency/key-rotation.js';
import { verifierKeysOf } from '#transparency/key-rotation.js';
import type { SignerKey, VerifierKey } from '#transparency/keys.js';
import { WrongSetting } from '../config.js';

export class LogKeys {
  private wrong: string | null = null;
  /** How often in a row the file was found to hold another key: it is written a moment after the log names it. */
  private misses = 0;

  /**
   * @param read the key in the file as it is now
   * @param rotations those in the log, in its order
   */
  constructor(
    private readonly path: string,
    private held: SignerKey,
    private readonly read: () => SignerKey,
    private readonly rotations: () => readonly KeyRotation[],
  ) {}

  get origin(): string {
    return this.held.verifier.name;
  }

  /** Every key that a checkpoint of the log may be signed with, the newest first. */
  verifiers(): VerifierKey[] {
    const rotations = this.rotations();
    return verifierKeysOf(this.newestOf(rotations), rotations);
  }

  /** The key to sign with, read again where the log was given another one; null where the file holds another than the log's newest. */
  signer(): SignerKey | null {
    const newest = this.newestOf(this.rotations());
    const isNewest = (): boolean => this.held.verifier.text === newest.text;
    if (!isNewest()) this.reload();
    this.misses = isNewest() ? 0 : this.misses + 1;
    if (this.misses === 0) this.wrong = null;
    else if (this.misses > 1)
      this.wrong ??= `the log's key was changed to ${newest.name}+${newest.id}, and ${this.path} holds ${this.held.verifier.id}: put the new key there`;
    return this.misses === 0 ? this.held : null;
  }

  /** Why nothing can be signed, once `signer` has found it again. */
  get trouble(): string | null {
    return this.wrong;
  }

  private reload(): void {
    try {
      this.held = this.read();
      this.wrong = null;
    } catch (error) {
      if (!(error instanceof WrongSetting)) throw error;
      this.wrong = error.message;
    }
  }

  private newestOf(rotations: readonly KeyRotation[]): VerifierKey {
    return rotations.at(-1)?.to ?? this.held.verifier;
  }
}
