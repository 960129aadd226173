/**
 * Shows how far a long command is, as one line on standard error. Without a terminal it shows nothing, so that no file
 * gets the line.
 */
const EVERY_MS = 200;
const BAR = 24;

export interface Progress {
  /** @param total 0 when it is not known */
  at(done: number, total: number): void;
  /** Clears the line. */
  end(): void;
}

export function progressOf(what: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  const began = performance.now();
  let shown = began;
  return {
    at(done, total) {
      const now = performance.now();
      if (!stream.isTTY || now - shown < EVERY_MS) return;
      shown = now;
      const rate = Math.round((done / (now - began)) * 1000).toLocaleString('en');
      const part = total > 0 ? Math.min(1, done / total) : 0;
      const bar = total > 0 ? ` [${'='.repeat(Math.round(part * BAR)).padEnd(BAR)}] ${Math.floor(part * 100)}%` : '';
      stream.write(`\r\u001b[K${what}${bar} ${done.toLocaleString('en')} events, ${rate}/s`);
    },
    end() {
      if (stream.isTTY && shown !== began) stream.write('\r\u001b[K');
    },
  };
}
