/** What a line of an import can be, and its command: the same one as that of a single post or put. */
import type { CommandBus } from '@nestjs/cqrs';
import { v5 } from 'uuid';
import type { RegistrationKind } from '#mandate';
import { mandateStream, REGISTRATIONS, registrationStream } from '#mandate';
import { canonicalText } from '../canonical.js';
import { DecisionDto } from '../decisions/decision.dto.js';
import type { RecordDecisionOutcome } from '../decisions/record-decision.command.js';
import { RecordDecision, RepairDecision } from '../decisions/record-decision.command.js';
import { AnnulmentDto, CorrectionDto } from '../decisions/repair.dto.js';
import { idTrouble, isObject } from '../http/fields.js';
import { Problem } from '../http/problem.js';
import { validateBody } from '../http/validate-body.js';
import { DocumentDto } from '../registry/document.dto.js';
import { MissionDto } from '../registry/mission.dto.js';
import { Register } from '../registry/register.command.js';
import type { LineOutcome } from './import.answers.js';

/** Who imports: the name of the token, and one id for all that the request causes. */
export interface Recorder {
  readonly recordedBy: string;
  readonly correlationId: string;
}

export interface ImportLine {
  /** Lines on the same stream are recorded one after the other. */
  readonly stream: string;
  /** A decision needs what is registered or repaired before it, and a repair needs all that comes before it. */
  readonly kind: 'registration' | 'decision' | 'repair';
  /** @param since the revision of the stream from which on the line may have been recorded before. @throws {Problem} */
  readonly record: (commands: CommandBus, recorder: Recorder, since: number) => Promise<LineOutcome>;
}

type Members = Readonly<Record<string, unknown>>;

/** The first one that has a member of the line says what the line is. */
const KINDS: readonly { readonly members: readonly string[]; readonly read: (line: Members) => ImportLine }[] = [
  { members: ['corrects'], read: (line) => repair('corrects', CorrectionDto, line) },
  { members: ['annuls'], read: (line) => repair('annuls', AnnulmentDto, line) },
  { members: ['mandateId', 'effects', 'decisionId'], read: decision },
  { members: ['missionId'], read: (line) => registration('mission', MissionDto, line) },
  { members: ['documentId'], read: (line) => registration('document', DocumentDto, line) },
];

/** @throws {Problem} 400 invalid */
export function readLine(value: unknown): ImportLine {
  const kind = isObject(value)
    ? KINDS.find(({ members }) => members.some((member) => Object.hasOwn(value, member)))
    : undefined;
  if (kind !== undefined) return kind.read(value as Members);
  const message =
    'must be a decision as in POST /v1/decisions (it has a mandateId), a correction or annulment with the decision ' +
    'that it corrects or annuls, or a mission or document as it would be put, with its missionId or documentId';
  throw new Problem('invalid', `The line ${message}.`, { errors: [{ field: 'body', message }] });
}

/**
 * A line without a decisionId gets the same one each time, so that an import can be sent again. Part of the stored
 * form.
 */
const LINE_NAMESPACE = '3f0a4c57-6a1d-5a0e-9a35-5f9b4e1d7c20';

function decision(line: Members): ImportLine {
  const body = validateBody(DecisionDto, line, 'The line');
  const decisionId = body.decisionId ?? v5(canonicalText(body), LINE_NAMESPACE);
  return {
    stream: mandateStream(body.mandateId),
    kind: 'decision',
    record: async (commands, recorder) =>
      outcomeOf(await commands.execute(new RecordDecision({ ...body, decisionId }, { ...recorder, ...RECORDING }))),
  };
}

const RECORDING = { ifMatch: null, dryRun: false };

function outcomeOf({ kind, answer }: RecordDecisionOutcome): LineOutcome {
  if (kind === 'checked') throw new Error('a dry run was not asked for');
  const { decisionId, mandateId, revision, position } = answer;
  return { status: kind === 'recorded' ? 201 : 200, decisionId, mandateId, revision, position };
}

/** Which mandate a repair is on is known once what it repairs is recorded, so all repairs take their turns together. */
function repair(
  member: 'corrects' | 'annuls',
  dto: typeof CorrectionDto | typeof AnnulmentDto,
  line: Members,
): ImportLine {
  const { [member]: target, ...rest } = line;
  if (typeof target !== 'string') {
    const message = 'must be the id of a decision';
    throw new Problem('invalid', `The line cannot be taken: ${member} ${message}.`, {
      errors: [{ field: member, message }],
    });
  }
  const body = validateBody<CorrectionDto | AnnulmentDto>(dto, rest, 'The line');
  const decisionId = body.decisionId ?? v5(canonicalText(line), LINE_NAMESPACE);
  return {
    stream: 'repairs',
    kind: 'repair',
    record: async (commands, recorder) =>
      outcomeOf(
        await commands.execute(
          new RepairDecision({ ...body, decisionId, [member]: target } as RepairDecision['body'], {
            ...recorder,
            ...RECORDING,
          }),
        ),
      ),
  };
}

function registration(kind: RegistrationKind, dto: typeof MissionDto | typeof DocumentDto, line: Members): ImportLine {
  const { idField } = REGISTRATIONS[kind];
  const { [idField]: id, ...body } = line;
  const message = idTrouble(id, line);
  if (message !== null)
    throw new Problem('invalid', `The line cannot be taken: ${idField} ${message}.`, {
      errors: [{ field: idField, message }],
    });
  const valid = validateBody<MissionDto | DocumentDto>(dto, body, 'The line');
  return {
    stream: registrationStream(kind, id as string),
    kind: 'registration',
    async record(commands, recorder, since) {
      const options = { ...recorder, ifMatch: null, repeatedSince: since };
      const outcome = await commands.execute(new Register(kind, id as string, valid, options));
      const { revision, position } = outcome;
      return { status: outcome.kind === 'created' ? 201 : 200, [idField]: id as string, revision, position };
    },
  };
}
