import { Command } from '@nestjs/cqrs';
import type { JsonObject } from '#event-log';
import type { Document, Mission, RegistrationKind } from '#mandate';

export interface Registered {
  /** `created` 201, `amended` 200, `unchanged` 200: the same body again records nothing. */
  readonly kind: 'created' | 'amended' | 'unchanged';
  /** The registration as GET answers it. */
  readonly answer: JsonObject;
  /** Of the registration's stream. */
  readonly revision: number;
  readonly position: string;
}

/** Registers or amends a mission or a document. */
export class Register extends Command<Registered> {
  constructor(
    readonly registration: RegistrationKind,
    readonly id: string,
    readonly body: Mission | Document,
    readonly options: {
      readonly recordedBy: string;
      readonly correlationId: string;
      readonly ifMatch: number | null;
      /** The same body at this revision or a later one makes it unchanged; where left out, only as the last one. */
      readonly repeatedSince?: number;
    },
  ) {
    super();
  }
}
