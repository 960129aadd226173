/**
 * How many appends are under way. The client writes all of them to one stream. What that does not take at once waits
 * inside the client, and when the
 * connection then breaks, each one that waits there is a rejection that nobody can handle, which ends the process. So
 * few are begun in one turn of
 * the event loop, and many are under way only while the server answers.
 */

/** The stream takes 16. */
const MOST_IN_A_TURN = 12;
const FEWEST = 15;
const MOST = 128;

export class Slots {
  private readonly queue: (() => void)[] = [];
  private most = FEWEST;
  private underWay = 0;
  private begunInTurn = 0;

  /** Runs the work when its turn has come; what comes first is begun first. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.isFull()) await new Promise<void>((resolve) => this.queue.push(resolve));
    else this.begin();
    try {
      const answer = await work();
      this.most = Math.min(this.most + 1, MOST);
      return answer;
    } finally {
      this.underWay--;
      this.letIn();
    }
  }

  /** The server did not answer, or cannot. */
  shrink(): void {
    this.most = FEWEST;
  }

  private isFull(): boolean {
    return this.underWay >= this.most || this.begunInTurn >= MOST_IN_A_TURN;
  }

  private begin(): void {
    this.underWay++;
    if (this.begunInTurn++ > 0) return;
    setImmediate(() => {
      this.begunInTurn = 0;
      this.letIn();
    });
  }

  private letIn(): void {
    while (this.queue.length > 0 && !this.isFull()) {
      this.begin();
      this.queue.shift()!();
    }
  }
}
