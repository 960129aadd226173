export const JSON_TYPE = 'application/json; charset=utf-8';
export const TEXT_TYPE = 'text/plain; charset=utf-8';
export const CSV_TYPE = 'text/csv; charset=utf-8';
export const NDJSON_TYPE = 'application/x-ndjson; charset=utf-8';
export const SENT_EVENTS_TYPE = 'text/event-stream; charset=utf-8';
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
