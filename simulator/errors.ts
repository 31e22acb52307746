/** A request to the control side that can't be met. Becomes `{error: {code, message}}`. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

export const notFound = (what: string): ControlError => new ControlError(404, 'NOT_FOUND', `there is no ${what}`);
export const badRequest = (message: string): ControlError => new ControlError(400, 'BAD_REQUEST', message);
