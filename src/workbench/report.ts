/** What a tool has to say; `failed` ends the program with 1. */
export interface Report {
  text: string;
  failed: boolean;
}
