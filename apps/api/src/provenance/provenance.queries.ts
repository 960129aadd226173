import type { JsonText } from '../http/page.js';
import { Query } from '@nestjs/cqrs';
import type { Known } from '#read-models';

/** A mandate's whole history as PROV-JSON; null when there is no such mandate. */
export class GetMandateProvenance extends Query<JsonText | null> {
  constructor(
    readonly mandateId: string,
    readonly known: Known | null,
  ) {
    super();
  }
}
