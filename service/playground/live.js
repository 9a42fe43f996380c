// Requests that follow the user's typing.

/** Runs the latest request only: earlier ones are aborted, and their answers are dropped. */
export class Live {
  #run;
  #failed;
  #timer;
  #controller = new AbortController();

  /**
   * @param run sends the request; gets a signal that aborts it
   * @param failed is called with the error, unless the request was aborted
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
