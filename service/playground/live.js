// An answer that follows what is typed.

/** Runs what was asked for last: what came before is called off, and answers that come late are dropped. */
export class Live {
  #run;
  #failed;
  #timer;
  #controller = new AbortController();

  /**
   * @param run asks; is given a signal that says when nobody waits any more
   * @param failed is told what went wrong, unless nobody waits any more
   */
  constructor(run, failed) {
    this.#run = run;
    this.#failed = failed;
  }

  start(delay = 0) {
    clearTimeout(this.#timer);
    this.#controller.abort();
    const controller = (this.#controller = new AbortController());
    this.#timer = setTimeout(async () => {
      try {
        await this.#run(controller.signal);
      } catch (error) {
        if (!controller.signal.aborted) this.#failed(error);
      }
    }, delay);
  }
}
