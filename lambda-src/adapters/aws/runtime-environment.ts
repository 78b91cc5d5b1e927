export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Those of the function's role. Read at every call, since whoever runs the function may refresh them. */
export async function credentials(): Promise<Credentials> {
  const sessionToken = process.env.AWS_SESSION_TOKEN;
  return {
    accessKeyId: variable('AWS_ACCESS_KEY_ID'),
    secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken ? { sessionToken } : {}),
  };
}

export function region(): string {
  return variable('AWS_REGION');
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is missing: Lambda sets it`);
  return value;
}
