/** What putting a mission and putting a document have in common over HTTP. */
import type { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '#event-log';
import type { Document, Mission, RegistrationKind } from '#mandate';
import { idTrouble } from '../http/fields.js';
import { etagOf, revisionOf } from '../http/if-match.js';
import { Problem } from '../http/problem.js';
import { Register } from './register.command.js';

/** 201 where it is new, else 200. @throws {Problem} */
export async function putRegistration(
  commands: CommandBus,
  kind: RegistrationKind,
  id: string,
  body: Mission | Document,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<JsonObject> {
  const options = {
    recordedBy: request.recorder,
    correlationId: request.id,
    ifMatch: revisionOf(request.headers['if-match']),
  };
  const { kind: outcome, answer, revision } = await commands.execute(new Register(kind, id, body, options));
  reply.code(outcome === 'created' ? 201 : 200).header('etag', etagOf(revision));
  return answer;
}

/** @throws {Problem} 400 invalid */
export function refuseMalformedId(id: string): void {
  const message = idTrouble(id, {});
  if (message !== null)
    throw new Problem('invalid', `The id in the path ${message}.`, { errors: [{ field: 'id', message }] });
}

export const unknownRegistration = (kind: RegistrationKind, id: string): Problem =>
  new Problem(`unknown-${kind}`, `The ledger has no ${kind} ${id}. GET /v1/${kind}s lists the ones that there are.`, {
    errors: [{ field: 'id', message: `is not the id of a ${kind}` }],
  });
