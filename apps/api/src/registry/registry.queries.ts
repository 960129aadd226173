import type { JsonText, Page } from '../http/page.js';
import { Query } from '@nestjs/cqrs';
import type { RegistrationKind } from '#mandate';
import type { PageOf } from '#read-models';

export class GetRegistrations extends Query<PageOf> {
  constructor(
    readonly registration: RegistrationKind,
    readonly page: Page,
  ) {
    super();
  }
}

export class GetRegistration extends Query<{ readonly json: JsonText; readonly revision: number } | null> {
  constructor(
    readonly registration: RegistrationKind,
    readonly id: string,
  ) {
    super();
  }
}
