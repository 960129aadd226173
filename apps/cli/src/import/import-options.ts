export interface ImportOptions {
  readonly key?: string;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly json?: boolean;
}
