/** What the controllers of missions and of documents have in common. */
import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '#event-log';
import type { Document, Mission, RegistrationKind } from '#mandate';
import { Clock } from '../clock/clock.js';
import { checkedParameter } from '../http/dto.pipe.js';
import { idTrouble } from '../http/fields.js';
import { etagOf } from '../http/if-match.js';
import type { ListQuery } from '../http/page.query.js';
import type { JsonText, Page } from '../http/page.js';
import { Problem } from '../http/problem.js';
import type { ListAnswer, Table } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { todayIn } from '../http/today.js';
import { Register } from './register.command.js';
import { GetRegistration, GetRegistrations } from './registry.queries.js';

function newId(id: unknown): string {
  const message = idTrouble(id, {});
  if (message === null) return id as string;
  throw new Problem('invalid', `The id in the path ${message}.`, { errors: [{ field: 'id', message }] });
}

/** A parameter of a controller: the id in the path, under which something may be registered. */
export const NewId = checkedParameter(({ params }) => (params as { readonly id: string }).id, newId);

@Injectable()
export abstract class RegistrationsController {
  protected abstract readonly kind: RegistrationKind;
  protected abstract readonly table: Table;

  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  /** 201 for a new registration, else 200. @throws {Problem} */
  protected async register(
    id: string,
    body: Mission | Document,
    ifMatch: number | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<JsonObject> {
    const options = { recordedBy: request.recorder, correlationId: request.id, ifMatch };
    const { kind: outcome, answer, revision } = await this.commands.execute(new Register(this.kind, id, body, options));
    reply.code(outcome === 'created' ? 201 : 200).header('etag', etagOf(revision));
    return answer;
  }

  protected all(asked: ListQuery, request: FastifyRequest, reply: FastifyReply): Promise<ListAnswer> {
    const ask = (page: Page) => this.queries.execute(new GetRegistrations(this.kind, page));
    return answerList(this.table, todayIn(this.clock.now()), asked, ask, request, reply);
  }

  /** @throws {Problem} 404 */
  protected async registered(id: string, reply: FastifyReply): Promise<JsonText> {
    const { kind } = this;
    const found = await this.queries.execute(new GetRegistration(kind, id));
    if (found === null)
      throw new Problem(`unknown-${kind}`, `The ledger has no ${kind} ${id}. GET /v1/${kind}s lists all ${kind}s.`, {
        errors: [{ field: 'id', message: `is not the id of a ${kind}` }],
      });
    reply.header('etag', etagOf(found.revision));
    return found.json;
  }
}
