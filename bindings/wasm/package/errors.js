// What this package throws: always a mistake of the caller, never a verdict.

export class TegataError extends Error {
  constructor(code, message) {
    super(`${message} [${code}]`);
    this.name = "TegataError";
    this.code = code;
  }
}

/** For arguments of the wrong kind. The message never repeats a value. */
export const misuse = (message) => new TegataError("api-misuse", message);
