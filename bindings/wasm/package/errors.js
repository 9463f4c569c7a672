// What this package throws: mistakes of the caller, modules that cannot be had, its own faults; never a verdict.

export class TegataError extends Error {
  constructor(code, message, options) {
    super(`${message} [${code}]`, options);
    this.name = "TegataError";
    this.code = code;
  }
}

/** For arguments of the wrong kind. The message never repeats a value. */
export const misuse = (message) => new TegataError("api-misuse", message);

/** Where a fault of this package leaves no result to say so in. */
export const internal = () => new TegataError("internal-error", "a fault of this library");
