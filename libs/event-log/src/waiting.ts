/** Waiting that ends: after a while, when it is woken, or when nobody wants it any more. */

/**
 * Resolves after so many milliseconds, or before that when the signal is aborted or when it is woken.
 * @param begun is handed what wakes it, once it waits
 */
export function pause(
  ms: number,
  signal: AbortSignal,
  begun: (wake: () => void) => void = () => undefined,
): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const resume = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', resume);
      resolve();
    };
    const timer = setTimeout(resume, ms);
    signal.addEventListener('abort', resume);
    begun(resume);
  });
}

/**
 * What the work answers. The work itself goes on when it is not waited for any more.
 * @throws what it throws, or `late()` when there is no answer by then, or the signal is aborted
 */
export async function inTime<T>(work: Promise<T>, ms: number, late: () => Error, signal?: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(late());
    const timer = setTimeout(giveUp, ms);
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted === true) giveUp();
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    stop();
  }
}
