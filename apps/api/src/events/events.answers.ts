/** A line of GET /v1/events, in both forms: its type and its schema. */
import { anyObject, instant, named, objectOf, oneOf, optional, text, whole } from '../openapi/schema.js';

/** An event as it is stored. */
interface EventLine {
  readonly leafIndex: number;
  readonly position: string;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
}

/** The same event as a CloudEvent. */
interface CloudEventLine {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: string;
  readonly data: object;
  readonly position: string;
  readonly leafindex: number;
  readonly revision: number;
  readonly decisionid?: string;
  readonly effectindex?: number;
  readonly effectcount?: number;
  readonly recordedby: string;
  readonly correlationid: string;
  readonly causationid: string;
  readonly metadata: string;
}

export const EVENT = named(
  'Event',
  objectOf<EventLine>({
    leafIndex: { ...whole, description: 'Its place among all events of the ledger, from 0' },
    position: { ...text, description: 'Its place in the store; opaque, for after and Last-Event-ID' },
    id: text,
    stream: text,
    revision: { ...whole, description: 'Its place in the stream, from 0' },
    type: text,
    data: anyObject(),
    metadata: anyObject(),
  }),
);

export const CLOUD_EVENT = named(
  'CloudEvent',
  objectOf<CloudEventLine>(
    {
      specversion: oneOf(['1.0']),
      id: text,
      source: oneOf(['/v1/events']),
      type: text,
      subject: { ...text, description: 'The stream' },
      time: { ...instant, description: 'When it was recorded' },
      datacontenttype: oneOf(['application/json']),
      data: anyObject(),
      position: text,
      leafindex: whole,
      revision: whole,
      decisionid: optional(text),
      effectindex: optional(whole),
      effectcount: optional(whole),
      recordedby: text,
      correlationid: text,
      causationid: text,
      metadata: { ...text, description: 'The metadata as stored, as JSON text' },
    },
    'CloudEvents 1.0, structured mode. The members of decisions are absent from the event of a registration.',
  ),
);
